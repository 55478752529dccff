import { distinctFilms, watchSubmits } from "@zoetrope/simulator"
import { describe, expect, it } from "vitest"
import { plainDialect } from "./plainDialect.ts"
import { finished, jsonOf, poll, send, start, submit } from "./support.ts"

const reset = { code: "ECONNRESET" }

describe("a provider that is watched", () => {
  it("tells of every submit, and of its task, whatever became of the answer", async () => {
    const told: Array<string> = []
    const dialect = watchSubmits(plainDialect, ({ body, method }) => {
      const { prompt } = JSON.parse(new TextDecoder().decode(body)) as { readonly prompt: string }
      told.push(`${method} ${prompt}`)
      return ({ id }) => void told.push(`${prompt} is ${id}`)
    })
    const simulator = await start({
      dialects: [dialect],
      faults: ["submit:lost-answer", "submit:503", "submit:reset-before"],
    })
    await expect(submit(simulator, { prompt: "lost" })).rejects.toMatchObject(reset)
    expect((await submit(simulator, { prompt: "busy" })).status).toBe(503)
    await expect(submit(simulator, { prompt: "reset" })).rejects.toMatchObject(reset)
    const { task_id: id } = jsonOf(await submit(simulator, { prompt: "a dog" }))
    await poll(simulator, id)
    const lost = simulator.ledger().tasks[0]?.id ?? ""
    expect(told).toEqual([
      "POST lost",
      `lost is ${lost}`,
      "POST busy",
      "POST reset",
      "POST a dog",
      `a dog is ${String(id)}`,
    ])
  })
})

describe("films that are distinct", () => {
  it("begin alike, and each has its own bytes and sums", async () => {
    const film = { width: 64, height: 48, seconds: 1, md5: "", sha256: "" }
    const bytes = new TextEncoder().encode("a film")
    const simulator = await start({ renderer: distinctFilms({ ...film, bytes }) })
    const links = [await finished(simulator), await finished(simulator)]
    const files = await Promise.all(
      links.map(async (link) => (await send(link)).bytes.toString("latin1")),
    )
    expect(files.map((file) => file.slice(0, bytes.length))).toEqual(["a film", "a film"])
    expect(new Set(files).size).toBe(2)
    expect(new Set(simulator.ledger().tasks.map(({ file }) => file?.sha256)).size).toBe(2)
  })
})

import OpenAI from "openai"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { readdir, readFile, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { describe, expect, it, vi } from "vitest"
import { curlLines, openaiLines } from "../src/telling/servingText.ts"
import { cleanups, dataOf, emptyPlace, type Place, start, unwrapped, zoetrope } from "./support.ts"
import { en } from "../src/words/Words.ts"

/** A server in a process of its own, which says where it is. */
const serve = async (place: Place, ...args: ReadonlyArray<string>) => {
  const running = start(place, ["serve", "--port", "0", ...args])
  await running.says("Ctrl-C ends it")
  await vi.waitFor(() => expect(running.stdout()).toMatch(/^http:\S+\n/))
  return { ...running, url: running.stdout().trim() }
}

/** Runs a line that was printed, as a person would who pastes it. */
const paste = async (place: Place, line: string, environment: Record<string, string> = {}) => {
  const child = spawn("sh", ["-c", line], {
    cwd: place.directory,
    env: { ...place.environment, ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  })
  cleanups.push(async () => void child.kill("SIGKILL"))
  let said = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text))
  const closed = once(child, "close")
  return { said: () => said, stop: () => child.kill(), closed }
}

const cyan = (text: string): ReadonlyArray<string> =>
  text.split("\n").flatMap((line) => (/^ {2}(\S.*)$/.exec(line) ?? []).slice(1))

describe("serve --simulate", () => {
  it.skipIf(spawnSync("curl", ["--version"]).error !== undefined)(
    "prints lines that work as they stand: curl asks, watches and fetches",
    async () => {
      const place = await emptyPlace()
      const server = await serve(place, "--simulate")
      const lines = cyan(server.stderr())
      const [create = "", watch = "", fetch = ""] = lines.filter((line) => line.startsWith("curl "))
      const events = await paste(place, watch)
      await vi.waitFor(() => expect(events.said()).toContain("retry:"), 10_000)
      const created = await paste(place, create)
      await created.closed
      const { id } = JSON.parse(created.said()) as { readonly id: string }
      await vi.waitFor(() => expect(events.said()).toContain('"kind":"done"'), 60_000)
      events.stop()
      await (
        await paste(place, fetch.replace("/ID/", `/${id}/`))
      ).closed
      expect(await readdir(place.directory)).toContainEqual(expect.stringMatching(/\.mp4$/))
      // The same key again is the same video.
      const again = await paste(place, create)
      await again.closed
      expect(JSON.parse(again.said())).toMatchObject({ id, state: "done" })
      expect(existsSync(`${dataOf(place)}-simulated/zoetrope.db`)).toBe(true)
      expect(existsSync(dataOf(place))).toBe(false)
      server.kill("SIGTERM")
      expect((await server.ended).code).toBe(0)
    },
  )

  it("prints lines for the openai package that work as they stand", async () => {
    const place = await emptyPlace()
    const server = await serve(place, "--simulate")
    const [client, create, fetch] = cyan(server.stderr()).filter((line) =>
      line.startsWith("const "),
    )
    // oxlint-disable-next-line typescript/no-implied-eval -- what is printed is what is run
    const run = new Function(
      "OpenAI",
      `return (async () => {
        ${client}
        ${create}
        while ((await client.videos.retrieve(video.id)).status !== "completed") {
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        ${fetch}
        return file.arrayBuffer()
      })()`,
    ) as (openai: typeof OpenAI) => Promise<ArrayBuffer>
    const film = Buffer.from(await run(OpenAI))
    expect(film.subarray(4, 8).toString()).toBe("ftyp")
  })

  it("with keys asks for one with every request, and shows lines that hold it nowhere", async () => {
    const place = await emptyPlace()
    const key = (await zoetrope(place, ["keys", "make", "--data-dir", "data"])).stdout.trim()
    const server = await serve(place, "--simulate", "--data-dir", "data")
    expect((await fetch(`${server.url}/api/v1/models`)).status).toBe(401)
    const headers = { authorization: `Bearer ${key}` }
    expect((await fetch(`${server.url}/api/v1/models`, { headers })).status).toBe(200)
    const create = cyan(server.stderr()).find((line) => line.includes("idempotency-key")) ?? ""
    const created = await paste(place, create, { ZOETROPE_SERVER_KEY: key })
    await created.closed
    expect(JSON.parse(created.said())).toMatchObject({ state: "queued" })
    server.kill("SIGINT")
    const { code, stderr } = await server.ended
    expect(code).toBe(0)
    expect(stderr).not.toContain(key)
    // Its log, a line for each request.
    expect(stderr).toContain("POST /api/v1/generations 201")
  })
})

describe("serve", () => {
  it("exit 2 without an account, with what to do", async () => {
    const place = await emptyPlace()
    const end = await zoetrope(place, ["serve", "--port", "0"])
    expect(end).toMatchObject({ code: 2, stdout: "" })
    expect(end.stderr).toContain("there are no credentials for any provider")
    expect(end.stderr).toContain("serve --simulate")
    expect(existsSync(dataOf(place))).toBe(false)
  })

  it("exit 2 where the port is taken, others could reach it, or the directory cannot be used", async () => {
    const place = await emptyPlace()
    const taken = createServer().listen(0, "127.0.0.1")
    await once(taken, "listening")
    cleanups.push(async () => void taken.close())
    const port = String((taken.address() as AddressInfo).port)
    const busy = await zoetrope(place, ["serve", "--simulate", "--port", port])
    expect(busy.code).toBe(2)
    expect(unwrapped(busy.stderr)).toContain(`port ${port} of 127.0.0.1 is in use`)

    const open = await zoetrope(place, ["serve", "--simulate", "--host", "0.0.0.0"])
    expect(open.code).toBe(2)
    expect(unwrapped(open.stderr)).toContain("others can reach the server, and it has no keys")
    expect(open.stderr).toMatch(/keys make --data-dir \S+-simulated/)

    await writeFile(`${place.directory}/file`, "")
    const file = await zoetrope(place, ["serve", "--simulate", "--data-dir", "file"])
    expect(file.code).toBe(2)
    expect(await readFile(`${place.directory}/file`, "utf8")).toBe("")
    const url = await zoetrope(place, ["serve", "--simulate", "--public-url", "kite"])
    expect(url.code).toBe(2)
  })
})

describe("what is shown where there is no model, or a key", () => {
  it("leaves out the create, and names the key by its variable", () => {
    const directory = { path: "/data", command: () => "" }
    const ready = {
      url: "http://h",
      directory,
      hasKeys: true,
      isSimulated: true,
      example: undefined,
    }
    expect(curlLines(ready)).toHaveLength(2)
    for (const line of curlLines(ready)) expect(line).toMatch(/^printf .*"\$ZOETROPE_SERVER_KEY"/)
    expect(openaiLines(ready, en)[0]).toContain("process.env.ZOETROPE_SERVER_KEY")
  })
})

import { setTimeout as pause } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { film, picture, pictureUrl, type TestServer, testServer } from "./support/testServer.ts"

const server = await testServer()
const { ask } = server

const request = (prompt: string) => ({
  model: "vidu/img2video",
  input: { image: pictureUrl(server.simulator), prompt },
})

/** Waits for a state, and no longer than 15 s. */
const reaches = async ({ ask }: TestServer, id: string, state: string) => {
  let text = ""
  for (let tries = 0; tries < 150; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- asked again and again
    const { json, ...answer } = await ask(`/api/v1/generations/${id}`)
    text = answer.text
    if (json.state === state) return json
    // oxlint-disable-next-line no-await-in-loop
    await pause(100)
  }
  throw new Error(`it did not become ${state}: ${text}`)
}

describe("a generation", () => {
  it("is asked for, made, kept and read", async () => {
    const created = await ask("/api/v1/generations", { json: request("a drum turns") })
    expect(created.status).toBe(201)
    const { id } = created.json
    expect(created.headers.get("location")).toBe(`/api/v1/generations/${id}`)
    const record = await reaches(server, id, "done")
    expect(record.tasks).toHaveLength(1)
    expect(record.artifacts[0]).toMatchObject({ sha256: film.sha256, bytes: film.bytes.length })
    const video = await ask(record.content)
    expect(video.status).toBe(200)
    expect(video.headers.get("content-type")).toBe("video/mp4")
    expect(video.bytes.equals(film.bytes)).toBe(true)
  })

  it("takes files as parts", async () => {
    const form = new FormData()
    form.set("request", JSON.stringify({ model: "vidu/img2video", input: { prompt: "parts" } }))
    form.set("image", new File([picture], "../../etc/passwd", { type: "image/jpeg" }))
    const created = await ask("/api/v1/generations", { method: "POST", body: form })
    expect(created.status).toBe(201)
    const record = await reaches(server, created.json.id, "done")
    expect(record.files).toEqual([
      expect.objectContaining({ field: "image", bytes: picture.length }),
    ])
    const thumbnail = await ask(`/api/v1/generations/${created.json.id}/thumbnail`)
    expect(thumbnail.headers.get("content-type")).toMatch(/^image\//)
  })
})

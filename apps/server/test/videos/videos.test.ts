import OpenAI, { toFile } from "openai"
import { describe, expect, it } from "vitest"
import { film, picture, pictureUrl, testServer } from "../support/testServer.ts"
import { clientOf, reaches } from "./support.ts"

const server = await testServer()
const client = clientOf(server)
const tasksOf = () => server.simulator.ledger().totals.accepted

describe("the stock client of /v1/videos", () => {
  it("asks for a video, waits for it and reads it", async () => {
    const asked = client.videos.create({
      model: "volc-cv/jimeng-video-3.0-pro",
      prompt: "a drum turns",
      seconds: "10" as "8",
      size: "1088x1920" as "720x1280",
    })
    const { data, response } = await asked.withResponse()
    expect(data).toMatchObject({
      object: "video",
      model: "volc-cv/jimeng-video-3.0-pro",
      prompt: "a drum turns",
      seconds: "10",
      size: "1088x1920",
      completed_at: null,
      error: null,
    })
    expect(["queued", "in_progress"]).toContain(data.status)
    expect(Number(response.headers.get("openai-poll-after-ms"))).toBeGreaterThan(0)
    const done = await reaches(client, data.id, "completed")
    expect(done).toMatchObject({ progress: 100, size: "480x270" })
    expect(done.completed_at).toBeGreaterThanOrEqual(done.created_at)
    const content = await client.videos.downloadContent(data.id)
    expect(content.headers.get("content-type")).toBe("video/mp4")
    expect(Buffer.from(await content.arrayBuffer()).equals(film.bytes)).toBe(true)
  })

  it("gives a picture as a file, by address and as a data: URI", async () => {
    const model = "vidu/img2video"
    const prompt = "pictures"
    const references = [
      await toFile(picture, "picture.jpg", { type: "image/jpeg" }),
      { image_url: pictureUrl(server.simulator) },
      { image_url: `data:image/jpeg;base64,${picture.toString("base64")}` },
    ]
    for (const input_reference of references) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { id } = await client.videos.create({ model, prompt, input_reference })
      // oxlint-disable-next-line no-await-in-loop
      await reaches(client, id, "completed")
    }
    const { data } = await client.videos.list({ limit: 1 })
    const thumbnail = await client.videos.downloadContent(data[0]?.id ?? "", {
      variant: "thumbnail",
    })
    expect(thumbnail.headers.get("content-type")).toMatch(/^image\//)
    expect(Buffer.from(await thumbnail.arrayBuffer()).length).toBeGreaterThan(0)
    expect(tasksOf()).toBeGreaterThan(0)
    expect(OpenAI).toBeDefined()
  })
})

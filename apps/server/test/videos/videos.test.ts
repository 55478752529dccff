import { mediaFacts } from "@zoetrope/simulator"
import type OpenAI from "openai"
import { BadRequestError, NotFoundError, toFile } from "openai"
import { describe, expect, it } from "vitest"
import { film, picture, pictureUrl, testServer } from "../support/testServer.ts"
import { clientOf, reaches } from "./support.ts"

const model = "volc-cv/jimeng-video-3.0-pro"

describe("the stock client of /v1/videos", async () => {
  const server = await testServer()
  const client = clientOf(server)

  it("asks for a video, waits for it and reads it, whole and in part", async () => {
    const asked = client.videos.create({
      model,
      prompt: "a drum turns",
      seconds: "10" as "8",
      size: "1088x1920" as "720x1280",
    })
    const { data, request_id: requestId, response } = await asked.withResponse()
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(data).toMatchObject({
      object: "video",
      model,
      prompt: "a drum turns",
      seconds: "10",
      size: "1088x1920",
      completed_at: null,
      expires_at: null,
      remixed_from_video_id: null,
      error: null,
    })
    expect(["queued", "in_progress"]).toContain(data.status)
    expect(response.headers.get("openai-poll-after-ms")).toBe("50")
    const done = await reaches(client, data.id, "completed")
    const { height, width } = (await mediaFacts(film.bytes)) ?? {}
    expect(done).toMatchObject({ progress: 100, seconds: "10", size: `${width}x${height}` })
    expect(done.completed_at).toBeGreaterThanOrEqual(done.created_at)
    const whole = await client.videos.downloadContent(data.id)
    expect(whole.headers.get("content-type")).toBe("video/mp4")
    expect(Buffer.from(await whole.arrayBuffer()).equals(film.bytes)).toBe(true)
    const range = { headers: { range: "bytes=100-199" } }
    const part = await client.videos.downloadContent(data.id, { variant: "video" }, range)
    expect(part.status).toBe(206)
    expect(part.headers.get("content-range")).toBe(`bytes 100-199/${film.bytes.length}`)
    expect(Buffer.from(await part.arrayBuffer()).equals(film.bytes.subarray(100, 200))).toBe(true)
  })

  it("gives a picture as a file, by address and as a data: URI", async () => {
    const references = [
      await toFile(picture, "picture.jpg", { type: "image/jpeg" }),
      { image_url: pictureUrl(server.simulator) },
      { image_url: `data:image/jpeg;base64,${picture.toString("base64")}` },
    ]
    const videos = await Promise.all(
      references.map((input_reference) =>
        client.videos.create({
          model: "vidu/img2video",
          prompt: "",
          input_reference,
          size: "1280x720",
        }),
      ),
    )
    for (const video of videos) {
      expect(video).toMatchObject({
        prompt: null,
        size: "720p",
        warnings: [expect.stringContaining("shape of the picture")],
      })
    }
    await Promise.all(videos.map(({ id }) => reaches(client, id, "completed")))
    for (const { id } of videos) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const thumbnail = await client.videos.downloadContent(id, { variant: "thumbnail" })
      expect(thumbnail.headers.get("content-type")).toMatch(/^image\//)
      // oxlint-disable-next-line no-await-in-loop
      expect((await thumbnail.arrayBuffer()).byteLength).toBeGreaterThan(1000)
    }
  })

  it("gives the model's own fields beside the common ones", async () => {
    const own = {
      model: "vidu/img2video/viduq2-pro",
      prompt: "own fields",
      input_reference: { image_url: pictureUrl(server.simulator) },
      seed: 7,
      audio: false,
      wm_position: 4,
      watermark: true,
      movement_amplitude: "auto",
    }
    const { id, model: named } = await client.videos.create(own)
    expect(named).toBe("vidu/img2video/viduq2-pro")
    const record = (await server.ask(`/api/v1/generations/${id}`)).json
    expect(record.input).toMatchObject({
      model: "viduq2-pro",
      prompt: "own fields",
      seed: 7,
      audio: false,
      wm_position: 4,
      watermark: true,
    })
    const mark = {
      producer_id: "p",
      content_producer: "c",
      content_propagator: "d",
      propagate_id: "e",
    }
    const label = {
      model,
      prompt: "an object",
      aigc_meta: mark,
    }
    const labelled = await client.videos.create(label)
    const { input } = (await server.ask(`/api/v1/generations/${labelled.id}`)).json
    expect(input.aigc_meta).toEqual(mark)
  })

  it("is told which field a model does not take, and what it does", async () => {
    const reference = { image_url: pictureUrl(server.simulator) }
    const vidu = { model: "vidu/img2video", prompt: "a", input_reference: reference }
    const wrong: ReadonlyArray<readonly [object, string | null, RegExp]> = [
      [{ prompt: "no model" }, "model", /volc-cv\/jimeng-video-3\.0-pro/],
      [{ model: "sora-2", prompt: "a" }, "model", /given: sora-2.*vidu\/img2video/],
      [{ model, prompt: "a", seconds: "8" }, "seconds", /given: 8.*allowed: 5, 10/],
      [{ model, prompt: "a", size: "1280x720" }, "size", /given: 1280x720.*1920x1080/],
      [{ ...vidu, model: "vidu/img2video/viduq1", seconds: "8" }, "seconds", /viduq1.*5 s/],
      [{ ...vidu, seconds: "4", duration: 5 }, "duration", /twice: as seconds/],
      [{ ...vidu, input_reference: { file_id: "file-1" } }, "input_reference.file_id", /image_url/],
      [{ model: "vidu/img2video", prompt: "a" }, "input_reference", /required/],
      [{ ...vidu, input_reference: "nothing" }, "input_reference", /address/],
      [{ model: "volc-cv/lip-sync-lite", prompt: "a" }, "prompt", /leave it out/],
      [{ model, prompt: "a", quality: "high" }, "quality", /no such field/],
      [{ model, prompt: "a", seed: "seven" }, "seed", /./],
      [JSON.parse(`{"model":"${model}","prompt":"a","__proto__":"x"}`), "__proto__", /./],
    ]
    const before = server.simulator.ledger().totals.refused
    for (const [body, param, message] of wrong) {
      const asked = client.videos.create(body as OpenAI.VideoCreateParams)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const error = await asked.catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(BadRequestError)
      expect(error).toMatchObject({
        status: 400,
        type: "invalid_request_error",
        param,
        message: expect.stringMatching(new RegExp(message.source, "s")),
      })
    }
    const { data } = await client.videos.list({ limit: 100 })
    expect(data.every(({ prompt }) => prompt !== "a")).toBe(true)
    expect(server.simulator.ledger().totals.refused).toBe(before)
  })

  it("is told what no model can do, and that a video is not there", async () => {
    const { id } = await client.videos.create({ model, prompt: "to be remixed" })
    const file = await toFile(film.bytes, "film.mp4")
    const asked = [
      client.videos.remix(id, { prompt: "again" }),
      client.videos.edit({ prompt: "edit", video: { id } }),
      client.videos.edit({ prompt: "edit", video: file }),
      client.videos.extend({ prompt: "more", seconds: "4", video: { id } }),
      client.videos.createCharacter({ name: "c", video: file }),
      client.videos.getCharacter("c"),
      client.videos.downloadContent(id, { variant: "spritesheet" }),
    ]
    const offered = await Promise.allSettled(asked)
    for (const one of offered) {
      const reason = one.status === "rejected" ? one.reason : undefined
      expect(reason).toBeInstanceOf(NotFoundError)
      expect(reason).toMatchObject({ code: "not-offered", type: "invalid_request_error" })
    }
    const missing = "000000000000"
    const absent = await Promise.allSettled([
      client.videos.retrieve(missing),
      client.videos.delete(missing),
      client.videos.downloadContent(missing),
      client.videos.retrieve("video_123"),
      client.videos.downloadContent(id, { variant: "spritesheet" }),
      client.get("/nowhere"),
    ])
    expect(absent.map((one) => one.status === "rejected" && one.reason.code)).toEqual([
      "unknown-generation",
      "unknown-generation",
      "unknown-generation",
      "unknown-generation",
      "not-offered",
      "unknown-route",
    ])
  })

  it("deletes what has ended", async () => {
    const video = await client.videos.create({ model, prompt: "to be deleted" })
    await reaches(client, video.id, "completed")
    expect(await client.videos.delete(video.id)).toEqual({
      id: video.id,
      object: "video.deleted",
      deleted: true,
    })
    await expect(client.videos.retrieve(video.id)).rejects.toBeInstanceOf(NotFoundError)
  })
})

describe("lists", async () => {
  const server = await testServer()
  const client = clientOf(server)

  it("are paged from either end", async () => {
    const ids: Array<string> = []
    for (let number = 0; number < 7; number++) {
      // oxlint-disable-next-line no-await-in-loop -- in this order
      ids.push((await client.videos.create({ model, prompt: `number ${number}` })).id)
    }
    const listed = async (query: OpenAI.VideoListParams) => {
      const all: Array<string> = []
      for await (const { id } of client.videos.list(query)) all.push(id)
      return all
    }
    expect(await listed({ limit: 3 })).toEqual(ids.toReversed())
    expect(await listed({ limit: 3, order: "asc" })).toEqual(ids)
    expect(await listed({ limit: 7 })).toEqual(ids.toReversed())
    expect(await listed({ limit: 2, order: "asc", after: ids[3] ?? "" })).toEqual(ids.slice(4))
    const page = await client.videos.list({ limit: 3 })
    expect(page.hasNextPage()).toBe(true)
    expect(page.last_id).toBe(ids[4])
    for (const query of [{ limit: 0 }, { limit: 101 }, { after: "000000000000" }]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(client.videos.list(query)).rejects.toMatchObject({
        status: 400,
        param: Object.keys(query)[0],
      })
    }
  })
})

import { describe, expect, it } from "vitest"
import { listen } from "./support/events.ts"
import { reaches } from "./support/reaches.ts"
import { pictureUrl, testServer } from "./support/testServer.ts"

const server = await testServer()
const { ask, url } = server
const create = "/api/v1/generations"
const everything = `${url}/api/v1/events`

const ordered = async () => {
  const input = { image: pictureUrl(server.simulator) }
  const { json } = await ask(create, { json: { model: "vidu/img2video", input } })
  return json.id as string
}
const kinds = ["accepted", "submitting", "submitted", "fetching", "done"]

describe("events of all", () => {
  it("come as they happen, in order, and go on where a listener was", async () => {
    const first = await listen(everything)
    expect(first.headers.get("content-type")).toBe("text/event-stream")
    expect(first.headers.get("x-accel-buffering")).toBe("no")
    const id = await ordered()
    await first.until(({ data, event }) => event === "event" && data.kind === "done")
    await first.until(({ data, event }) => event === "generation" && data.state === "done")
    const mine = first.frames.filter(
      ({ data, event }) => event === "event" && data.generation === id,
    )
    expect(mine.map(({ data }) => data.kind)).toEqual(kinds)
    const ids = mine.map((frame) => Number(frame.id))
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    first.close()

    const later = await ordered()
    await reaches(server, later, "done")
    const second = await listen(everything, { lastEventId: String(ids[1]) })
    await second.until(({ data }) => data.generation === later && data.kind === "done")
    const seen = second.frames.filter(({ event }) => event === "event")
    expect(seen.map(({ data }) => `${data.generation} ${data.kind}`)).toEqual([
      ...kinds.slice(2).map((kind) => `${id} ${kind}`),
      ...kinds.map((kind) => `${later} ${kind}`),
    ])
    second.close()
  })

  it("say first where they stand, for who is cut off before anything happens", async () => {
    const { body } = await fetch(everything)
    const { value } = await body!.getReader().read()
    const [, place = ""] =
      /^id: (\d+)\nretry: 2000\n\n/.exec(Buffer.from(value ?? []).toString()) ?? []
    const id = await ordered()
    await reaches(server, id, "done")
    const back = await listen(everything, { lastEventId: place })
    await back.until(({ data }) => data.generation === id && data.kind === "done")
    const seen = back.frames.filter(({ event }) => event === "event")
    expect(seen.map(({ data }) => data.kind)).toEqual(kinds)
    back.close()
  })

  it.each(["x", "-1", "1.5", "99999999999999999999"])("refuse to go on from %s", async (id) => {
    const answer = await ask("/api/v1/events", { headers: { "last-event-id": id } })
    expect(answer.status).toBe(400)
  })
})

describe("events of one", () => {
  it("tell its whole history and end with it", async () => {
    const id = await ordered()
    const stream = await listen(`${url}${create}/${id}/events`)
    await stream.ended
    const events = stream.frames.filter(({ event }) => event === "event")
    expect(events.map(({ data }) => data.kind)).toEqual(kinds)
    expect(stream.frames.at(-1)).toMatchObject({ event: "generation", data: { id, state: "done" } })
    const last = events.at(-1)?.id ?? ""

    const again = await listen(`${url}${create}/${id}/events`, { lastEventId: "2" })
    await again.ended
    expect(
      again.frames.filter(({ event }) => event === "event").map(({ data }) => data.kind),
    ).toEqual(kinds.slice(2))
    // A browser would come back for ever.
    const over = await ask(`${create}/${id}/events`, { headers: { "last-event-id": last } })
    expect(over.status).toBe(204)
  })

  it("are none where there is no generation", async () => {
    expect((await ask(`${create}/000000000000/events`)).status).toBe(404)
  })
})

describe("listeners", () => {
  it("are counted, bounded, and forgotten when they go", async () => {
    const small = await testServer({
      simulator: server.simulator,
      listeners: { total: 3, perKey: 2 },
    })
    const path = `${small.url}/api/v1/events`
    const count = async () => (await small.ask("/api/v1/stats")).json.listeners as number
    const open = await Promise.all([listen(path), listen(path)])
    expect(open.map(({ status }) => status)).toEqual([200, 200])
    const third = await small.ask("/api/v1/events")
    expect(third.status).toBe(429)
    expect(third.json.code).toBe("too-many-listeners")
    expect(await count()).toBe(2)
    open[0]?.close()
    await expect.poll(count, { timeout: 5000 }).toBe(1)
    const next = await listen(path)
    expect(next.status).toBe(200)
    next.close()
    open[1]?.close()
    await expect.poll(count, { timeout: 5000 }).toBe(0)
  })

  it("are 200 at once, and each of them hears everything", async () => {
    const many = await Promise.all(Array.from({ length: 200 }, () => listen(everything)))
    const id = await ordered()
    await Promise.all(
      many.map(({ until }) => until(({ data }) => data.generation === id && data.kind === "done")),
    )
    for (const { close, frames } of many) {
      const mine = frames.filter(({ data, event }) => event === "event" && data.generation === id)
      expect(mine.map(({ data }) => data.kind)).toEqual(kinds)
      close()
    }
  })
})

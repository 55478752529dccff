import type { Simulator } from "@zoetrope/simulator"
import { describe, expect, it } from "vitest"
import {
  accounts,
  call,
  create,
  created,
  dataUri,
  type Fields,
  outcome,
  pass,
  png,
  record,
  sample,
  start,
  steady,
} from "./support.ts"

const list = async (simulator: Simulator, query = "") => {
  const { status, json } = await call(simulator, `GET tasks?${query}`)
  expect(status).toBe(200)
  const tasks: ReadonlyArray<Fields> = Array.isArray(json["tasks"]) ? json["tasks"].map(record) : []
  return { tasks, ids: tasks.map(({ id }) => id), next: String(json["next_page_token"]) }
}

/** Twelve tasks, newest first as the list has them. */
const twelve = async (simulator: Simulator): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = []
  for (let count = 0; count < 12; count += 1) {
    // oxlint-disable-next-line no-await-in-loop -- the order is the point
    ids.unshift(await created(simulator, { prompt: String(count) }))
  }
  return ids
}

describe("the list of tasks", () => {
  it("has a row for each, without its payload", async () => {
    const simulator = await start(steady)
    const fields = { prompt: "a cat", payload: "mine", duration: 2, watermark: true }
    const id = await created(simulator, fields)
    const row = {
      id,
      key_id: "key-1",
      type: "img2video",
      template: "",
      model: "viduq2-turbo",
      prompt: "a cat",
      images: [sample(simulator)],
      duration: 2,
      resolution: "720p",
      aspect_ratio: "",
      created_at: expect.stringMatching(/\.\d{9}Z$/),
      credits: 10,
    }
    expect((await list(simulator)).tasks).toEqual([{ ...row, state: "created", creations: [] }])
    await pass(simulator, 60)
    const [done] = (await list(simulator)).tasks
    expect(done).toEqual({
      ...row,
      state: "success",
      creations: [
        {
          id: expect.stringMatching(/^\d{18}$/),
          url: expect.stringContaining("/video.mp4?"),
          cover_url: expect.stringContaining("/cover.jpeg?"),
          watermarked_url: expect.stringContaining("/watermarked.mp4?"),
          moderation_url: [],
          video: { duration: 2, fps: 24, resolution: { width: 1280, height: 720 } },
        },
      ],
    })
  })

  it("is the organisation's, and keeps no bytes of a picture", async () => {
    const simulator = await start()
    const id = await created(simulator, { images: [dataUri(png(64, 64))] })
    await create(simulator, {}, { key: accounts[2].secret })
    const { tasks, ids } = await list(simulator)
    expect(ids).toEqual([id])
    expect(tasks[0]?.["images"]).toEqual([])
  })

  it("comes in pages of ten, by number or by token", async () => {
    const simulator = await start()
    const ids = await twelve(simulator)
    const first = await list(simulator)
    expect(first.ids).toEqual(ids.slice(0, 10))
    const newest = await created(simulator)
    const rest = await list(simulator, `pager.page_token=${first.next}`)
    expect(rest).toMatchObject({ ids: ids.slice(10), next: "" })
    const all = [newest, ...ids]
    for (const name of ["pager", "paper"]) {
      // oxlint-disable-next-line no-await-in-loop -- a few requests on loopback
      const page = await list(simulator, `${name}.page=1&${name}.pagesz=5`)
      expect(page.ids).toEqual(all.slice(5, 10))
      expect(page.next).not.toBe("")
      // oxlint-disable-next-line no-await-in-loop -- a few requests on loopback
      const last = await list(simulator, `${name}.pagesz=5&pager.page_token=${page.next}`)
      expect(last).toMatchObject({ ids: all.slice(10), next: "" })
    }
    expect((await list(simulator, "pager.pagesz=100")).ids).toEqual(all)
    expect((await list(simulator, "pager.page=9")).ids).toEqual([])
  })

  it("filters, by several values of a parameter too", async () => {
    const simulator = await start(steady)
    const turbo = await created(simulator)
    const pro = await created(simulator, { model: "viduq3-pro", resolution: "540p" })
    const old = await created(simulator, { model: "vidu2.0", duration: 4 })
    await call(simulator, `POST tasks/${old}/cancel`)
    const found = async (query: string) => (await list(simulator, query)).ids
    expect(await found(`task_ids=${turbo}&task_ids=${pro}`)).toEqual([pro, turbo])
    expect(await found("model_versions=q2-turbo&model_versions=2.0")).toEqual([old, turbo])
    expect(await found("resolutions=540p")).toEqual([pro])
    expect(await found("states=failed")).toEqual([old])
    expect(await found("states=created&model_versions=q3-pro")).toEqual([pro])
    expect(await found("templates=hug")).toEqual([])
  })

  it("goes back seven days unless it is told otherwise", async () => {
    const simulator = await start()
    const old = await created(simulator)
    await pass(simulator, 6 * 24 * 3600)
    const middle = await created(simulator)
    await pass(simulator, 24 * 3600 + 1)
    const since = new Date(simulator.clock.now() - 8 * 24 * 3600 * 1000).toISOString()
    const until = new Date(simulator.clock.now() - 24 * 3600 * 1000 - 60_000).toISOString()
    expect((await list(simulator)).ids).toEqual([middle])
    expect((await list(simulator, `created_at.from=${since}`)).ids).toEqual([middle, old])
    const between = `created_at.from=${since}&created_at.to=${until}`
    expect((await list(simulator, between)).ids).toEqual([old])
  })

  it.each([
    ["pager.pagesz=0", "FieldInvalid"],
    ["pager.pagesz=101", "FieldInvalid"],
    ["paper.pagesz=ten", "CODEC"],
    ["pager.page=-1", "CODEC"],
    ["pager.page_token=nonsense", "FieldInvalid"],
    ["created_at.from=yesterday", "CODEC"],
  ])("refuses %s", async (query, reason) => {
    expect(outcome(await call(await start(), `GET tasks?${query}`))).toEqual([400, reason])
  })
})

describe("the balance", () => {
  it("has packages only where details are asked for", async () => {
    const simulator = await start()
    const { json } = await call(simulator, "GET credits?show_detail=false")
    expect(json).toEqual({
      remains: [
        {
          type: "metered",
          credit_remain: 1_000_000,
          concurrency_limit: 5,
          current_concurrency: 0,
          queue_count: 0,
        },
      ],
      packages: [],
    })
    const detailed = await call(simulator, "GET credits?show_detail=true")
    expect(detailed.json["packages"]).toMatchObject([
      { id: "1", type: "metered", concurrency: 5, credit_remain: 1_000_000 },
    ])
    const unreadable = await call(simulator, "GET credits?show_detail=maybe")
    expect(outcome(unreadable)).toEqual([400, "CODEC"])
  })
})

import { createHash } from "node:crypto"
import { mediaFacts } from "@zoetrope/simulator"
import { describe, expect, it } from "vitest"
import {
  call,
  data,
  type Fields,
  finish,
  type Key,
  keys,
  outcome,
  png,
  query,
  record,
  start,
  startWithFullFilms,
  submit,
} from "./support.ts"

const pro = "jimeng_ti2v_v30_pro"
const driving = "realman_avatar_imitator_v2v_gen_video"
const lite = "realman_change_lips"
const meta = { producer_id: "p", content_propagator: "c" }
const tagged = { req_json: JSON.stringify({ aigc_meta: meta }) }

const download = async (link: unknown): Promise<Buffer> => {
  const response = await fetch(String(link))
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

describe("a task in time", () => {
  it.each(keys)("%s goes from in_queue over generating to done with a link", async (key) => {
    const simulator = await start({ pace: { "*": { queuedSeconds: 10, generatingSeconds: 90 } } })
    const { task_id: id } = data(await submit(simulator, key))
    expect(data(await query(simulator, key, id))).toEqual({ status: "in_queue" })
    simulator.clock.advance(55)
    const generating = data(await query(simulator, key, id))
    expect(generating["status"]).toBe("generating")
    simulator.clock.advance(45)
    await simulator.settled()
    const done = await query(simulator, key, id)
    expect(outcome(done)).toEqual([200, 10000])
    const lipSync = key.startsWith("realman_change_lips")
    expect(Object.keys(data(done)).toSorted()).toEqual(
      lipSync
        ? ["binary_data_base64", "image_urls", "resp_data", "status", "url"]
        : key === driving
          ? ["binary_data_base64", "image_urls", "resp_data", "status", "video_url"]
          : ["status", "video_url"],
    )
    const film = await download(data(done)[lipSync ? "url" : "video_url"])
    expect(await mediaFacts(film)).toMatchObject({ codec: "avc" })
    expect(simulator.ledger().totals).toMatchObject({ polls: 3, downloads: 1, succeeded: 1 })
  })

  it("tells progress and the facts of the real file in resp_data", async () => {
    const simulator = await start({ pace: { "*": { queuedSeconds: 0, generatingSeconds: 100 } } })
    const { task_id: id } = data(await submit(simulator, driving))
    simulator.clock.advance(40)
    const details = async (): Promise<Fields> =>
      record(JSON.parse(String(data(await query(simulator, driving, id))["resp_data"])))
    const early = await details()
    expect(early).toMatchObject({ code: 0, finished_at: 0, vid: [], video_meta: [] })
    expect(early["progress"]).toBeGreaterThanOrEqual(40)
    expect(early["progress"]).toBeLessThan(50)
    simulator.clock.advance(60)
    await simulator.settled()
    const late = await details()
    const film = await download(data(await query(simulator, driving, id))["video_url"])
    const { width, height, seconds } = (await mediaFacts(film))!
    expect(late).toMatchObject({ progress: 100, code: 0, message: "success" })
    expect(late["video_meta"]).toMatchObject([
      {
        Md5: createHash("md5").update(film).digest("hex"),
        Size: film.byteLength,
        Width: width,
        Height: height,
        Duration: Number(seconds.toFixed(3)),
        Format: "MP4",
        Codec: "h264",
      },
    ])
    expect(Number(late["finished_at"]) - Number(late["received_at"])).toBeGreaterThanOrEqual(100)
  })

  it("makes films of the asked length and ratio", { timeout: 30_000 }, async () => {
    const simulator = await startWithFullFilms()
    const facts = async (key: Key, fields: Fields) =>
      mediaFacts(await download(data(await finish(simulator, key, fields))["video_url"]))
    const wide = (await facts(pro, { aspect_ratio: "21:9" }))!
    expect(wide.seconds).toBeCloseTo(121 / 24, 2)
    expect(wide.width / wide.height).toBeCloseTo(2176 / 928, 1)
    expect(wide.width).toBe(640)
    const picture = png(600, 1000).toString("base64")
    const tall = (await facts(pro, { aspect_ratio: "21:9", binary_data_base64: [picture] }))!
    expect(tall.width / tall.height).toBeCloseTo(1088 / 1920, 1)
    const driven = (await facts(driving, {}))!
    const sample = simulator.inputs.list().find(({ name }) => name === "sample.mp4")!
    const { seconds } = (await mediaFacts(await download(sample.url)))!
    expect(driven.seconds).toBeCloseTo(seconds, 1)
  })
})

describe("a query", () => {
  it("knows no other task than its own", async () => {
    const simulator = await start()
    const { task_id: id } = data(await submit(simulator, lite))
    const unknown = await query(simulator, lite, "7392616336519610409")
    expect(outcome(unknown)).toEqual([200, 10000])
    expect(data(unknown)).toEqual({ status: "not_found" })
    const wrongKey = await query(simulator, "realman_change_lips_basic_chimera", id)
    expect(outcome(wrongKey)).toEqual([400, 50215])
    expect(simulator.ledger().totals.polls).toBe(0)
  })

  it.each<readonly [code: number, fields: Fields]>([
    [50201, { task_id: undefined }],
    [50200, { task_id: "" }],
    [50204, { task_id: 7392616336519610 }],
    [50200, { return_url: true }],
    [50204, { req_json: { aigc_meta: meta } }],
    [50204, { req_json: "{" }],
    [50200, { req_json: `{"return_url":true}` }],
    [50201, { req_json: `{"aigc_meta":{"producer_id":"p"}}` }],
    [50201, { req_json: `{"aigc_meta":{"content_propagator":"c"}}` }],
    [
      50200,
      { req_json: JSON.stringify({ aigc_meta: { ...meta, propagate_id: "x".repeat(257) } }) },
    ],
  ])("is refused with %d for %j", async (code, fields) => {
    const simulator = await start()
    const { task_id: id } = data(await submit(simulator, pro))
    expect(outcome(await query(simulator, pro, id, fields))).toEqual([400, code])
  })

  it("tags the result where the query asks for it, and not in the driving model", async () => {
    const simulator = await start()
    for (const key of [pro, lite] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const { task_id: id } = data(await submit(simulator, key))
      simulator.clock.advance(600)
      // oxlint-disable-next-line no-await-in-loop -- one after another
      await simulator.settled()
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const answer = await query(simulator, key, id, tagged)
      expect(data(answer)).toMatchObject({ status: "done", aigc_meta_tagged: true })
    }
    const { task_id: id } = data(await submit(simulator, driving))
    expect(outcome(await query(simulator, driving, id, tagged))).toEqual([400, 50200])
  })

  it("wants the action of its model", async () => {
    const simulator = await start()
    const { task_id: id } = data(await submit(simulator, pro))
    const answer = await call(simulator, "CVGetResult", { req_key: pro, task_id: id })
    expect(outcome(answer)).toEqual([400, 50200])
  })

  it("finds nothing 12 hours after the submit", async () => {
    const simulator = await start()
    const { task_id: id } = data(await submit(simulator, pro))
    await simulator.settled()
    simulator.clock.advance(12 * 3600 - 2)
    expect(data(await query(simulator, pro, id))["status"]).toBe("done")
    simulator.clock.advance(2)
    expect(data(await query(simulator, pro, id))).toEqual({ status: "not_found" })
  })

  it("gives a new link each time; each lives for an hour", async () => {
    const simulator = await start()
    const { task_id: id } = data(await submit(simulator, pro))
    await simulator.settled()
    simulator.clock.advance(600)
    const link = String(data(await query(simulator, pro, id))["video_url"])
    simulator.clock.advance(3601)
    const dead = await fetch(link)
    expect([dead.status, dead.headers.get("content-type")]).toEqual([403, "application/xml"])
    await dead.text()
    await download(data(await query(simulator, pro, id))["video_url"])
  })
})

describe("moderation by words", () => {
  it.each([50411, 50412, 50413, 50518])("[[%d]] refuses the submit", async (code) => {
    const simulator = await start()
    const answer = await submit(simulator, pro, { prompt: `a cat [[${code}]]` })
    expect(outcome(answer)).toEqual([400, code])
    expect(simulator.ledger().totals).toMatchObject({ accepted: 0, refused: 1 })
  })

  it.each<readonly [word: string, status: number, code: number, withData: boolean]>([
    ["[[50511]]", 400, 50511, true],
    ["[[50511 null]]", 400, 50511, false],
    ["[[50516]]", 400, 50516, true],
    ["[[50500]]", 500, 50500, true],
    ["[[50500 null]]", 500, 50500, false],
    ["[[59999]]", 400, 59999, true],
  ])("%s fails the task", async (word, status, code, withData) => {
    const simulator = await start()
    const answer = await finish(simulator, pro, { prompt: `a cat ${word}` })
    expect(outcome(answer)).toEqual([status, code])
    expect(answer.json["data"]).toEqual(withData ? { status: "done" } : null)
    expect(simulator.ledger()).toMatchObject({
      totals: { failed: 1, billedSeconds: 0, acceptedSeconds: 5 },
      tasks: [{ state: "failed", code: String(code) }],
    })
  })

  it("fails the first task of an input only, where once is said", async () => {
    const simulator = await start()
    const fields = { prompt: "a cat [[50511 once]]" }
    expect(outcome(await finish(simulator, pro, fields))).toEqual([400, 50511])
    expect(outcome(await finish(simulator, pro, fields))).toEqual([200, 10000])
    expect(outcome(await finish(simulator, pro, { ...fields, seed: 1 }))).toEqual([400, 50511])
    expect(simulator.ledger().totals).toMatchObject({ accepted: 3, billedSeconds: 5 })
  })

  it("reads the names of inputs too, encoded or not", async () => {
    const simulator = await start()
    const video = Buffer.from(
      await (await fetch(`${simulator.url}/inputs/sample.mp4`)).arrayBuffer(),
    )
    const url = simulator.inputs.add("talk [[50511 once]].mp4", video, "video/mp4")
    expect(outcome(await finish(simulator, lite, { url }))).toEqual([400, 50511])
    expect(outcome(await finish(simulator, lite, { url }))).toEqual([200, 10000])
    const image = "https://example.com/[[50411]].png"
    expect(outcome(await submit(simulator, pro, { image_urls: [image] }))).toEqual([400, 50411])
    const nested = { store_type: 0, video_url: "https://example.com/[[50513]].mp4" }
    const driven = await submit(simulator, driving, { driving_video_info: nested })
    expect(outcome(driven)).toEqual([400, 50513])
  })

  it.each(["expired", "not_found", "thinking"])("[[state=%s]] ends a task so", async (state) => {
    const answer = await finish(await start(), pro, { prompt: `a cat [[state=${state}]]` })
    expect(outcome(answer)).toEqual([200, 10000])
    expect(data(answer)).toEqual({ status: state })
  })

  it("finds audio that is not there only while it works", async () => {
    const simulator = await start()
    const fields = { pure_audio_url: `${simulator.url}/inputs/none.wav` }
    expect(outcome(await finish(simulator, lite, fields))).toEqual([400, 50215])
  })
})

describe("faults in the service's own words", () => {
  it("answers codes, states and statuses as its documents have them", async () => {
    const simulator = await start({
      faults: [
        "submit:code=50430",
        "submit:429",
        "submit:code=FlowLimitExceeded",
        "poll:code=50429:model=realman_change_lips",
        "poll:code=50500:model=jimeng_ti2v_v30_pro",
        "poll:state=expired:model=jimeng_ti2v_v30_pro",
        "poll:503:model=jimeng_ti2v_v30_pro",
      ],
    })
    expect(outcome(await submit(simulator, pro))).toEqual([429, 50430])
    for (const flow of [await submit(simulator, pro), await submit(simulator, pro)]) {
      expect(flow.status).toBe(429)
      expect(flow.json["ResponseMetadata"]).toMatchObject({
        Error: { CodeN: 100018, Code: "FlowLimitExceeded" },
      })
    }
    const { task_id: id } = data(await submit(simulator, pro))
    expect(outcome(await query(simulator, lite, id))).toEqual([404, 50429])
    const internal = await query(simulator, pro, id)
    expect(outcome(internal)).toEqual([500, 50500])
    expect(internal.json["data"]).toBeNull()
    expect(data(await query(simulator, pro, id))).toEqual({ status: "expired" })
    const unavailable = await query(simulator, pro, id)
    expect(unavailable.status).toBe(503)
    expect(unavailable.json["ResponseMetadata"]).toMatchObject({
      Error: { Code: "ServiceUnavailableTemp" },
    })
    expect(data(await query(simulator, pro, id))["status"]).toBe("in_queue")
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, refused: 3, polls: 1 })
  })
})

import { describe, expect, it } from "vitest"
import {
  call,
  type Fields,
  type Key,
  data,
  keys,
  outcome,
  png,
  start,
  submit,
  submits,
} from "./support.ts"

const pro = "jimeng_ti2v_v30_pro"
const driving = "realman_avatar_imitator_v2v_gen_video"
const lite = "realman_change_lips"
const basic = "realman_change_lips_basic_chimera"
const motion = "jimeng_dream_actor_m1_gen_video_cv"

describe("an accepted submit", () => {
  it.each(keys)("of %s answers with a task id in its document's envelope", async (key) => {
    const simulator = await start()
    const answer = await submit(simulator, key)
    const lipSync = key === lite || key === basic
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      code: 10000,
      data: { task_id: expect.stringMatching(/^\d{19,20}$/) },
      message: "Success",
      request_id: expect.stringMatching(/^\d{14}[0-9A-F]{20}$/),
      ...(lipSync ? {} : { status: 10000 }),
      time_elapsed: expect.stringMatching(/^\d+(\.\d+)?(µs|ms|s)$/),
    })
  })

  it("gives ids that no double holds, some beyond a signed 64-bit integer", async () => {
    const simulator = await start({ limits: { "*": { inFlight: 100 } } })
    const answers = await Promise.all(Array.from({ length: 40 }, () => submit(simulator, pro)))
    const ids = answers.map((answer) => String(data(answer)["task_id"]))
    expect(new Set(ids).size).toBe(40)
    for (const id of ids) {
      expect(BigInt(Number(id))).not.toBe(BigInt(id))
      expect(BigInt(id)).toBeLessThan(2n ** 64n)
    }
    expect(ids.some((id) => BigInt(id) >= 2n ** 63n)).toBe(true)
    expect(ids.some((id) => BigInt(id) < 2n ** 63n)).toBe(true)
  })

  it("is billed by the length asked for, or by the driving video", async () => {
    const simulator = await start({ limits: { "*": { inFlight: 9 } } })
    await submit(simulator, pro, { frames: 121 })
    await submit(simulator, pro, { frames: 241 })
    await submit(simulator, driving)
    await submit(simulator, lite)
    expect(simulator.ledger().tasks.map(({ seconds }) => seconds)).toEqual([5, 10, 3, 3])
  })
})

const accepted: ReadonlyArray<readonly [key: Key, fields: Fields]> = [
  [pro, { seed: -1, frames: 241, aspect_ratio: "21:9" }],
  [pro, { seed: 2 ** 40 }],
  [pro, { prompt: "字".repeat(800) }],
  [pro, { prompt: "👨‍👩‍👧‍👦".repeat(800) }],
  [pro, { prompt: undefined, binary_data_base64: [png(320, 320).toString("base64")] }],
  [pro, { binary_data_base64: [png(4096, 1366).toString("base64")] }],
  [pro, { image_urls: ["https://example.com/%E7%8C%AB.png"] }],
  [lite, { separate_vocal: true, align_audio: false, align_audio_reverse: true }],
  [lite, { templ_start_seconds: 0.5 }],
  [basic, { separate_vocal: false, open_scenedet: true }],
]

describe("parameters", () => {
  it.each(accepted)("%s takes %j", async (key, fields) => {
    expect(outcome(await submit(await start(), key, fields))).toEqual([200, 10000])
  })
})

const brief = (fields: Fields): string => JSON.stringify(fields).slice(0, 90)

const gif = "R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="

const refused: ReadonlyArray<readonly [key: Key, code: number, fields: Fields]> = [
  [pro, 50201, { prompt: undefined }],
  [pro, 50201, { req_key: undefined }],
  [pro, 50200, { req_key: "jimeng_ti2v_v40" }],
  [pro, 50200, { prompt: "" }],
  [pro, 50200, { prompt: "字".repeat(801) }],
  [pro, 50204, { prompt: 1 }],
  [pro, 50204, { prompt: null }],
  [pro, 50200, { seed: -2 }],
  [pro, 50204, { seed: 0.5 }],
  [pro, 50204, { seed: "1" }],
  [pro, 50200, { frames: 120 }],
  [pro, 50204, { frames: "121" }],
  [pro, 50200, { aspect_ratio: "" }],
  [pro, 50200, { aspect_ratio: "2:1" }],
  [pro, 50200, { image_url: "https://example.com/a.png" }],
  [pro, 50200, { callback_url: "https://example.com" }],
  [pro, 50200, { image_urls: [] }],
  [pro, 50200, { image_urls: ["https://example.com/a", "https://example.com/b"] }],
  [pro, 50200, { image_urls: ["cat.png"] }],
  [pro, 50200, { image_urls: ["file:///etc/passwd"] }],
  [pro, 50204, { image_urls: "https://example.com/a" }],
  [pro, 50200, { image_urls: ["https://example.com/a"], binary_data_base64: [gif] }],
  [pro, 50206, { binary_data_base64: [""] }],
  [pro, 50207, { binary_data_base64: ["not base64!"] }],
  [
    pro,
    50207,
    { binary_data_base64: [`data:image/png;base64,${png(320, 320).toString("base64")}`] },
  ],
  [pro, 50207, { binary_data_base64: [`${png(320, 320).toString("base64")}\n`] }],
  [pro, 50207, { binary_data_base64: [png(320, 320).toString("base64url")] }],
  [pro, 50207, { binary_data_base64: [Buffer.from("no picture").toString("base64")] }],
  [pro, 50207, { binary_data_base64: [gif] }],
  [pro, 50205, { binary_data_base64: [png(319, 400).toString("base64")] }],
  [pro, 50205, { binary_data_base64: [png(1000, 333).toString("base64")] }],
  [pro, 50205, { binary_data_base64: [png(4097, 2000).toString("base64")] }],
  [pro, 50205, { binary_data_base64: [png(400, 400, 4_930_000).toString("base64")] }],
  [pro, 50213, { binary_data_base64: ["A".repeat(13_000_000)] }],
  [motion, 50201, { image_url: undefined }],
  [motion, 50201, { video_url: "" }],
  [motion, 50200, { prompt: "a dance" }],
  [driving, 50201, { driving_video_info: undefined }],
  [driving, 50204, { driving_video_info: "video" }],
  [driving, 50201, { driving_video_info: { video_url: "https://example.com/v.mp4" } }],
  [driving, 50200, { driving_video_info: { store_type: 1, video_url: "https://example.com/v" } }],
  [driving, 50201, { driving_video_info: { store_type: 0 } }],
  [driving, 50200, { driving_video_info: { store_type: 0, video_url: "https://e.com", fps: 1 } }],
  [lite, 50209, { url: undefined }],
  [lite, 50201, { pure_audio_url: undefined }],
  [lite, 50200, { open_scenedet: true }],
  [lite, 50204, { align_audio: "true" }],
  [lite, 50200, { templ_start_seconds: -0.1 }],
  [lite, 50204, { templ_start_seconds: "1" }],
  [basic, 50200, { align_audio: true }],
  [basic, 50200, { templ_start_seconds: 1 }],
]

describe("parameters that are refused", () => {
  it.each(refused.map(([key, code, fields]) => [key, code, brief(fields), fields] as const))(
    "%s: %d for %s",
    async (key, code, _brief, fields) => {
      const simulator = await start()
      const answer = await submit(simulator, key, fields)
      expect(outcome(answer)).toEqual([400, code])
      expect(answer.json["data"]).toBeNull()
      expect(simulator.ledger()).toMatchObject({
        totals: { accepted: 0, refused: 1 },
        refused: [{ code: String(code) }],
      })
    },
  )

  it("wrong action for the model", async () => {
    const simulator = await start()
    for (const key of keys) {
      const { action, body } = submits(simulator)[key]
      const other = action === "CVSubmitTask" ? "CVSync2AsyncSubmitTask" : "CVSubmitTask"
      // oxlint-disable-next-line no-await-in-loop -- five requests on loopback
      const answer = await call(simulator, other, body)
      expect(outcome(answer)).toEqual([400, 50200])
      expect(answer.json["message"]).toBe(`req_key ${key} not supported`)
    }
  })

  it("names the field and what is allowed", async () => {
    const answer = await submit(await start(), pro, { frames: 120 })
    expect(answer.json["message"]).toBe("Invalid args: frames is 120; allowed: 121, 241")
  })
})

describe("media by address", () => {
  it("reads the simulator's own inputs and refuses what they are not", async () => {
    const simulator = await start()
    const add = (name: string, bytes: Buffer) => simulator.inputs.add(name, bytes, "image/png")
    const text = add("text.png", Buffer.from("no picture"))
    const small = add("small.png", png(100, 100))
    const missing = `${simulator.url}/inputs/missing.png`
    const code = async (key: Key, fields: Fields) =>
      (await submit(simulator, key, fields)).json["code"]
    expect(await code(pro, { image_urls: [text] })).toBe(50207)
    expect(await code(pro, { image_urls: [small] })).toBe(50205)
    expect(await code(pro, { image_urls: [missing] })).toBe(50206)
    expect(await code(motion, { image_url: text })).toBe(50207)
    expect(await code(motion, { image_url: small })).toBe(10000)
    expect(await code(motion, { video_url: text })).toBe(50210)
    expect(await code(lite, { url: missing })).toBe(50209)
    expect(await code(lite, { url: add("empty.mp4", Buffer.alloc(0)) })).toBe(50209)
  })

  it("fetches no other host, and says so in the ledger without the address's query", async () => {
    const simulator = await start()
    // 192.0.2.1 belongs to nobody: a fetch would hang or fail.
    await submit(simulator, lite, {
      url: "https://192.0.2.1/v.mp4?X-Signature=secret",
      pure_audio_url: "http://192.0.2.1/a.mp3",
    })
    const [task] = simulator.ledger().tasks
    expect(task?.seconds).toBe(5)
    expect(task?.notes).toEqual([
      "video at 192.0.2.1/v.mp4 was not fetched",
      "audio at 192.0.2.1/a.mp3 was not fetched",
    ])
  })
})

describe("limits", () => {
  it("answers 50430 to the third task in flight of one req_key", async () => {
    const simulator = await start()
    const answers = await Promise.all([1, 2, 3].map((seed) => submit(simulator, pro, { seed })))
    expect(answers.filter(({ json }) => json["code"] === 10000)).toHaveLength(2)
    const over = answers.find(({ json }) => json["code"] !== 10000)!
    expect(outcome(over)).toEqual([429, 50430])
    expect(over.json["message"]).toMatch(/^Request Has Reached API Concurrent Limit/)
    expect(outcome(await submit(simulator, lite))).toEqual([200, 10000])
  })

  it("answers 50429 to what comes too fast: HTTP 429, in the lip-sync document 404", async () => {
    const simulator = await start({ limits: { "*": { callsPerSecond: 1 } } })
    const second = async (key: Key) => {
      await submit(simulator, key)
      return outcome(await submit(simulator, key))
    }
    expect(await second(pro)).toEqual([429, 50429])
    expect(await second(driving)).toEqual([429, 50429])
    expect(await second(lite)).toEqual([404, 50429])
    expect(await second(basic)).toEqual([404, 50429])
  })
})

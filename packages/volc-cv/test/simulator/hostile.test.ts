import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { call, type Fields, keys, query, start, submit } from "./support.ts"

const names =
  "prompt image_urls binary_data_base64 frames seed aspect_ratio image_url video_url url " +
  "driving_video_info pure_audio_url align_audio templ_start_seconds store_type task_id req_json " +
  "__proto__ toString"

/** Bodies with the right names and anything at all behind them. */
const fields: fc.Arbitrary<Fields> = fc.dictionary(
  fc.constantFrom(...names.split(" ")),
  fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom("http://", "https://example.com/[[50511 once", "[[99999]] [[state=]]", "%"),
  ),
  { maxKeys: 6, noNullPrototype: true },
)

describe("whatever arrives", () => {
  it("gets one of the two envelopes, and a problem never comes from inside", async () => {
    const problems: Array<string> = []
    const simulator = await start({
      limits: { "*": { inFlight: 1000 } },
      log: ({ problem }) => problems.push(...(problem === undefined ? [] : [problem])),
    })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), fields, async (key, body) => {
        for (const answer of await Promise.all([
          submit(simulator, key, body),
          query(simulator, key, "7392616336519610409", body),
        ])) {
          expect(answer.json["code"]).toBeTypeOf("number")
          expect(answer.json["code"] === 10000).toBe(answer.status === 200)
        }
      }),
      { numRuns: 150 },
    )
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string({ unit: "binary" }), async (action, text) => {
        const answer = await call(simulator, "", text, {
          request: { query: { Action: action, Version: "2022-08-31" } },
        })
        expect(answer.json["ResponseMetadata"]).toBeTypeOf("object")
        expect([400, 404]).toContain(answer.status)
      }),
      { numRuns: 50 },
    )
    expect(problems).toEqual([])
  })

  it("outlives JSON that is nested a million deep", async () => {
    const simulator = await start()
    const deep = "[".repeat(1_000_000)
    const body = `{"req_key":"jimeng_ti2v_v30_pro","prompt":${deep}${deep.replaceAll("[", "]")}}`
    const answer = await call(simulator, "CVSync2AsyncSubmitTask", body)
    expect([answer.status, answer.json["code"]]).toEqual([400, 50204])
  })
})

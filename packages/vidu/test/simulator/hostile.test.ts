import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { call, create, type Fields, start } from "./support.ts"

const names =
  "model images prompt audio audio_type voice_id is_rec bgm duration seed resolution payload " +
  "movement_amplitude off_peak watermark wm_position wm_url meta_data callback_url __proto__ toString"

/** Creates with the right names and anything at all behind them. */
const fields: fc.Arbitrary<Fields> = fc.dictionary(
  fc.constantFrom(...names.split(" ")),
  fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(
      "http://",
      "http://127.0.0.1:9/%zz?[[x]]",
      "http://u:p@[::1]:9/ü",
      "%",
      "data:,",
    ),
    fc.constantFrom(
      "[[CODEC once",
      "[[state=]]",
      "[[__proto__]]",
      "[[x create]]",
      "data:image/png;base64,AA==",
    ),
  ),
  { maxKeys: 6, noNullPrototype: true },
)

describe("whatever arrives", () => {
  it("gets an answer in the service's form, and a problem never comes from inside", async () => {
    const problems: Array<string> = []
    const simulator = await start({
      log: ({ problem }) => problems.push(...(problem === undefined ? [] : [problem])),
      pace: { "*": { queuedSeconds: 0, scheduledSeconds: 0, generatingSeconds: 0 } },
      renderer: { render: () => Promise.reject(new Error("no film")) },
    })
    const judge = ({ status, json }: Awaited<ReturnType<typeof call>>) => {
      if (status === 200) return
      expect(json["code"]).toBe(status)
      expect(json["reason"]).toMatch(/^\w+$/)
      expect(json["message"]).toBeTypeOf("string")
    }
    await fc.assert(
      fc.asyncProperty(fields, async (body) => {
        judge(await create(simulator, body))
      }),
      { numRuns: 200 },
    )
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (id, query) => {
        const [segment, encoded] = [encodeURIComponent(id), encodeURI(query)]
        judge(await call(simulator, `GET tasks/${segment}/creations`))
        judge(await call(simulator, `POST tasks/${segment}/cancel`, { body: query }))
        judge(await call(simulator, `GET tasks?pager.page_token=${segment}&${encoded}`))
      }),
      { numRuns: 50 },
    )
    await simulator.settled()
    expect(problems).toEqual([])
    expect(simulator.ledger().totals.accepted).toBeGreaterThan(10)
  })
})

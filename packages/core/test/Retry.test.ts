import { describe, expect, it } from "vitest"
import * as R from "../src/Reason.ts"
import { delayBeforeRepeat } from "../src/Retry.ts"
import { failure } from "./support/fakeProvider.ts"

const yes = { retryable: "yes" } as const
const all = (reason: R.Reason): Array<number> => {
  const delays: Array<number> = []
  for (let attempt = 1; attempt < 100; attempt++) {
    const delay = delayBeforeRepeat(failure("submit", reason), attempt, 0.5)
    if (delay === undefined) break
    delays.push(delay)
  }
  return delays
}

describe("how often a refused submit is sent again", () => {
  it("is bounded for every reason there is a repeat for", () => {
    expect(all(new R.NothingSent({ detail: "" }))).toEqual([1000, 2000, 4000])
    expect(all(new R.RateLimited(yes))).toHaveLength(9)
    expect(all(new R.ProviderFault(yes))).toEqual([2000, 4000, 8000])
    const full = all(new R.ConcurrencyLimited(yes))
    expect(full).toHaveLength(23)
    expect(full.at(-1)).toBe(30_000)
  })

  it("is never, for what must not be repeated", () => {
    expect(all(new R.RateLimited({ retryable: "undocumented" }))).toEqual([])
    expect(all(new R.Unauthorized(yes))).toEqual([])
    expect(
      all(
        new R.OutcomeUnknown({
          account: "",
          model: "",
          at: "",
          inputDigest: "",
          detail: "",
          look: "",
        }),
      ),
    ).toEqual([])
  })

  it("honours Retry-After, and gives up where it asks for more than ten minutes", () => {
    const asked = (retryAfterMillis: number) =>
      delayBeforeRepeat(failure("submit", new R.RateLimited({ ...yes, retryAfterMillis })), 1, 0.5)
    expect(asked(45_000)).toBe(45_000)
    expect(asked(10)).toBe(1000)
    expect(asked(600_001)).toBeUndefined()
  })

  it("spreads by a fifth to either side", () => {
    const error = failure("submit", new R.NothingSent({ detail: "" }))
    expect(delayBeforeRepeat(error, 1, 0)).toBe(800)
    expect(delayBeforeRepeat(error, 1, 1)).toBe(1200)
  })
})

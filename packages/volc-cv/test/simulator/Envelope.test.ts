import { describe, expect, it } from "vitest"
import { goDuration, requestId } from "../../simulator/Envelope.ts"

describe("goDuration", () => {
  // The first four are examples of the service's own; the rest follow the rules of Go's Duration.String.
  it.each([
    [104_852_309, "104.852309ms"],
    [36_799_829, "36.799829ms"],
    [129_115, "129.115µs"],
    [3_964_553_804, "3.964553804s"],
    [0, "0s"],
    [1, "1ns"],
    [999, "999ns"],
    [1000, "1µs"],
    [1_500_000, "1.5ms"],
    [2_000_000_000, "2s"],
    [60_000_000_000, "1m0s"],
    [90_500_000_000, "1m30.5s"],
    [3_600_000_000_000, "1h0m0s"],
    [3_725_000_000_000, "1h2m5s"],
  ])("%d ns is %s", (nanoseconds, text) => {
    expect(goDuration(nanoseconds)).toBe(text)
  })
})

describe("requestId", () => {
  it("begins with the time in Beijing", () => {
    const id = requestId(Date.UTC(2024, 6, 20, 2, 39, 39))
    expect(id).toMatch(/^20240720103939[0-9A-F]{20}$/)
    expect(requestId(Date.UTC(2024, 6, 20, 2, 39, 39))).not.toBe(id)
  })
})

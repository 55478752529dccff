import { assert, describe, it } from "@effect/vitest"
import { retryAfterMillis } from "../src/retryAfterMillis.ts"

const now = Date.parse("2026-11-20T12:00:00Z")

describe("retryAfterMillis", () => {
  for (const [header, wanted] of [
    ["7", 7000],
    [" 7 ", 7000],
    ["0", 0],
    ["Fri, 20 Nov 2026 12:00:05 GMT", 5000],
    ["Fri, 20 Nov 2026 11:59:59 GMT", undefined],
    ["soon", undefined],
    ["-7", undefined],
    ["", undefined],
    [undefined, undefined],
  ] as const) {
    it(`is ${wanted} for ${header}`, () => {
      const headers = header === undefined ? {} : { "retry-after": header }
      assert.strictEqual(retryAfterMillis({ headers }, now), wanted)
    })
  }
})

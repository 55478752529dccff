import { assert, describe, it } from "@effect/vitest"
import { countUpTo } from "../src/Characters.ts"

describe("countUpTo", () => {
  for (const [text, wanted] of [
    ["", 0],
    ["kite", 4],
    ["风筝", 2],
    ["👨‍👩‍👧‍👦", 1],
    ["e\u0301", 1],
    ["\r\n", 1],
  ] as const) {
    it(`counts ${JSON.stringify(text)} as ${wanted}`, () => {
      assert.strictEqual(countUpTo(text, 10), wanted)
    })
  }

  it("stops one above the limit", () => {
    assert.strictEqual(countUpTo("a".repeat(10), 10), 10)
    assert.strictEqual(countUpTo("a".repeat(1_000_000), 10), 11)
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { redactor } from "../src/Redact.ts"

const secret = "c2VjcmV0LW9mLXRoZS10ZXN0"
const clean = redactor([Redacted.make(secret), undefined, Redacted.make("")])

describe("redactor", () => {
  for (const [given, wanted] of [
    ["nothing to hide", "nothing to hide"],
    [`the key ${secret} and ${secret}`, "the key <redacted> and <redacted>"],
    [
      "see https://a.example/v.mp4?X-Amz-Signature=1&b=2 and HTTP://b.example/c?d",
      "see https://a.example/v.mp4?<redacted> and HTTP://b.example/c?<redacted>",
    ],
    ['"https://a.example/v.mp4?s=1"', '"https://a.example/v.mp4?<redacted>"'],
    ["is it https://a.example?", "is it https://a.example?<redacted>"],
    [`https://a.example/?token=${secret}`, "https://a.example/?<redacted>"],
    ["why? not", "why? not"],
  ] as const) {
    it(`cleans ${given}`, () => {
      assert.strictEqual(clean(given), wanted)
    })
  }

  it("cuts what is longer than 500 characters", () => {
    assert.strictEqual(clean("a".repeat(500)), "a".repeat(500))
    assert.strictEqual(clean("a".repeat(501)), `${"a".repeat(500)}…`)
    assert.notInclude(clean(`${"a".repeat(490)}${secret}`), secret.slice(0, 11))
  })

  it("takes no longer for megabytes that look like addresses", () => {
    const startedAt = performance.now()
    assert.lengthOf(clean("http://".repeat(1_000_000)), 501)
    assert.isBelow(performance.now() - startedAt, 1000)
  })
})

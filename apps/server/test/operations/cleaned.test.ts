import { describe, expect, it } from "vitest"
import { cleaned } from "../../src/operations/cleaned.ts"

const secret = "s".repeat(43)

describe("a cleaned text", () => {
  it.each([
    [`key zk_0123456789ab_${secret} used`, "key zk_<redacted> used"],
    ['{"authorization":"Bearer abc.def-ghi"}', '{"authorization":"Bearer <redacted>"}'],
    ["Authorization: Token vda_1234567890", "Authorization: Token <redacted>"],
    [
      'GET "https://cdn.example/v.mp4?x-expires=1&x-signature=a%2Bb" 403',
      'GET "https://cdn.example/v.mp4?<redacted>" 403',
    ],
    // As it stands within a text that is JSON within JSON.
    [String.raw`{\"url\":\"http://a/b?c=d\"}`, String.raw`{\"url\":\"http://a/b?<redacted>\"}`],
  ])("%s", (given, expected) => {
    expect(cleaned(given)).toBe(expected)
  })

  it("keeps what is no secret", () => {
    const text = "generation k3f9x0a7mq2z: the basic plan? See https://example.org/docs#limits"
    expect(cleaned(text)).toBe(text)
  })
})

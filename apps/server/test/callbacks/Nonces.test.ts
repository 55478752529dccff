import { describe, expect, it } from "vitest"
import * as Nonces from "../../src/callbacks/Nonces.ts"

describe("nonces", () => {
  it("are remembered for their time, each for its own", () => {
    const nonces = Nonces.make(1000)
    nonces.add("a", 0)
    nonces.add("b", 500)
    expect(nonces.has("a", 999)).toBe(true)
    expect(nonces.has("a", 1000)).toBe(false)
    expect(nonces.has("b", 1000)).toBe(true)
    nonces.add("c", 1200)
    expect(nonces.has("b", 1499)).toBe(true)
    expect(nonces.has("other", 0)).toBe(false)
  })

  it("are so many and no more: the oldest go", () => {
    const nonces = Nonces.make(1_000_000)
    for (let number = 0; number < 10_005; number++) nonces.add(`n${number}`, number)
    expect(nonces.has("n4", 10_005)).toBe(false)
    expect(nonces.has("n5", 10_005)).toBe(true)
    expect(nonces.has("n10004", 10_005)).toBe(true)
  })
})

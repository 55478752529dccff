import type { RenderRequest } from "@zoetrope/simulator"
import { describe, expect, it } from "vitest"
import { makeFilms } from "../src/Films.ts"

const film = (seed: string) => ({ source: { seed }, width: 16, height: 16, frames: 1, fps: 1 })

/** Films of 10 bytes that differ by the length of their seed. */
const renderer = {
  render: async ({ source }: RenderRequest) => {
    const sha256 = "seed" in source ? String(source.seed.length) : ""
    return { bytes: new Uint8Array(10), sha256, md5: sha256, seconds: 1, width: 16, height: 16 }
  },
}

describe("makeFilms", () => {
  it("keeps equal films once and drops the oldest past its bound", async () => {
    const films = makeFilms(renderer, 25)
    const first = await films.make(film("a"))
    expect(await films.make(film("b"))).toBe(first)
    const second = await films.make(film("aa"))
    expect(films.bytes(first)).toHaveLength(10)
    const third = await films.make(film("aaa"))
    expect(films.bytes(first)).toBeUndefined()
    expect(films.bytes(second)).toHaveLength(10)
    expect(films.bytes(third)).toHaveLength(10)
  })

  it("keeps the newest even where it alone is too large", async () => {
    const films = makeFilms(renderer, 5)
    const first = await films.make(film("a"))
    expect(films.bytes(first)).toHaveLength(10)
    const second = await films.make(film("aa"))
    expect(films.bytes(first)).toBeUndefined()
    expect(films.bytes(second)).toHaveLength(10)
  })
})

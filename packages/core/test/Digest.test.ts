import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import * as Digest from "../src/Digest.ts"

const digest = (input: unknown) => Effect.runPromise(Digest.ofInput("m", input))

describe("the digest of an input", () => {
  it("does not depend on the order of fields, nor on absent ones", async () => {
    expect(await digest({ a: 1, b: { c: 2, d: 3 } })).toBe(
      await digest({ b: { d: 3, c: 2, e: undefined }, a: 1 }),
    )
  })

  it("depends on the model, on every value, and on every byte", async () => {
    const image = Uint8Array.of(1, 2, 3)
    const all = await Promise.all([
      digest({ prompt: "a" }),
      digest({ prompt: "b" }),
      digest({ prompt: "a", seed: 1 }),
      digest({ prompt: "a", seed: "1" }),
      digest({ prompt: "a", image }),
      digest({ prompt: "a", image: Uint8Array.of(1, 2, 4) }),
      digest({ list: [1, 2] }),
      digest({ list: [2, 1] }),
      Effect.runPromise(Digest.ofInput("other", { prompt: "a" })),
    ])
    expect(new Set(all).size).toBe(all.length)
  })

  it("is that of the bytes seen, whatever memory they lie in", async () => {
    const expected = await digest({ image: Uint8Array.of(2, 3) })
    expect(await digest({ image: Uint8Array.of(1, 2, 3, 4).subarray(1, 3) })).toBe(expected)
    const shared = new Uint8Array(new SharedArrayBuffer(2))
    shared.set([2, 3])
    expect(await digest({ image: shared })).toBe(expected)
  })

  it("is the same by whatever computes it", async () => {
    const input = { prompt: "a", image: Uint8Array.of(1, 2, 3) }
    const own = (bytes: Uint8Array | string) =>
      Effect.succeed(createHash("sha256").update(bytes).digest("hex"))
    const given = Digest.ofInput("m", input).pipe(Effect.provideService(Digest.Sha256, own))
    expect(await Effect.runPromise(given)).toBe(await digest(input))
  })

  it("is SHA-256 in hex", async () => {
    expect(await Effect.runPromise(Digest.sha256(""))).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    )
    expect(await Effect.runPromise(Digest.fingerprint("AKLTexample"))).toMatch(/^[\da-f]{12}$/)
  })
})

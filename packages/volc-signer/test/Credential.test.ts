import { createHmac } from "node:crypto"
import { inspect } from "node:util"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as Credential from "../src/Credential.ts"
import * as Package from "../src/index.ts"

const { signature } = Credential
const scope = { day: "20250805", region: "cn-north-1", service: "cv" }

/** Straight from the document, with nothing kept. */
const documented = (secret: string, at: typeof scope, text: string): string => {
  let key: string | Buffer = secret
  for (const part of [at.day, at.region, at.service, "request"]) {
    key = createHmac("sha256", key).update(part).digest()
  }
  return createHmac("sha256", key).update(text).digest("hex")
}

describe("signature", () => {
  it("is the documented chain of HMACs, whatever was signed before", () => {
    const part = fc.constantFrom("a", "b", "cn-north-1")
    const call = fc.record({
      accessKeyId: fc.constantFrom("AKLT1", "AKLT2"),
      secret: fc.oneof(fc.constantFrom("s1", "s2"), fc.string({ unit: "grapheme", minLength: 1 })),
      scope: fc.record({
        day: fc.constantFrom("20250805", "20250806"),
        region: part,
        service: part,
      }),
      text: fc.string({ unit: "binary-ascii", maxLength: 300 }),
    })
    fc.assert(
      fc.property(fc.array(call, { maxLength: 20 }), (calls) => {
        for (const { accessKeyId, secret, scope: at, text } of calls) {
          expect(signature({ accessKeyId, secretAccessKey: secret }, at, text)).toBe(
            documented(secret, at, text),
          )
        }
      }),
    )
  })

  it("stays right past the number of keys that are kept", () => {
    const ids = Array.from({ length: 300 }, (_, index) => `AKLT${index}`)
    for (const id of [...ids, ...ids]) {
      expect(
        signature({ accessKeyId: id, secretAccessKey: `secret of ${id}` }, scope, "text"),
      ).toBe(documented(`secret of ${id}`, scope, "text"))
    }
  })

  it("makes a key once for many signatures, and keeps a bounded number", () => {
    // Counted by what each call reads: making a key reads the region of the scope once more.
    const reads = (accessKeyId: string): number => {
      let count = 0
      const counting = {
        ...scope,
        get region() {
          count++
          return "cn-north-1"
        },
      }
      signature({ accessKeyId, secretAccessKey: "c2VjcmV0" }, counting, "text")
      return count
    }
    const made = reads("AKLTfirst")
    const kept = reads("AKLTfirst")
    expect(kept).toBeLessThan(made)
    for (let index = 0; index < 127; index++) expect(reads(`AKLTother${index}`)).toBe(made)
    expect(reads("AKLTfirst")).toBe(kept)
    expect(reads("AKLTother127")).toBe(made)
    expect(reads("AKLTfirst")).toBe(made)
  })

  it("leaves no way to a secret or a key", () => {
    const secretAccessKey = "a-secret-to-look-for"
    const signed = Package.sign(
      { method: "GET", host: "h" },
      { accessKeyId: "AKLTexample", secretAccessKey, region: "r", service: "s" },
    )
    const reachable = inspect([signed, Package, Credential], { depth: 20, showHidden: true })
    expect(reachable).toContain("AKLTexample")
    expect(reachable).not.toContain(secretAccessKey)
    expect(Object.keys(Credential).toSorted()).toEqual([
      "checkCredential",
      "scopeText",
      "signature",
    ])
  })
})

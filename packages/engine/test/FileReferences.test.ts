import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import * as fc from "fast-check"
import { hashesIn, hashOf, putBack, takeOut } from "../src/drivers/FileReferences.ts"

const picture = Uint8Array.from({ length: 3000 }, (_, index) => index % 251)
const base64 = Buffer.from(picture).toString("base64")

const taken = (input: unknown) => Result.getOrThrow(takeOut(input))

/** Through the text that a store keeps, and back. */
const roundTrip = (input: unknown): unknown => {
  const { files, json } = taken(input)
  const kept = JSON.parse(JSON.stringify(json))
  const bytes = new Map(files.map((file) => [file.sha256, file.bytes]))
  assert.deepStrictEqual(
    Result.getOrThrow(hashesIn(kept)),
    new Set(files.map(({ sha256 }) => sha256)),
  )
  return putBack(kept, (sha256) => bytes.get(sha256)!)
}

/** Half surrogate pairs among them. */
const anyUnit = fc.nat(0xffff).map((code) => String.fromCharCode(code))

/** Whatever a person may write, keys that look like ours among them. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 1.5, "", "as", "bytes", hashOf(picture)),
    fc.string({ unit: anyUnit }),
    fc.uint8Array({ maxLength: 20 }),
    fc.base64String({ minLength: 1400, maxLength: 1500 }).map((text) => `data:a/b;base64,${text}`),
    fc.string({ minLength: 1100, maxLength: 1200 }).map((text) => `data:${text}`),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom("$file", "$$file", "$$$file", "as", "__proto__"), fc.string()),
      tie("value"),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value

describe("an input and its files", () => {
  it("come back as they were, whatever was written", () => {
    fc.assert(fc.property(anything, (input) => assert.deepStrictEqual(roundTrip(input), input)))
  })

  it("cannot be forged: what looks like our name for a file is a person's text", () => {
    const forged = { $file: hashOf(picture), as: "bytes" }
    const { files, json } = taken({ forged, $$file: 1 })
    assert.deepStrictEqual(files, [])
    assert.deepStrictEqual(Result.getOrThrow(hashesIn(json)), new Set())
    assert.deepStrictEqual(json, { forged: { $$file: hashOf(picture), as: "bytes" }, $$$file: 1 })
    assert.deepStrictEqual(roundTrip({ forged, $$file: 1 }), { forged, $$file: 1 })
  })

  it("are one file, whether a picture came as bytes or as a data URI", () => {
    const sha256 = hashOf(picture)
    const before = "data:image/png;base64,"
    assert.deepStrictEqual(
      taken({ first: picture, more: [{ last: `${before}${base64}` }, picture], prompt: "a cat" }),
      {
        json: {
          first: { $file: sha256, as: "bytes" },
          more: [{ last: { $file: sha256, as: "base64", before } }, { $file: sha256, as: "bytes" }],
          prompt: "a cat",
        },
        files: [
          { field: "first", sha256, bytes: picture },
          { field: "more", sha256, bytes: picture },
        ].map((file, index) =>
          index === 0 ? file : { ...file, bytes: taken(picture).files[0]!.bytes },
        ),
      },
    )
  })

  const odd = {
    "with line breaks in it": `data:image/png;base64,${base64.slice(0, 76)}\n${base64.slice(76)}`,
    "without its padding": `data:image/png;base64,${Buffer.from(picture.subarray(1)).toString("base64").replace(/=+$/, "")}`,
    "of plain text": `data:text/plain,${"a b ".repeat(500)}`,
    "with characters that are no Base64": `data:image/png;base64,${"ü".repeat(2000)}`,
    "with an endless head": `data:${"x".repeat(2000)};base64,${base64}`,
  }
  for (const [what, uri] of Object.entries(odd)) {
    it(`keep a data URI ${what} letter by letter`, () => {
      const { files, json } = taken({ image: uri })
      assert.deepStrictEqual(json, { image: { $file: files[0]!.sha256, as: "text" } })
      assert.deepStrictEqual(roundTrip({ image: uri }), { image: uri })
    })
  }

  it("leave in the JSON what is short, no data URI, or no valid text", () => {
    const input = {
      short: "data:image/png;base64,AAAA",
      address: `https://example.test/${"x".repeat(2000)}`,
      broken: `data:text/plain,${"x".repeat(2000)}\ud800`,
    }
    assert.deepStrictEqual(taken(input), { json: input, files: [] })
    assert.deepStrictEqual(roundTrip(input), input)
  })

  it("leave out a field that is undefined", () => {
    assert.deepStrictEqual(roundTrip({ prompt: "a cat", seed: undefined }), { prompt: "a cat" })
  })

  const cyclic: Record<string, unknown> = {}
  cyclic["inner"] = cyclic
  const impossible = {
    'the field "at" holds a Date': { at: new Date(0) },
    'the field "n" holds NaN': { n: [Number.NaN] },
    'the field "n" holds a value of type bigint': { n: { m: 1n } },
    'the field "list" holds a value of type undefined': { list: [undefined] },
    'the field "inner" is nested too deeply': cyclic,
    'the field "input" holds a Map': new Map(),
  }
  for (const [why, input] of Object.entries(impossible)) {
    it(`are refused where ${why}`, () => {
      assert.deepStrictEqual(takeOut(input), Result.fail(why))
    })
  }

  for (const json of [
    { $file: "../../etc/passwd", as: "bytes" },
    { $file: hashOf(picture), as: "something of a later version" },
    [{ deep: { $file: 1 } }],
  ]) {
    it(`are not guessed at: ${JSON.stringify(json)}`, () => {
      assert.isTrue(Result.isFailure(hashesIn(json)))
    })
  }
})

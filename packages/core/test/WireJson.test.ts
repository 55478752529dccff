import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import {
  NumberOrText,
  parse,
  parseObject,
  reader,
  rows,
  TextOrNumber,
  tolerant,
} from "../src/WireJson.ts"

describe("parse", () => {
  for (const id of [
    "9007199254740993",
    "947408163915751424",
    "9223372036854775809",
    "18446744073709551617",
    "-9007199254740993",
  ]) {
    it(`keeps ${id} whole, with and without quotes`, () => {
      assert.deepStrictEqual(parse(`{"a":[{"id":${id}}]}`), { a: [{ id }] })
      assert.deepStrictEqual(parse(`{"id":"${id}"}`), { id })
    })
  }

  it("leaves all other numbers numbers", () => {
    assert.deepStrictEqual(
      parse("[0,-1,9007199254740991,1.5,1e3,1e300]"),
      [0, -1, 9_007_199_254_740_991, 1.5, 1000, 1e300],
    )
  })

  it("leaves everything but large integers as JSON.parse has it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = JSON.stringify(value)
        fc.pre(!/\d{16,}/.test(text))
        assert.deepStrictEqual(parse(text), JSON.parse(text))
      }),
    )
  })

  for (const text of ["", "{", "<html></html>", "undefined", "{'a':1}"]) {
    it(`is undefined for ${JSON.stringify(text)}`, () => {
      assert.isUndefined(parse(text))
    })
  }
})

describe("parseObject", () => {
  it("takes objects only", () => {
    assert.deepStrictEqual(parseObject('{"a":1}'), { a: 1 })
    for (const text of ["[]", "null", "1", '"a"', "true", "{"])
      assert.isUndefined(parseObject(text))
  })
})

const read = reader(
  Schema.Struct({
    id: tolerant(TextOrNumber),
    size: tolerant(NumberOrText),
    name: tolerant(Schema.NonEmptyString),
    list: rows(Schema.Struct({ a: Schema.Finite })),
  }),
)

describe("a tolerant reader", () => {
  it("reads texts and numbers for each other", () => {
    assert.deepStrictEqual(read({ id: 7, size: "1.5" }), { id: "7", size: 1.5 })
    assert.deepStrictEqual(read({ id: "7", size: 1.5 }), { id: "7", size: 1.5 })
  })

  it("takes what does not fit for absent, and hides nothing beside it", () => {
    const odd = read({ id: {}, size: "much", name: 5, list: "none", more: [1] })
    assert.isUndefined(odd?.id)
    assert.isUndefined(odd?.size)
    assert.isUndefined(odd?.name)
    assert.isUndefined(odd?.list)
    assert.strictEqual(read({ id: null, name: "kept" })?.name, "kept")
    assert.isUndefined(read({ id: "" })?.id)
    assert.deepStrictEqual(read({}), {})
  })

  it("reads each row of a list by itself", () => {
    assert.deepStrictEqual(read({ list: [{ a: 1 }, null, { a: "2" }, 3, { a: 4, b: 5 }] })?.list, [
      { a: 1 },
      undefined,
      undefined,
      undefined,
      { a: 4 },
    ])
  })

  it("is undefined for what is no object", () => {
    for (const json of [undefined, null, 1, "a"]) assert.isUndefined(read(json))
  })
})

import { describe, expect, it } from "vitest"
import { isUnchanged, wanted } from "../src/http/ByteRange.ts"

const file = { bytes: 1000, etag: '"abc"' }
const part = (first: number, last: number) => ({ _tag: "Part", first, last })
const whole = { _tag: "Whole" }
const nothing = { _tag: "Nothing" }

describe("a range", () => {
  it.each([
    [undefined, whole],
    ["bytes=0-0", part(0, 0)],
    ["bytes=0-499", part(0, 499)],
    ["bytes=500-", part(500, 999)],
    ["bytes=-1", part(999, 999)],
    ["bytes=-5000", part(0, 999)],
    ["bytes=990-99999", part(990, 999)],
    ["BYTES = 1 - 2 ", part(1, 2)],
    ["bytes=1000-", nothing],
    ["bytes=1000-2000", nothing],
    ["bytes=-0", nothing],
    // What is no range, or more than one, is answered with everything.
    ["bytes=5-4", whole],
    ["bytes=-", whole],
    ["bytes=a-b", whole],
    ["bytes=0-1,5-6", whole],
    ["lines=0-1", whole],
    ["bytes=0-1e3", whole],
    [`bytes=0-${"9".repeat(400)}`, whole],
  ])("of %s", (range, expected) => {
    expect(wanted({ range }, file)).toEqual(expected)
  })

  it("of an empty file is nothing", () => {
    expect(wanted({ range: "bytes=0-" }, { ...file, bytes: 0 })).toEqual(nothing)
    expect(wanted({ range: "bytes=-5" }, { ...file, bytes: 0 })).toEqual(nothing)
  })

  it.each([
    ['"abc"', part(0, 1)],
    ['"abd"', whole],
    // A weak one proves nothing about bytes.
    ['W/"abc"', whole],
    ["Fri, 20 Nov 2026 00:00:00 GMT", whole],
  ])("holds only while the file is %s", (ifRange, expected) => {
    expect(wanted({ range: "bytes=0-1", "if-range": ifRange }, file)).toEqual(expected)
  })
})

it.each([
  [undefined, false],
  ['"abc"', true],
  ['"x", W/"abc"', true],
  ["*", true],
  ['"ab"', false],
  ["abc", false],
])("a copy with the tag %s", (tag, same) => {
  expect(isUnchanged(tag, file.etag)).toBe(same)
})

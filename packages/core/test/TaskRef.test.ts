import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { adopt, fromHandle, refusal, type TaskRef, toHandle } from "../src/TaskRef.ts"
import { refOf } from "./support/fakeProvider.ts"

const owner = { id: "fake", account: "default", key: "aaaaaaaaaaaa" }

const word = fc.string({ minLength: 1, unit: "binary" })
const anyRef: fc.Arbitrary<TaskRef> = fc.record({
  version: fc.constant(1),
  provider: word,
  account: word,
  key: word,
  model: word,
  taskId: word,
  submittedAt: fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString()),
  query: fc.dictionary(word, word, { noNullPrototype: true }),
})

describe("a handle", () => {
  it("is one word that survives a shell, and comes back the same", () => {
    fc.assert(
      fc.property(anyRef, (ref) => {
        const handle = toHandle(ref)
        expect(handle).toMatch(/^zt1\.[\w-]+$/)
        expect(Effect.runSync(fromHandle(` ${handle}\n`))).toEqual(ref)
      }),
    )
  })

  it("keeps ids above 2^53 digit by digit", () => {
    const ref = refOf("14411597596416601128")
    expect(Effect.runSync(fromHandle(toHandle(ref))).taskId).toBe("14411597596416601128")
  })

  it("may be given as its JSON", () => {
    const ref = refOf("1")
    expect(Effect.runSync(fromHandle(JSON.stringify(ref)))).toEqual(ref)
  })

  it.each([
    ["nothing", ""],
    ["a word", "zt2.abc"],
    ["a cut word", toHandle(refOf("1")).slice(0, -9)],
    ["no base64", "zt1.$$$"],
    ["JSON of something else", '{"version":1}'],
    ["an id as a number", JSON.stringify({ ...refOf("1"), taskId: 1 })],
    ["a time that is none", JSON.stringify({ ...refOf("1"), submittedAt: "yesterday" })],
    ["a version from the future", JSON.stringify({ ...refOf("1"), version: 2 })],
  ])("is refused where it is %s", (_, text) => {
    expect(Effect.runSync(Effect.flip(fromHandle(text)))._tag).toBe("HandleUnreadable")
  })
})

it.each([
  ["cut", toHandle(refOf("1")).slice(0, 61)],
  ["cut in the middle of a byte", toHandle(refOf("1")).slice(0, 62)],
  ["changed", "zt1.bm9uc2Vuc2U"],
])("a handle that was %s is called that", (_, text) => {
  expect(Effect.runSync(Effect.flip(fromHandle(text))).message).toBe(
    "this is not a handle: it is cut off or was changed",
  )
})

describe("whose handle it is", () => {
  it("is decided by provider and key", () => {
    expect(refusal(refOf("1"), owner)).toBeUndefined()
    expect(refusal(refOf("1"), { ...owner, account: "renamed" })).toBeUndefined()
    expect(refusal(refOf("1"), { ...owner, key: "bbbbbbbbbbbb" })?._tag).toBe("ForeignHandle")
    expect(refusal(refOf("1"), { ...owner, id: "other" })?._tag).toBe("ForeignHandle")
  })

  it("can be changed by a person who knows that the account is the same", () => {
    const other = { ...owner, key: "bbbbbbbbbbbb" }
    expect(refusal(adopt(refOf("1"), other), other)).toBeUndefined()
  })
})

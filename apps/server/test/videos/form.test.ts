import { Effect, Stream } from "effect"
import type { Multipart } from "effect/http"
import { describe, expect, it } from "vitest"
import { readForm } from "../../src/videos/form.ts"

/** As much of a part as is read. */
const part = (key: string, value: string | Uint8Array) =>
  (typeof value === "string"
    ? { _tag: "Field", key, value }
    : { _tag: "File", key, contentEffect: Effect.succeed(value) }) as unknown as Multipart.Part

const read = (...parts: ReadonlyArray<readonly [string, string | Uint8Array]>) =>
  Effect.runPromise(
    Effect.result(readForm(Stream.fromIterable(parts.map(([key, value]) => part(key, value))))),
  )

describe("a form", () => {
  it("is an object: texts, files, members and lists", async () => {
    const bytes = Uint8Array.of(1, 2)
    expect(
      await read(
        ["prompt", "a"],
        ["input_reference", bytes],
        ["meta[a]", "1"],
        ["meta[b][c]", "2"],
        ["images[]", "x"],
        ["images[]", "y"],
      ),
    ).toMatchObject({
      _tag: "Success",
      success: {
        prompt: "a",
        input_reference: bytes,
        meta: { a: "1", b: { c: "2" } },
        images: ["x", "y"],
      },
    })
  })

  it("may name a member as every object has one", async () => {
    const form = await read(["constructor", "a"], ["meta[toString]", "b"])
    expect(form).toMatchObject({ success: { constructor: "a", meta: { toString: "b" } } })
  })

  it.each([
    [
      ["prompt", "a"],
      ["prompt", "b"],
    ],
    [
      ["prompt", "a"],
      ["prompt[a]", "b"],
    ],
    [
      ["meta[a]", "1"],
      ["meta", "b"],
    ],
    [
      ["meta[a]", "1"],
      ["meta[]", "b"],
    ],
    [
      ["meta[]", "1"],
      ["meta[a]", "b"],
    ],
    [["__proto__[a]", "1"]],
    [["meta[__proto__][a]", "1"]],
    [["", "a"]],
    [["a b", "c"]],
    [["a[", "b"]],
    [["a[b][c][d][e]", "f"]],
    [["a".repeat(101), "b"]],
  ] as const)("is refused by the name of the part: %j", async (...parts) => {
    const form = await read(...parts.map(([key, value]) => [key, value] as const))
    expect(form).toMatchObject({ _tag: "Failure", failure: { code: "invalid-request" } })
    expect(Object.hasOwn(Object.prototype, "a")).toBe(false)
  })
})

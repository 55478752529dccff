import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { type Asked, fromFields, toFields, wordOf } from "../src/CommonFields.ts"
import type { AnyModel, Model } from "../src/Model.ts"
import { model as small } from "./support/fakeProvider.ts"

const Input = Schema.Struct({
  text: Schema.optionalKey(Schema.String),
  frames: Schema.optionalKey(Schema.Literals([121, 241])),
  shape: Schema.optionalKey(Schema.Literals(["wide", "tall"])),
})

const model: Model<typeof Input.Type> = {
  ...small,
  input: Input,
  examples: [],
  rules: () => ({ issues: [], warnings: [] }),
  common: {
    prompt: "text",
    seconds: { field: "frames", values: { "5": 121, "10": 241 } },
    size: {
      field: "shape",
      values: { "1280x720": "wide", "1920x1080": "wide", "720x1280": "tall" },
      note: "about that",
    },
  },
}

const issuesOf = (asked: Asked, of: AnyModel = model) => {
  const fields = toFields(of, asked)
  return Result.isFailure(fields) ? fields.failure : assert.fail("nothing was wrong")
}

describe("common fields", () => {
  it("become fields of the model", () => {
    assert.deepStrictEqual(
      toFields(model, { prompt: "a drum", seconds: "10", size: "1920x1080" }),
      Result.succeed({
        input: { text: "a drum", frames: 241, shape: "wide" },
        warnings: ["about that"],
      }),
    )
    assert.deepStrictEqual(toFields(model, {}), Result.succeed({ input: {}, warnings: [] }))
  })

  it("may be written in other ways", () => {
    const written: ReadonlyArray<readonly [Asked, object]> = [
      [{ seconds: "5.0" }, { frames: 121 }],
      [{ seconds: " 5 " }, { frames: 121 }],
      [{ size: "720 X 1280" }, { shape: "tall" }],
      [{ size: "720\u00d71280" }, { shape: "tall" }],
    ]
    for (const [asked, input] of written) {
      const fields = toFields(model, asked)
      assert.deepStrictEqual(Result.isSuccess(fields) ? fields.success.input : fields, input)
    }
  })

  it("are refused where the model has no such choice, or not that one", () => {
    assert.deepStrictEqual(issuesOf({ seconds: "7", size: "1x1" }), [
      { path: "/seconds", message: `is no length of ${model.id}`, given: "7", allowed: "5, 10" },
      {
        path: "/size",
        message: `is no size of ${model.id}`,
        given: "1x1",
        allowed: "1280x720, 1920x1080, 720x1280",
      },
    ])
    assert.deepStrictEqual(
      issuesOf({ picture: "https://example.test/a.png" }).map(({ path }) => path),
      ["/picture"],
    )
    const { common: _, ...plain } = model
    assert.deepStrictEqual(
      issuesOf({ prompt: "a", picture: "b", seconds: "5", size: "c" }, plain).map(
        ({ path }) => path,
      ),
      ["/prompt", "/picture", "/seconds", "/size"],
    )
  })

  it("are no names that every object has", () => {
    for (const name of ["constructor", "toString", "__proto__"]) {
      assert.lengthOf(issuesOf({ seconds: name }), 1)
    }
  })

  it("are read off an input", () => {
    assert.deepStrictEqual(fromFields(model, { text: "a drum", frames: 241, shape: "wide" }), {
      prompt: "a drum",
      seconds: "10",
      size: "1280x720",
    })
    assert.deepStrictEqual(fromFields(model, { frames: 7 }), {
      prompt: undefined,
      seconds: undefined,
      size: undefined,
    })
  })

  it("name the word of a field", () => {
    assert.strictEqual(wordOf(model, "text"), "prompt")
    assert.strictEqual(wordOf(model, "frames"), "seconds")
    assert.isUndefined(wordOf(model, "seed"))
  })
})

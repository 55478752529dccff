import { describe, expect, it } from "vitest"
import { Result, Schema } from "effect"
import * as Media from "../src/Media.ts"
import { check, fields, jsonSchema, type Model, shown } from "../src/Model.ts"
import { model as small } from "./support/fakeProvider.ts"

const Input = Schema.Struct({
  prompt: Schema.optionalKey(
    Schema.String.annotate({ title: "Prompt", "x-title-zh": "提示词", examples: ["a cat"] }).check(
      Schema.isMaxCodePoints(5),
    ),
  ),
  picture: Schema.optionalKey(
    Media.field(
      { kind: "image", forms: ["url", "bytes"], maxBytes: 10 },
      { title: "Picture", description: "Any", "x-title-zh": "图片", "x-description-zh": "任意" },
    ),
  ),
  film: Media.addressField("video", {
    title: "Film",
    description: "Public",
    "x-title-zh": "视频",
    "x-description-zh": "公网",
  }),
  frames: Schema.optionalKey(Schema.Literals([121, 241]).annotate({ default: 121 })),
  seed: Schema.optionalKey(Schema.Number.annotate({ "x-unit": "s" }).check(Schema.isInt())),
  strength: Schema.optionalKey(Schema.Finite),
  loop: Schema.optionalKey(Schema.Boolean),
  meta: Schema.optionalKey(Schema.Struct({ id: Schema.String })),
})
const model: Model<typeof Input.Type> = {
  ...small,
  input: Input,
  examples: [{ film: "https://example.test/a.mp4" }],
  rules: () => ({ issues: [], warnings: [] }),
  hints: { length: "is called frames here" },
}

const problems = (input: unknown) => {
  const result = check(model, input)
  if (Result.isSuccess(result)) throw new Error("nothing was wrong")
  return result.failure.issues
}
const film = "https://example.test/a.mp4"

describe("checking an input", () => {
  it("takes what fits", () => {
    const input = { film, picture: Uint8Array.of(1), frames: 241, seed: -1 }
    expect(check(model, input)).toEqual(Result.succeed({ input, warnings: [] }))
    expect(Result.isSuccess(check(model, { film, picture: "data:image/png;base64,AA==" }))).toBe(
      true,
    )
  })

  it.each([
    ["no object", "text", "", "the input must be an object"],
    ["nothing", null, "", "the input must be an object"],
    ["a missing field", {}, "/film", "is required"],
    ["a field there is not", { film, fps: 1 }, "/fps", "has no such field"],
    ["a field with another name", { film, length: 1 }, "/length", "is called frames here"],
    ["a field of every object", { film, constructor: 1 }, "/constructor", "has no such field"],
    ["a text that is too long", { film, prompt: "123456" }, "/prompt", "is not allowed"],
    ["a value that is none of the choices", { film, frames: 122 }, "/frames", "is not one of"],
    ["a number in between", { film, seed: 1.5 }, "/seed", "is not allowed"],
    ["a number that is none", { film, strength: Number.NaN }, "/strength", ""],
    ["a word for a truth", { film, loop: "yes" }, "/loop", "has the wrong type"],
    ["a path for an address", { film: "./a.mp4" }, "/film", "must be an http(s) address"],
    ["a path for a picture", { film, picture: "cat.png" }, "/picture", "has the wrong type"],
    ["something wrong inside", { film, meta: { id: 1 } }, "/meta/id", "has the wrong type"],
  ])("refuses %s", (_, input, path, message) => {
    const issue = problems(input).find((one) => one.path === path)
    expect(issue?.message).toContain(message)
    expect(issue?.document).toBe("https://example.test/one")
  })

  it("names everything that is wrong at once, with what was given and what is allowed", () => {
    const found = problems({ prompt: "123456", frames: 1, film: "x" })
    expect(found.map((issue) => issue.path)).toEqual(["/prompt", "/film", "/frames"])
    expect(found[2]).toMatchObject({ given: "1", allowed: "121 | 241" })
  })

  it("never shows the content of a file", () => {
    expect(shown(new Uint8Array(5000))).toBe("5000 bytes")
    expect(shown(`data:image/png;base64,${"A".repeat(5000)}`)?.length).toBeLessThan(100)
  })

  it("shows the beginning of a text of megabytes, in no time", () => {
    const startedAt = performance.now()
    expect(shown("a".repeat(5_000_000))).toBe(`"${"a".repeat(76)}…`)
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })
})

describe("a model as data", () => {
  it("gives its fields for flags and forms", () => {
    const byName = Object.fromEntries(fields(model).map((field) => [field.name, field]))
    expect(byName["prompt"]).toMatchObject({
      required: false,
      type: "string",
      title: { en: "Prompt", zh: "提示词" },
      examples: ["a cat"],
    })
    expect(byName["picture"]).toMatchObject({ type: "string", media: { maxBytes: 10 } })
    expect(byName["film"]).toMatchObject({ required: true, media: { forms: ["url"] } })
    expect(byName["frames"]).toMatchObject({ type: "choice", choices: [121, 241], default: 121 })
    expect(byName["seed"]).toMatchObject({ type: "integer", unit: "s" })
    expect(byName["strength"]).toMatchObject({ type: "number" })
    expect(byName["loop"]).toMatchObject({ type: "boolean" })
    expect(byName["meta"]).toMatchObject({ type: "object" })
  })

  it("gives a JSON Schema that knows titles, limits and media", () => {
    expect(jsonSchema(model)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      required: ["film"],
      additionalProperties: false,
      properties: {
        prompt: { type: "string", maxLength: 5, title: "Prompt", "x-title-zh": "提示词" },
        picture: { type: "string", title: "Picture", "x-media": { kind: "image" } },
        film: { type: "string", title: "Film", "x-media": { kind: "video", forms: ["url"] } },
        frames: { enum: [121, 241], default: 121 },
      },
      examples: [{ film }],
    })
  })
})

describe("data URIs", () => {
  it("give their bytes", () => {
    expect(Media.bytesOfDataUri("data:image/png;base64,AQI=")).toEqual(Uint8Array.of(1, 2))
  })

  it.each(["data:image/png,abc", "data:image/png;base64,***", "https://example.test", ""])(
    "that are broken give none: %s",
    (uri) => {
      expect(Media.bytesOfDataUri(uri)).toBeUndefined()
    },
  )
})

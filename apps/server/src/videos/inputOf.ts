/**
 * From the fields of a create of `/v1/videos` to the input of a model: `seconds`, `size` and
 * `input_reference` in the model's own words, everything else under its own name. Pure. Refuses what
 * would be there twice; what else is wrong with an input, the model says.
 */
import { type Asked, toFields, type Word, wordOf } from "@zoetrope/core/CommonFields"
import { type AnyModel, type Field, fields as fieldsOf, shown } from "@zoetrope/core/Model"
import type { InputIssue } from "@zoetrope/core/Reason"
import { Result } from "effect"
import type { Fields } from "./form.ts"

export interface Input {
  readonly input: Readonly<Record<string, unknown>>
  readonly warnings: ReadonlyArray<string>
}

/**
 * @param fields `model` is a field of the model's own here
 * @param isText whether the fields came as parts of a form, which knows neither numbers nor switches
 */
export const inputOf = (
  model: AnyModel,
  { input_reference: reference, ...fields }: Fields,
  isText: boolean,
): Result.Result<Input, ReadonlyArray<InputIssue>> => {
  const issues: Array<InputIssue> = []
  const isWordHere = (name: string): boolean =>
    (name === "prompt" || name === "seconds" || name === "size") &&
    (model.common?.[name] !== undefined || !Object.hasOwn(model.input.fields, name))
  const { prompt, seconds, size } = pick(fields, isWordHere)
  const own = pick(fields, (name) => !isWordHere(name))
  const text = (path: string, value: unknown): string | undefined => {
    if (value === undefined || value === null || value === "") return undefined
    if (typeof value === "string") return value
    if (typeof value === "number" && path === "/seconds") return String(value)
    issues.push({ path, message: "is no text", ...givenOf(value) })
    return undefined
  }
  const picture = pictureOf(reference)
  if (Result.isFailure(picture)) issues.push(picture.failure)
  const asked: Asked = {
    prompt: text("/prompt", prompt),
    seconds: text("/seconds", seconds),
    size: text("/size", size),
    picture: Result.isSuccess(picture) ? picture.success : undefined,
  }
  const common = toFields(model, asked)
  if (Result.isFailure(common)) {
    issues.push(...common.failure.map((issue) => ({ ...issue, path: wordPath(issue.path) })))
  }
  const translated = Result.isSuccess(common) ? common.success.input : {}
  for (const name of Object.keys(own).filter((one) => Object.hasOwn(translated, one))) {
    const word = wordOf(model, name)
    const message = `is asked for twice: as ${word === undefined ? name : nameOf[word]} too`
    issues.push({ path: `/${name}`, message })
  }
  if (issues.length > 0 || Result.isFailure(common)) return Result.fail(issues)
  const known = isText ? new Map(fieldsOf(model).map((field) => [field.name, field])) : undefined
  const rest = Object.entries(own)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => [name, valueOf(known?.get(name), value)])
  return Result.succeed({
    input: { ...translated, ...Object.fromEntries(rest) },
    warnings: common.success.warnings,
  })
}

/** The name in a request for the field at this place of a model's input: `/frames` is `/seconds`. */
export const pathOf = (model: AnyModel, path: string): string => {
  const [, first = "", ...rest] = path.split("/")
  const word = wordOf(model, first)
  return ["", word === undefined ? first : nameOf[word], ...rest].join("/")
}

const wordPath = (path: string): string => (path === "/picture" ? `/${nameOf.picture}` : path)

const nameOf: Readonly<Record<Word, string>> = {
  prompt: "prompt",
  picture: "input_reference",
  seconds: "seconds",
  size: "size",
}

const pick = (fields: Fields, wanted: (name: string) => boolean): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => wanted(name)))

const pictureOf = (
  reference: unknown,
): Result.Result<string | Uint8Array | undefined, InputIssue> => {
  const path = "/input_reference"
  if (reference === undefined || reference === null || reference === "") {
    return Result.succeed(undefined)
  }
  if (typeof reference === "string" || reference instanceof Uint8Array) {
    return Result.succeed(reference)
  }
  if (isObject(reference)) {
    const { file_id: id, image_url: url } = reference
    if (typeof url === "string" && (id === undefined || id === null)) return Result.succeed(url)
    if (id !== undefined && id !== null) {
      return Result.fail({
        path: `${path}/file_id`,
        message: "names a file of another service; there is no store of files here",
        allowed: "the file itself, or image_url",
      })
    }
  }
  return Result.fail({
    path,
    message: "is no picture",
    allowed: "a file, an address or a data: URI",
  })
}

/** A text as the field means it; what it cannot mean stays as it is, and the model refuses it. */
const valueOf = (field: Field | undefined, value: unknown): unknown => {
  if (typeof value !== "string") return value
  switch (field?.type) {
    case "boolean":
      return value === "true" ? true : value === "false" ? false : value
    case "integer":
    case "number":
      return numberOf(value) ?? value
    case "choice":
      return field.choices.find((choice) => String(choice) === value) ?? value
    default:
      return value
  }
}

const numberOf = (text: string): number | undefined =>
  /^-?\d{1,15}(\.\d{1,15})?$/.test(text.trim()) ? Number(text) : undefined

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const givenOf = (value: unknown) => {
  const given = shown(value)
  return given === undefined ? {} : { given }
}

/**
 * What clients that know no vendor ask for (a prompt, a picture, a length, a size), and how one model
 * takes it. Owns the four words and their translation, both ways; which field means which is each
 * model's own data. Refuses what a model cannot do rather than take something near it, since that
 * would be paid for. Pure.
 */
import { Result } from "effect"
import type { Media } from "./Media.ts"
import type { AnyModel, Checked } from "./Model.ts"
import type { InputIssue } from "./Reason.ts"

/** Which field of a model's input stands for which word; what it has no field for is absent. */
export interface CommonFields<Name extends string = string> {
  readonly prompt?: Name
  /** The picture that the video begins with, or whose subject moves. */
  readonly picture?: Name
  /** Length of the video. Words are numbers of seconds: `"5"`. */
  readonly seconds?: Choice<Name>
  /** Size of the video. Words are width and height in pixels, `"1280x720"`, or as the vendor says it. */
  readonly size?: Choice<Name>
}

/** A field, and which of its values each word stands for. */
export interface Choice<Name extends string = string> {
  readonly field: Name
  /** The first word for a value is the one by which it is shown. */
  readonly values: Readonly<Record<string, string | number>>
  /** Worth a word whenever somebody chooses: what the words promise and the model does not do. */
  readonly note?: string
}

/** A request in common words. */
export interface Asked {
  readonly prompt?: string | undefined
  readonly picture?: Media | undefined
  readonly seconds?: string | undefined
  readonly size?: string | undefined
}

export type Word = keyof Asked

/**
 * The fields of a model's input that were asked for in common words. Each issue names the word that
 * the model cannot do (`/seconds`), and what it can.
 */
export const toFields = (
  model: AnyModel,
  asked: Asked,
): Result.Result<Checked<Readonly<Record<string, unknown>>>, ReadonlyArray<InputIssue>> => {
  const { common = {} } = model
  const input: Record<string, unknown> = {}
  const issues: Array<InputIssue> = []
  const warnings: Array<string> = []
  for (const word of ["prompt", "picture"] as const) {
    const given = asked[word]
    if (given === undefined) continue
    const field = common[word]
    if (field === undefined) issues.push(notTaken(model, word))
    else input[field] = given
  }
  for (const word of ["seconds", "size"] as const) {
    const given = asked[word]
    if (given === undefined) continue
    const choice = common[word]
    const known = tidied(word, given)
    if (choice === undefined) issues.push(notTaken(model, word))
    else if (!Object.hasOwn(choice.values, known)) {
      issues.push(notAmong(model, word, given, choice))
    } else {
      input[choice.field] = choice.values[known]
      if (choice.note !== undefined) warnings.push(choice.note)
    }
  }
  return issues.length > 0 ? Result.fail(issues) : Result.succeed({ input, warnings })
}

/** What an input asks for, in common words; absent where the model's own default decides. */
export const fromFields = (
  { common = {} }: AnyModel,
  input: Readonly<Record<string, unknown>>,
): Pick<Asked, "prompt" | "seconds" | "size"> => {
  const prompt = common.prompt === undefined ? undefined : input[common.prompt]
  const wordFor = (choice: Choice | undefined): string | undefined =>
    choice === undefined
      ? undefined
      : Object.entries(choice.values).find(([, value]) => value === input[choice.field])?.[0]
  return {
    prompt: typeof prompt === "string" ? prompt : undefined,
    seconds: wordFor(common.seconds),
    size: wordFor(common.size),
  }
}

/** The common word that a field stands for, if it does for one. */
export const wordOf = ({ common = {} }: AnyModel, field: string): Word | undefined =>
  words.find((word) => {
    const one = common[word]
    return (typeof one === "object" ? one.field : one) === field
  })

const words = ["prompt", "picture", "seconds", "size"] as const

/** As the words of a choice are written: `5.0` is `5`, and `1280 X 720` is `1280x720`. */
const tidied = (word: "seconds" | "size", given: string): string => {
  if (word === "size") return given.toLowerCase().replaceAll(/\s/g, "").replace(/[×*]/, "x")
  const text = given.trim()
  return /^\d{1,6}(\.\d{1,6})?$/.test(text) ? String(Number(text)) : text
}

const notTaken = ({ id }: AnyModel, word: Word): InputIssue => ({
  path: `/${word}`,
  message: `${id} has no such choice; leave it out`,
})

const notAmong = (
  { id }: AnyModel,
  word: "seconds" | "size",
  given: string,
  { values }: Choice,
): InputIssue => ({
  path: `/${word}`,
  message: word === "size" ? `is no size of ${id}` : `is no length of ${id}`,
  given: given.slice(0, 40),
  allowed: Object.keys(values).join(", "),
})

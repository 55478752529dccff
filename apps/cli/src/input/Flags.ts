/**
 * The flags of a model, made from its schema, and those that `generate` and `wait` share. A flag
 * only reads text; whether a value is allowed is decided once, by the model's own check.
 */
import { type AnyModel, type Field, fields } from "@zoetrope/core/Model"
import type { Option } from "effect"
import { Flag } from "effect/cli"
import type { Words } from "../words/Words.ts"

export type ModelFlags = Record<string, Flag.Flag<Option.Option<unknown>>>

/**
 * One optional flag for each input field, by the field's name; required fields may come from `--input`.
 * A field that could be no flag, or has the name of one that every model has, comes from there alone.
 *
 * @param taken the flags of every model
 */
export const flagsOf = (model: AnyModel, taken: ReadonlyArray<string>, words: Words): ModelFlags =>
  Object.fromEntries(
    fields(model)
      .filter(
        ({ name }) => /^[a-z]\w*$/i.test(name) && ![...taken, ...builtIn].includes(flagName(name)),
      )
      .map((field) => [field.name, flagOf(field, words)]),
  )

const builtIn = ["help", "version", "completions"]

/** `idempotencyKey`, as a program calls it, to the flag that a person types. */
export const kebab = (key: string): string =>
  key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** `aspect_ratio` to `aspect-ratio`. */
export const flagName = (field: string): string => field.replaceAll("_", "-")

const flagOf = (field: Field, words: Words): Flag.Flag<Option.Option<unknown>> => {
  const name = flagName(field.name)
  const spelt = (flag: Flag.Flag<unknown>) =>
    // The document's own spelling, too.
    name === field.name ? flag : Flag.withAlias(flag, field.name)
  return spelt(typed(name, field)).pipe(
    Flag.withDescription(
      words.help.field.together([
        described(field, words),
        ...(field.required ? [words.help.field.required] : []),
      ]),
    ),
    (flag) => (field.type === "boolean" ? flag : Flag.withMetavar(flag, metavarOf(field))),
    Flag.optional,
  )
}

const typed = (name: string, field: Field): Flag.Flag<unknown> => {
  switch (field.type) {
    case "choice":
      return Flag.ChoiceWithValue(
        name,
        field.choices.map((choice): [string, unknown] => [String(choice), choice]),
      )
    case "boolean":
      return Flag.Boolean(name)
    case "integer":
      return Flag.Int(name)
    case "number":
      return Flag.Finite(name)
    case "string":
    case "object":
      return Flag.String(name)
  }
}

/** What a value looks like, in a word. */
export const metavarOf = (field: Field): string => {
  if (field.media !== undefined) return field.media.forms.includes("bytes") ? "FILE|URL" : "URL"
  switch (field.type) {
    case "choice":
      return field.choices.join("|")
    case "boolean":
      return "true|false"
    case "object":
      return "JSON"
    case "integer":
    case "number":
      return "NUMBER"
    default:
      return "TEXT"
  }
}

/** Everything that is known of a field, in sentences. */
export const described = (field: Field, { help, language }: Words): string => {
  const example = field.examples[0]
  const parts = [
    help.field.sentence(field.description[language] || field.title[language]),
    field.unit === undefined || !/^(integer|number)$/.test(field.type)
      ? ""
      : help.field.unit(field.unit),
    field.default === undefined ? "" : help.field.default(text(field.default)),
    field.default === true ? help.field.turnedOffBy(`--no-${flagName(field.name)}`) : "",
    example === undefined || field.type === "choice" || field.type === "boolean"
      ? ""
      : help.field.example(text(example)),
  ]
  return help.field.together(parts.filter((part) => part !== ""))
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

/** A whole number within bounds. */
export const between = (flag: Flag.Flag<number>, from: number, to: number): Flag.Flag<number> =>
  Flag.filter(
    flag,
    (count) => count >= from && count <= to,
    // As the framework says it; people read it in their own words.
    (count) => `Expected ${from} to ${to}, got ${count}`,
  )

/** What is left of `"$ORDER"` where nobody has set it is no name, and no place. */
export const isSaid = (given: string): boolean => given.trim() !== ""

/** As the framework says it. */
export const saidExpected = (): string => "Expected a text that is not empty"

/** A text that is not empty. */
export const nonEmpty = (flag: Flag.Flag<string>): Flag.Flag<string> =>
  Flag.filter(flag, isSaid, saidExpected)

/** Flags that `generate` and `wait` share. */
export const common = ({ help: { shared } }: Words) => ({
  out: Flag.String("out").pipe(
    Flag.withAlias("o"),
    Flag.withMetavar("FILE|DIR/"),
    Flag.withDescription(shared.out),
    Flag.optional,
  ),
  deadline: Flag.String("deadline").pipe(
    Flag.withMetavar("DURATION"),
    Flag.withDescription(shared.deadline),
    Flag.optional,
  ),
  account: Flag.String("account").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription(shared.account),
    Flag.optional,
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription(shared.json),
    Flag.withDefault(false),
    Flag.withoutNegation,
  ),
})

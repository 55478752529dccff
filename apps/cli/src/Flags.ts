/**
 * The flags of a model, made from its schema, and those that `generate` and `wait` share. A flag
 * only reads text; whether a value is allowed is decided once, by the model's own check.
 */
import { type AnyModel, type Field, fields } from "@zoetrope/core/Model"
import type { Option } from "effect"
import { Flag } from "effect/cli"

export type ModelFlags = Record<string, Flag.Flag<Option.Option<unknown>>>

/**
 * One optional flag for each input field, by the field's name; required fields may come from `--input`.
 * A field that could be no flag, or has the name of one that every model has, comes from there alone.
 *
 * @param taken the flags of every model
 */
export const flagsOf = (model: AnyModel, taken: ReadonlyArray<string>): ModelFlags =>
  Object.fromEntries(
    fields(model)
      .filter(
        ({ name }) => /^[a-z]\w*$/i.test(name) && ![...taken, ...builtIn].includes(flagName(name)),
      )
      .map((field) => [field.name, flagOf(field)]),
  )

const builtIn = ["help", "version", "completions"]

/** `idempotencyKey`, as a program calls it, to the flag that a person types. */
export const kebab = (key: string): string =>
  key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** `aspect_ratio` to `aspect-ratio`. */
export const flagName = (field: string): string => field.replaceAll("_", "-")

const flagOf = (field: Field): Flag.Flag<Option.Option<unknown>> => {
  const name = flagName(field.name)
  const spelt = (flag: Flag.Flag<unknown>) =>
    // The document's own spelling, too.
    name === field.name ? flag : Flag.withAlias(flag, field.name)
  return spelt(typed(name, field)).pipe(
    Flag.withDescription(`${described(field)}${field.required ? " Required." : ""}`),
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
export const described = (field: Field): string => {
  const example = field.examples[0]
  return [
    sentence(field.description.en === "" ? field.title.en : field.description.en),
    field.unit === undefined || !/^(integer|number)$/.test(field.type)
      ? ""
      : `Unit: ${field.unit}.`,
    field.default === undefined ? "" : `Default: ${text(field.default)}.`,
    field.default === true ? `--no-${flagName(field.name)} turns it off.` : "",
    example === undefined || field.type === "choice" || field.type === "boolean"
      ? ""
      : `Example: ${text(example)}`,
  ]
    .filter((part) => part !== "")
    .join(" ")
}

const sentence = (words: string): string => (/[.!?。]$/.test(words) ? words : `${words}.`)

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

/** Flags that `generate` and `wait` share. */
export const common = {
  out: Flag.String("out").pipe(
    Flag.withAlias("o"),
    Flag.withMetavar("FILE|DIR/"),
    Flag.withDescription(
      "Where a copy of the video is wanted; never overwrites a file. Default: ./<model>-<date>-<time>-<id>.mp4",
    ),
    Flag.optional,
  ),
  deadline: Flag.String("deadline").pipe(
    Flag.withMetavar("DURATION"),
    Flag.withDescription(
      "How long to wait, such as 90s, 10m or 1h30m; then exit 4, and the task goes on. Default: as long as it takes",
    ),
    Flag.optional,
  ),
  account: Flag.String("account").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription(
      "The account of the config file to use; `default` is that of the environment",
    ),
    Flag.optional,
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("Print the result, or the error, as JSON on stdout"),
    Flag.withDefault(false),
    Flag.withoutNegation,
  ),
}

/**
 * From flags, a JSON file and local media to one input for `Task.prepare`. Owns what a text in a
 * media field means here: an address, a data URI, or a file of this machine. Checks nothing that the
 * model checks itself.
 */
import { type AnyModel, type Field, fields } from "@zoetrope/core/Model"
import type { InputIssue } from "@zoetrope/core/Reason"
import * as Reason from "@zoetrope/core/Reason"
import { isAddress } from "@zoetrope/core/Media"
import * as Files from "@zoetrope/node/Files"
import { Effect } from "effect"
import { BadInput } from "../BadInput.ts"
import { flagName } from "./Flags.ts"
import { readStdin } from "./Stdin.ts"
import { verbatim } from "../words/Words.ts"

export type Input = Readonly<Record<string, unknown>>

/** Bytes of an `--input` file at most; it may hold pictures as data URIs. */
const maxInputBytes = 32_000_000

/** The JSON object of `--input`: a path, or `-` for stdin. */
export const readInput = Effect.fn("Inputs.readInput")(function* (source: string) {
  const name = source === "-" ? "stdin" : source
  const text =
    source === "-"
      ? yield* readStdin(verbatim("--input"), maxInputBytes)
      : yield* Files.readMedia(source, { maxBytes: maxInputBytes }).pipe(
          Effect.map((bytes) => new TextDecoder().decode(bytes)),
          Effect.mapError(
            ({ message }) =>
              new BadInput({
                say: (words) => words.labelled("--input", words.packages.sentence(message)),
              }),
          ),
        )
  const value = yield* Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: (cause) =>
      new BadInput({
        say: ({ refusals }) =>
          refusals.input.notJson(name, cause instanceof Error ? cause.message : ""),
      }),
  })
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return yield* new BadInput({ say: ({ refusals }) => refusals.input.notObject(name) })
  }
  const input: Input = { ...value }
  return input
})

/** Flags override the fields of `--input`; local files are read. Fails with every issue at once. */
export const resolve = Effect.fn("Inputs.resolve")(function* (
  model: AnyModel,
  base: Input,
  flags: Input,
) {
  const input: Record<string, unknown> = { ...base }
  const issues: Array<InputIssue> = []
  for (const field of fields(model)) {
    const given = flags[field.name] ?? base[field.name]
    if (given === undefined) continue
    const value = yield* Effect.result(valueOf(model, field, given, field.name in flags))
    if (value._tag === "Success") input[field.name] = value.success
    else issues.push(value.failure)
  }
  if (issues.length > 0) return yield* new Reason.InvalidInput({ issues })
  return input
})

const valueOf = (
  model: AnyModel,
  field: Field,
  given: unknown,
  isFlag: boolean,
): Effect.Effect<unknown, InputIssue> => {
  if (typeof given !== "string") return Effect.succeed(given)
  if (field.media !== undefined) return mediaOf(model, field, given)
  if (field.type !== "object" || !isFlag) return Effect.succeed(given)
  return Effect.try({
    try: (): unknown => JSON.parse(given),
    catch: () => ({
      path: `/${field.name}`,
      message: `is not JSON; in a shell, write it between single quotes: --${flagName(field.name)} '${JSON.stringify(field.examples[0] ?? { name: "value" })}'`,
      given,
    }),
  })
}

const mediaOf = (
  model: AnyModel,
  field: Field,
  given: string,
): Effect.Effect<string | Uint8Array, InputIssue> => {
  if (given === "" || isAddress(given) || given.startsWith("data:")) return Effect.succeed(given)
  const { forms, kind, maxBytes = maxInputBytes } = field.media!
  const document = model.documents[0].url
  const path = `/${field.name}`
  if (!forms.includes("bytes")) {
    return Effect.fail({
      path,
      message: `is not an http(s) address. The provider fetches this ${kind} itself and cannot reach this machine's disk: put the file where it can be fetched without a login (object storage, a web server), and give its address`,
      given,
      document,
    })
  }
  return Files.readMedia(given, { maxBytes }).pipe(
    Effect.mapError((problem) => ({
      path,
      message: problem.message,
      allowed: "a file of this machine, or an http(s) address",
      document,
    })),
  )
}

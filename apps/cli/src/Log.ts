/**
 * What the libraries log, as people read it: warnings, on stderr, in a line each. stdout belongs to
 * results. A mistake of a package is named by its kind alone, since its own words may quote a request.
 */
import { Cause, Logger } from "effect"
import { note, styleOf, warningText } from "./terminal/Output.ts"
import { Spoken } from "./words/Words.ts"

const people = Logger.make<unknown, void>(({ cause, fiber, logLevel, message }) => {
  if (logLevel !== "Warn" && logLevel !== "Error" && logLevel !== "Fatal") return
  const said = Array.isArray(message) ? message.map(String) : [String(message)]
  const why = reasonOf(cause)
  const style = styleOf(process.stderr, fiber.getRef(Spoken))
  const { labelled, packages } = style.words
  const text = [...said, ...(why === undefined ? [] : [why])]
    .map(packages.sentence)
    .reduce((what, more) => labelled(what, more))
  note(warningText(text, style))
})

export const layer = Logger.layer([people])

const reasonOf = (cause: Cause.Cause<unknown>): string | undefined => {
  const error = Cause.findErrorOption(cause)
  if (error._tag === "Some" && error.value instanceof Error) return error.value.message
  if (!Cause.hasDies(cause)) return undefined
  const mistake = Cause.squash(cause)
  return mistake instanceof Error ? mistake.name : typeof mistake
}

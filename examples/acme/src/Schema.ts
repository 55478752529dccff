/**
 * What goes over the wire, and nothing else. Requests are strict: exactly the document's fields. Answers
 * are tolerant: only the fields that are used are named, and one of an unexpected type counts as absent.
 *
 * @see https://acme.example/docs/films (read 2026-11-20)
 */
import { NumberOrText, reader, TextOrNumber, tolerant } from "@zoetrope/core/WireJson"
import { Schema } from "effect"

export interface SubmitBody {
  readonly model: string
  readonly prompt: string
  readonly seconds?: 4 | 8
}

const ErrorObject = Schema.Struct({
  code: Schema.NonEmptyString,
  message: tolerant(Schema.String),
})

/** A refused call. */
export const Refusal = Schema.Struct({ error: tolerant(ErrorObject) })

/** The answer to a submit. */
export const Started = Schema.Struct({ id: tolerant(TextOrNumber) })

/** The answer to a poll. */
export const Film = Schema.Struct({
  state: tolerant(Schema.NonEmptyString),
  url: tolerant(Schema.NonEmptyString),
  /** Seconds from now. */
  expires_in: tolerant(NumberOrText),
  /** Why a film has failed. */
  error: tolerant(ErrorObject),
})
export type Film = typeof Film.Type

/** The vendor's own refusal. `undefined` where the JSON does not fit, as of all of these. */
export const readRefusal = reader(Refusal)
/** The answer to a submit. */
export const readStarted = reader(Started)
/** The answer to a poll. */
export const readFilm = reader(Film)

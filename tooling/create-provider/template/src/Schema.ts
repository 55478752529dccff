/**
 * What goes over the wire, and nothing else. Requests are strict: exactly the document's fields. Answers
 * are tolerant: only the fields that are used are named, and one of an unexpected type counts as absent.
 *
 * UNFINISHED: the fields of this file, all of which are guesses.
 *
 * @see https://placeholder-name.example/docs (read UNFINISHED)
 */
import { NumberOrText, reader, TextOrNumber, tolerant } from "@zoetrope/core/WireJson"
import { Schema } from "effect"

export interface SubmitBody {
  readonly model: string
  readonly prompt: string
}

const ErrorObject = Schema.Struct({
  code: Schema.NonEmptyString,
  message: tolerant(Schema.String),
})

/** A refused call. */
export const Refusal = Schema.Struct({ error: tolerant(ErrorObject) })

/** The answer to a submit. */
export const Started = Schema.Struct({ task_id: tolerant(TextOrNumber) })

/** The answer to a poll. */
export const Task = Schema.Struct({
  state: tolerant(Schema.NonEmptyString),
  progress: tolerant(NumberOrText),
  url: tolerant(Schema.NonEmptyString),
  /** Why a task has failed. */
  error: tolerant(ErrorObject),
})
export type Task = typeof Task.Type

/** The vendor's own refusal. `undefined` where the JSON does not fit, as of all of these. */
export const readRefusal = reader(Refusal)
/** The answer to a submit. */
export const readStarted = reader(Started)
/** The answer to a poll. */
export const readTask = reader(Task)

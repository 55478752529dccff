/**
 * The portable handle of a task: plain JSON that holds all a poll needs, so that any process with
 * the same account can go on where another one stopped. Holds no secret.
 */
import { Effect, Result, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import { ForeignHandle } from "./Reason.ts"

/** All that a poll needs. Keep it, or its one word (`toHandle`), from the event `Submitted` on. */
export const TaskRef = Schema.Struct({
  version: Schema.Literal(1),
  provider: Schema.NonEmptyString,
  /** Name of the account in the program that submitted; for people. */
  account: Schema.String,
  /** Fingerprint of the key id that submitted (`Digest.fingerprint`). */
  key: Schema.NonEmptyString,
  model: Schema.NonEmptyString,
  /** A string always: ids of some vendors are above 2^53. */
  taskId: Schema.NonEmptyString,
  /** When the task was accepted, ISO 8601 UTC. */
  submittedAt: Schema.String.check(
    Schema.makeFilter((text) =>
      Number.isNaN(Date.parse(text)) ? "must be a date in ISO 8601" : undefined,
    ),
  ),
  /** What this provider wants to be told again at every poll. */
  query: Schema.Record(Schema.String, Schema.String),
}).annotate({ identifier: "TaskRef" })
export type TaskRef = typeof TaskRef.Type

/** A text that is no handle: neither the token nor its JSON. */
export class HandleUnreadable extends Schema.TaggedError<HandleUnreadable>()("HandleUnreadable", {
  detail: Schema.String,
}) {
  override get message(): string {
    return `this is not a handle: ${this.detail}`
  }
}

const prefix = "zt1."

/** One word that survives a shell, a chat and a database column. Not encrypted, not signed. */
export const toHandle = (ref: TaskRef): string => prefix + Base64Url.encode(JSON.stringify(ref))

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(TaskRef), { errors: "all" })

/** Reads a handle: the word of `toHandle`, or the JSON itself. */
export const fromHandle = (text: string): Effect.Effect<TaskRef, HandleUnreadable> => {
  const trimmed = text.trim()
  const json = trimmed.startsWith(prefix)
    ? Base64Url.decodeString(trimmed.slice(prefix.length))
    : trimmed.startsWith("{")
      ? Result.succeed(trimmed)
      : undefined
  if (json === undefined) {
    return Effect.fail(
      new HandleUnreadable({ detail: `it starts neither with "${prefix}" nor with "{"` }),
    )
  }
  if (Result.isFailure(json) || !isJson(json.success)) {
    return Effect.fail(new HandleUnreadable({ detail: "it is cut off or was changed" }))
  }
  const ref = decode(json.success)
  return Result.isSuccess(ref)
    ? Effect.succeed(ref.success)
    : Effect.fail(new HandleUnreadable({ detail: ref.failure.message }))
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Whose tasks these credentials may ask about. */
export interface Owner {
  readonly id: string
  readonly account: string
  readonly key: string
}

/** The refusal of a handle made with another provider or another key; `undefined` where it is theirs. */
export const refusal = (ref: TaskRef, owner: Owner): ForeignHandle | undefined =>
  ref.provider === owner.id && ref.key === owner.key
    ? undefined
    : new ForeignHandle({
        expected: `${owner.id} account "${owner.account}" (key ${owner.key})`,
        given: `${ref.provider} account "${ref.account}" (key ${ref.key})`,
      })

/**
 * The same task under another key of the same account: for keys that were replaced, and for
 * temporary credentials. Only a person can know that the account is the same.
 */
export const adopt = (ref: TaskRef, owner: Owner): TaskRef => ({
  ...ref,
  account: owner.account,
  key: owner.key,
})

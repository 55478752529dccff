/** What a task is at one moment, in words common to all providers. An unknown wire state is `Running` with a warning. */
import { Schema } from "effect"
import { TaskError } from "./TaskError.ts"

/** A file at the provider. Links die: fetch it before `expiresAt`. */
export const Output = Schema.Struct({
  kind: Schema.Literals(["video", "watermarked", "cover"]),
  /** Byte for byte as the provider gave it: its query is signed. */
  url: Schema.String,
  /** ISO 8601 UTC; absent where neither the provider nor its document says. */
  expiresAt: Schema.optionalKey(Schema.String),
  bytes: Schema.optionalKey(Schema.Finite),
  /** Hex. */
  md5: Schema.optionalKey(Schema.String),
  width: Schema.optionalKey(Schema.Finite),
  height: Schema.optionalKey(Schema.Finite),
  seconds: Schema.optionalKey(Schema.Finite),
  codec: Schema.optionalKey(Schema.String),
})
export type Output = typeof Output.Type

/** How a task stands, as its provider says. `Expired` and `NotFound` do not prove that there is no video. */
export const TaskState = Schema.TaggedUnion({
  Queued: {},
  Running: {
    /** 0 to 100, only where the provider tells. */
    progress: Schema.optionalKey(Schema.Finite),
  },
  Succeeded: {
    /** The first is the one to keep. */
    outputs: Schema.NonEmptyArray(Output),
    credits: Schema.optionalKey(Schema.Finite),
    /** Further facts of the answer, for people and records. */
    facts: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json)),
  },
  Failed: { error: TaskError },
  Expired: { message: Schema.String },
  NotFound: { message: Schema.String },
  Cancelled: {},
})
export type TaskState = typeof TaskState.Type
export type Succeeded = Extract<TaskState, { readonly _tag: "Succeeded" }>

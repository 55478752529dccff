/**
 * What a generation and its task rows are: the words that the store keeps, that `decide` changes and
 * that people read. Owns the states and which of them are ends; refuses to know how any is reached.
 */
import { Schema } from "effect"
import { TaskError } from "@zoetrope/core/TaskError"
import { TaskRef } from "@zoetrope/core/TaskRef"
import { Output } from "@zoetrope/core/TaskState"

/**
 * - `queued`: accepted here; waits for its place, or for the pause after a refusal.
 * - `submitting`: a submit is marked as sent, its answer is not recorded yet.
 * - `running`: a task exists at the provider.
 * - `fetching`: the video exists and is not on this disk yet.
 * - `undecided`: a task may exist and may be paid; a late answer, a look-up or a person settles it.
 * - `done`, `failed`, `cancelled`: ends. Nothing leaves them.
 */
export const State = Schema.Literals([
  "queued",
  "submitting",
  "running",
  "fetching",
  "done",
  "undecided",
  "failed",
  "cancelled",
])
export type State = typeof State.Type

/** States that nothing leaves. Undecided is none of them. */
export const hasEnded = (state: State): boolean =>
  state === "done" || state === "failed" || state === "cancelled"

/**
 * - `submitting`: marked before its one POST left.
 * - `refused`: proven not to have been accepted; nothing was paid.
 * - `undecided`: may exist and may be paid.
 * - `running`, `succeeded`, `failed`, `cancelled`: what the provider said of it last.
 */
export const TaskRowState = Schema.Literals([
  "submitting",
  "refused",
  "undecided",
  "running",
  "succeeded",
  "failed",
  "cancelled",
])
export type TaskRowState = typeof TaskRowState.Type

/** One submit that was sent at most once, and the task that came of it. Rows are added, never sent again. */
export const Task = Schema.Struct({
  /** From 1, within its generation. */
  number: Schema.Int,
  /** Made for this one submit and never used for another; the provider is told it where it can carry it. */
  token: Schema.NonEmptyString,
  state: TaskRowState,
  /** Which submit in a row this is, counted from 1, since the last one that was not refused. */
  attempt: Schema.Int,
  /** When it was marked, just before it left, in milliseconds since 1970. */
  sentAt: Schema.Finite,
  ref: Schema.optionalKey(TaskRef),
  /** Links of a video that is not kept yet; they are signed, and forgotten as soon as it is. */
  outputs: Schema.optionalKey(Schema.NonEmptyArray(Output)),
})
export type Task = typeof Task.Type

/** A person's wish to cancel, and what the provider made of it. */
export const Cancel = Schema.Literals(["no", "asked", "accepted"])

/** What is known of a generation now; its input lies beside it in the store. */
export const Generation = Schema.Struct({
  id: Schema.NonEmptyString,
  /** Random, new with every write: a write names the stamp that it was decided upon, or it does not happen. */
  stamp: Schema.NonEmptyString,
  /** How many writes there were; orders the events. */
  version: Schema.Int,
  state: State,
  provider: Schema.NonEmptyString,
  /** Name of the account that pays; for people. */
  account: Schema.String,
  /** Fingerprint of that account's key id: only whoever has this key drives it, whatever its name. */
  accountKey: Schema.NonEmptyString,
  model: Schema.NonEmptyString,
  /** `Digest.ofInput` of its input. */
  digest: Schema.NonEmptyString,
  /** Whose it is, where one store serves several; empty for the person at this machine. */
  owner: Schema.String,
  /** Those of one cohort take about as long as each other: an account's, alike by `Pacing.cohortOf`. */
  cohort: Schema.NonEmptyString,
  /** In milliseconds since 1970, as all times here. */
  createdAt: Schema.Finite,
  updatedAt: Schema.Finite,
  /** When there is something to do next; absent while it is somebody else's turn. */
  dueAt: Schema.optionalKey(Schema.Finite),
  /** How many more tasks may be made, and paid, after documented retryable failures. */
  remakes: Schema.Int,
  cancel: Cancel,
  /** 0 to 100, where the provider tells. */
  progress: Schema.optionalKey(Schema.Finite),
  /** The last thing that the provider objected to, until it is over. */
  error: Schema.optionalKey(TaskError),
  /** What stands in the way on this machine, such as a full disk. */
  hindrance: Schema.optionalKey(Schema.String),
  /** The newest row. */
  task: Schema.optionalKey(Task),
})
export type Generation = typeof Generation.Type

/** What a line of the history is about; `message` says it in words. */
export const EventKind = Schema.Literals([
  "accepted",
  "submitting",
  "submitted",
  "refused",
  "undecided",
  "settled",
  "remaking",
  "poll-failed",
  "fetching",
  "hindered",
  "done",
  "failed",
  "cancel-asked",
  "cancel-refused",
  "cancel-accepted",
  "cancelled",
  "late-answer",
])
export type EventKind = typeof EventKind.Type

/** One line of a generation's history. */
export const Event = Schema.Struct({
  /** The generation's version that this came with. */
  version: Schema.Int,
  at: Schema.Finite,
  kind: EventKind,
  /** In plain words; holds no secret and no link. */
  message: Schema.String,
})
export type Event = typeof Event.Type

/** A line of the history of all of them. */
export const LoggedEvent = Schema.Struct({
  ...Event.fields,
  /** Grows from line to line, in the order of recording; none is used twice. */
  seq: Schema.Int,
  generation: Schema.NonEmptyString,
})
export type LoggedEvent = typeof LoggedEvent.Type

/** A file that lies whole on this disk, and what was read from it. */
export const Artifact = Schema.Struct({
  kind: Output.fields.kind,
  /** Hex. */
  sha256: Schema.NonEmptyString,
  bytes: Schema.Finite,
  /** Within the data directory, with forward slashes. */
  path: Schema.NonEmptyString,
  mediaType: Schema.optionalKey(Schema.String),
  width: Schema.optionalKey(Schema.Finite),
  height: Schema.optionalKey(Schema.Finite),
  seconds: Schema.optionalKey(Schema.Finite),
  /** Of the pictures, as the file names it: `avc`. */
  codec: Schema.optionalKey(Schema.String),
})
export type Artifact = typeof Artifact.Type

/** A file that was given as input, kept under its hash until nobody refers to it. */
export const InputFile = Schema.Struct({
  /** Name of the field that it was given in. */
  field: Schema.NonEmptyString,
  /** Hex. */
  sha256: Schema.NonEmptyString,
  bytes: Schema.Finite,
  /** Within the data directory, with forward slashes. */
  path: Schema.NonEmptyString,
})
export type InputFile = typeof InputFile.Type

/** How long a task took at its provider, as far as polls can tell. In seconds since it was submitted. */
export const Duration = Schema.Struct({
  /** It still ran then. */
  over: Schema.Finite,
  /** Its end was seen then. */
  under: Schema.Finite,
})
export type Duration = typeof Duration.Type

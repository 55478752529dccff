/**
 * Rows of the tables and the engine's words, both ways. Owns names of columns and what is JSON in
 * them. Columns are of strict tables, which only this program fills; JSON is checked when it is read.
 */
import { TaskError } from "@zoetrope/core/TaskError"
import { TaskRef } from "@zoetrope/core/TaskRef"
import { Output } from "@zoetrope/core/TaskState"
import { Schema } from "effect"
import type { Artifact, Duration, Event, Generation, InputFile, Task } from "../Generation.ts"

export type Value = string | number | null

/** Names of columns, and what is written into each. */
export type Columns<A> = Readonly<Record<string, (from: A) => Value>>

/** Fields that are written as they are, null where they are absent. */
const asTheyAre = <Field extends string>(
  ...fields: ReadonlyArray<Field>
): Columns<{ readonly [Key in Field]?: Value | undefined }> =>
  Object.fromEntries(fields.map((field) => [columnOf(field), (from) => from[field] ?? null]))

/** `mediaType` is the column `media_type`. */
const columnOf = (field: string): string =>
  field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))

/** What was asked for, by whom and when: written once. */
export const askedColumns: Columns<Generation> = asTheyAre(
  "id",
  "provider",
  "account",
  "accountKey",
  "model",
  "digest",
  "owner",
  "cohort",
  "createdAt",
)

/** How it stands: written with every change. */
export const standingColumns: Columns<Generation> = {
  ...asTheyAre(
    "stamp",
    "version",
    "state",
    "updatedAt",
    "dueAt",
    "remakes",
    "cancel",
    "progress",
    "hindrance",
  ),
  error: ({ error }) => json(error && encodeError(error)),
  task: ({ task }) => task?.number ?? null,
}

export const taskColumns: Columns<Task> = {
  ...asTheyAre("number", "token", "state", "attempt", "sentAt"),
  task_id: ({ ref }) => ref?.taskId ?? null,
  ref: ({ ref }) => json(ref),
  outputs: ({ outputs }) => json(outputs),
}

export const eventColumns: Columns<Event> = asTheyAre("version", "at", "kind", "message")

export const artifactColumns: Columns<Artifact> = asTheyAre(
  "kind",
  "sha256",
  "bytes",
  "path",
  "mediaType",
  "width",
  "height",
  "seconds",
  "codec",
)

export const inputColumns: Columns<InputFile> = asTheyAre("field", "sha256", "bytes", "path")

export const durationColumns: Columns<Duration> = asTheyAre("over", "under")

/** In the order of `TaskRow`. */
const taskNames = "t.number, t.token, t.state, t.attempt, t.sent_at, t.ref, t.outputs"

/** To be read as arrays, which takes half the time of objects. */
export const taskSelect = `SELECT ${taskNames} FROM tasks t`

export type TaskRow = readonly [
  number: number,
  token: string,
  state: Task["state"],
  attempt: number,
  sentAt: number,
  ref: string | null,
  outputs: string | null,
]

export const taskOf = (row: TaskRow): Task => {
  const [number, token, state, attempt, sentAt, ref, outputs] = row
  return {
    number,
    token,
    state,
    attempt,
    sentAt,
    ...(ref === null ? {} : { ref: decodeRef(JSON.parse(ref)) }),
    ...(outputs === null ? {} : { outputs: decodeOutputs(JSON.parse(outputs)) }),
  }
}

/** Each beside its newest task. To be read as arrays. */
export const generationSelect = `SELECT g.id, g.stamp, g.version, g.state, g.provider, g.account,
  g.account_key, g.model, g.digest, g.owner, g.cohort, g.created_at, g.updated_at, g.due_at, g.remakes,
  g.cancel, g.progress, g.error, g.hindrance, ${taskNames}
  FROM generations g LEFT JOIN tasks t ON t.generation = g.serial AND t.number = g.task`

export type GenerationRow = readonly [
  id: string,
  stamp: string,
  version: number,
  state: Generation["state"],
  provider: string,
  account: string,
  accountKey: string,
  model: string,
  digest: string,
  owner: string,
  cohort: string,
  createdAt: number,
  updatedAt: number,
  dueAt: number | null,
  remakes: number,
  cancel: Generation["cancel"],
  progress: number | null,
  error: string | null,
  hindrance: string | null,
  ...task: TaskRow | readonly [null, ...ReadonlyArray<null>],
]

export const generationOf = (row: GenerationRow): Generation => {
  const [
    id,
    stamp,
    version,
    state,
    provider,
    account,
    accountKey,
    model,
    digest,
    owner,
    cohort,
    createdAt,
    updatedAt,
    dueAt,
    remakes,
    cancel,
    progress,
    error,
    hindrance,
    ...task
  ] = row
  return {
    id,
    stamp,
    version,
    state,
    provider,
    account,
    accountKey,
    model,
    digest,
    owner,
    cohort,
    createdAt,
    updatedAt,
    remakes,
    cancel,
    ...(dueAt === null ? {} : { dueAt }),
    ...(progress === null ? {} : { progress }),
    ...(error === null ? {} : { error: decodeError(JSON.parse(error)) }),
    ...(hindrance === null ? {} : { hindrance }),
    ...(task[0] === null ? {} : { task: taskOf(task) }),
  }
}

/** Of a row whose columns are named as its fields are: the fields that it has. */
export const present = <A>(row: Nullable<A>): A =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as A

/** Fields that may be absent are null in a row. */
export type Nullable<A> = { readonly [Key in keyof A]-?: A[Key] | null }

const StoredError = Schema.toCodecJson(TaskError)
const encodeError = Schema.encodeSync(StoredError)
const decodeError = Schema.decodeUnknownSync(StoredError)
const decodeRef = Schema.decodeUnknownSync(TaskRef)
const decodeOutputs = Schema.decodeUnknownSync(Schema.NonEmptyArray(Output))

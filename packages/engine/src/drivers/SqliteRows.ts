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

/** What was asked for, by whom and when: written once. */
export const askedColumns: Columns<Generation> = {
  id: ({ id }) => id,
  provider: ({ provider }) => provider,
  account: ({ account }) => account,
  account_key: ({ accountKey }) => accountKey,
  model: ({ model }) => model,
  digest: ({ digest }) => digest,
  owner: ({ owner }) => owner,
  cohort: ({ cohort }) => cohort,
  created_at: ({ createdAt }) => createdAt,
}

/** How it stands: written with every change. */
export const standingColumns: Columns<Generation> = {
  stamp: ({ stamp }) => stamp,
  version: ({ version }) => version,
  state: ({ state }) => state,
  updated_at: ({ updatedAt }) => updatedAt,
  due_at: ({ dueAt }) => dueAt ?? null,
  remakes: ({ remakes }) => remakes,
  cancel: ({ cancel }) => cancel,
  progress: ({ progress }) => progress ?? null,
  error: ({ error }) => (error === undefined ? null : JSON.stringify(encodeError(error))),
  hindrance: ({ hindrance }) => hindrance ?? null,
  task: ({ task }) => task?.number ?? null,
}

export const taskColumns: Columns<Task> = {
  number: ({ number }) => number,
  token: ({ token }) => token,
  state: ({ state }) => state,
  attempt: ({ attempt }) => attempt,
  sent_at: ({ sentAt }) => sentAt,
  task_id: ({ ref }) => ref?.taskId ?? null,
  ref: ({ ref }) => (ref === undefined ? null : JSON.stringify(ref)),
  outputs: ({ outputs }) => (outputs === undefined ? null : JSON.stringify(outputs)),
}

export const eventColumns: Columns<Event> = {
  version: ({ version }) => version,
  at: ({ at }) => at,
  kind: ({ kind }) => kind,
  message: ({ message }) => message,
}

export const artifactColumns: Columns<Artifact> = {
  kind: ({ kind }) => kind,
  sha256: ({ sha256 }) => sha256,
  bytes: ({ bytes }) => bytes,
  path: ({ path }) => path,
  media_type: ({ mediaType }) => mediaType ?? null,
  width: ({ width }) => width ?? null,
  height: ({ height }) => height ?? null,
  seconds: ({ seconds }) => seconds ?? null,
  codec: ({ codec }) => codec ?? null,
}

export const inputColumns: Columns<InputFile> = {
  field: ({ field }) => field,
  sha256: ({ sha256 }) => sha256,
  bytes: ({ bytes }) => bytes,
  path: ({ path }) => path,
}

export const durationColumns: Columns<Duration> = {
  over: ({ over }) => over,
  under: ({ under }) => under,
}

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

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

export const namesOf = (columns: Columns<never>): string => Object.keys(columns).join(", ")

export const valuesOf = <A>(columns: Columns<A>, from: A): Array<Value> =>
  Object.values(columns).map((value) => value(from))

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
  error: ({ error }) => (error === undefined ? null : encodeError(error)),
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

const taskNames = Object.keys(taskColumns)
  .map((name) => `t.${name} AS task_${name}`)
  .join(", ")

export const taskSelect = `SELECT ${taskNames} FROM tasks t`

const generationNames = [...Object.keys(askedColumns), ...Object.keys(standingColumns)]
  .map((name) => `g.${name}`)
  .join(", ")

/** With its newest task, whose columns are null where there is none. */
export const generationSelect = `SELECT ${generationNames}, ${taskNames}
  FROM generations g LEFT JOIN tasks t ON t.generation = g.id AND t.number = g.task`

export interface TaskRow {
  readonly task_number: number
  readonly task_token: string
  readonly task_state: Task["state"]
  readonly task_attempt: number
  readonly task_sent_at: number
  readonly task_ref: string | null
  readonly task_outputs: string | null
}

export type GenerationRow = (TaskRow | { readonly task_number: null }) & {
  readonly id: string
  readonly provider: string
  readonly account: string
  readonly account_key: string
  readonly model: string
  readonly digest: string
  readonly owner: string
  readonly cohort: string
  readonly created_at: number
  readonly stamp: string
  readonly version: number
  readonly state: Generation["state"]
  readonly updated_at: number
  readonly due_at: number | null
  readonly remakes: number
  readonly cancel: Generation["cancel"]
  readonly progress: number | null
  readonly error: string | null
  readonly hindrance: string | null
}

export const generationOf = (row: GenerationRow): Generation => ({
  id: row.id,
  stamp: row.stamp,
  version: row.version,
  state: row.state,
  provider: row.provider,
  account: row.account,
  accountKey: row.account_key,
  model: row.model,
  digest: row.digest,
  owner: row.owner,
  cohort: row.cohort,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  remakes: row.remakes,
  cancel: row.cancel,
  ...(row.due_at === null ? {} : { dueAt: row.due_at }),
  ...(row.progress === null ? {} : { progress: row.progress }),
  ...(row.error === null ? {} : { error: decodeError(row.error) }),
  ...(row.hindrance === null ? {} : { hindrance: row.hindrance }),
  ...(row.task_number === null ? {} : { task: taskOf(row) }),
})

export const taskOf = (row: TaskRow): Task => ({
  number: row.task_number,
  token: row.task_token,
  state: row.task_state,
  attempt: row.task_attempt,
  sentAt: row.task_sent_at,
  ...(row.task_ref === null ? {} : { ref: decodeRef(row.task_ref) }),
  ...(row.task_outputs === null ? {} : { outputs: decodeOutputs(row.task_outputs) }),
})

/** Of a row whose columns are named as its fields are: the fields that it has. */
export const present = <A>(row: Nullable<A>): A =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as A

/** Fields that may be absent are null in a row. */
export type Nullable<A> = { readonly [Key in keyof A]-?: A[Key] | null }

const Outputs = Schema.NonEmptyArray(Output)
const StoredError = Schema.fromJsonString(Schema.toCodecJson(TaskError))
const encodeError = Schema.encodeSync(StoredError)
const decodeError = Schema.decodeUnknownSync(StoredError)
const decodeRef = Schema.decodeUnknownSync(Schema.fromJsonString(TaskRef))
const decodeOutputs = Schema.decodeUnknownSync(Schema.fromJsonString(Outputs))

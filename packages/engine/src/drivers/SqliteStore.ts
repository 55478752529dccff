/**
 * `Store` in one SQLite file. A flush is one transaction of at most five statements, whatever its
 * size: the writes travel as one JSON value, and what belongs to a row is recorded only where the row
 * bears the stamp of the write.
 */
import { TaskError } from "@zoetrope/core/TaskError"
import { Effect, Layer, Schema } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { Artifact, Event, Generation, Task } from "../Generation.ts"
import { type Filter, Store, StoreError, type Write } from "../Store.ts"
import { migrate } from "./migrations.ts"
import * as Sqlite from "./Sqlite.ts"

export const make = Effect.fn("SqliteStore.make")(function* (file: string) {
  yield* migrate(file)
  const sql = yield* SqlClient.SqlClient
  const whole =
    sql.literal(`SELECT g.*, t.token, t.number, t.state AS task_state, t.attempt, t.sent_at, t.ref, t.outputs
    FROM generations g LEFT JOIN tasks t ON t.generation = g.id AND t.number = g.task`)
  const list = ({ limit = 100, states }: Filter) =>
    read(
      sql<GenerationRow>`${whole} ${states === undefined ? sql.literal("") : sql`WHERE ${sql.in("g.state", states)}`}
        ORDER BY g.created_at DESC, g.id DESC LIMIT ${limit}`,
      generationOf,
    )

  const flush = Effect.fnUntraced(
    function* (writes: ReadonlyArray<Write>) {
      const batch = JSON.stringify(writes.map(flat))
      const has = (test: (write: Write) => boolean) => writes.some(test)
      if (has(({ _tag }) => _tag === "Insert")) yield* sql.unsafe(insertGenerations, [batch])
      if (has(({ _tag }) => _tag === "Change")) yield* sql.unsafe(updateGenerations, [batch])
      if (has((write) => write._tag === "Change" && write.change.task !== undefined)) {
        yield* sql.unsafe(upsertTasks, [batch])
      }
      yield* sql.unsafe(insertEvents, [batch])
      if (has((write) => write._tag === "Change" && write.change.artifacts !== undefined)) {
        yield* sql.unsafe(insertArtifacts, [batch])
      }
      const written = yield* sql.unsafe<{ readonly place: number }>(writtenPlaces, [batch])
      const places = new Set(written.map(({ place }) => place))
      return writes.map((_, place) => (places.has(place) ? "written" : "stale"))
    },
    sql.withTransaction,
    Effect.mapError((error) => new StoreError({ operation: "flush", detail: detailOf(error) })),
  )

  return Store.of({
    live: read(
      sql<GenerationRow>`${whole} WHERE g.state NOT IN ('done', 'failed', 'cancelled') ORDER BY g.created_at, g.id`,
      generationOf,
    ),
    list,
    get: (id) => one(read(sql<GenerationRow>`${whole} WHERE g.id = ${id}`, generationOf)),
    byKey: (key) => one(read(sql<GenerationRow>`${whole} WHERE g.key = ${key}`, generationOf)),
    input: (id) =>
      one(
        read(
          sql<{ readonly input: string }>`SELECT input FROM generations WHERE id = ${id}`,
          ({ input }) => JSON.parse(input) as Schema.Json,
        ),
      ),
    tasks: (id) =>
      read(
        sql<TaskColumns>`SELECT number, token, state AS task_state, attempt, sent_at, ref, outputs
          FROM tasks WHERE generation = ${id} ORDER BY number`,
        (row) => decodeTask(taskOf(row)),
      ),
    events: (id, afterVersion = 0) =>
      read(
        sql<object>`SELECT version, at, kind, message FROM events
          WHERE generation = ${id} AND version > ${afterVersion} ORDER BY version`,
        decodeEvent,
      ),
    artifacts: (id) =>
      read(
        sql<Record<string, unknown>>`SELECT kind, sha256, bytes, path, media_type AS mediaType
          FROM artifacts WHERE generation = ${id} ORDER BY number`,
        (row) => decodeArtifact(present(row)),
      ),
    flush,
  })
})

/** Opens the file, brings its tables up to this program, and closes it with the layer. */
export const layer = (options: Sqlite.Options) =>
  Layer.effect(Store, make(options.filename)).pipe(Layer.provide(Sqlite.layer(options)))

const read = <Row extends object, A>(
  rows: Effect.Effect<ReadonlyArray<Row>, SqlError>,
  decode: (row: Row) => A,
): Effect.Effect<ReadonlyArray<A>, StoreError> =>
  Effect.flatMap(rows, (found) =>
    Effect.try({ try: () => found.map((row) => decode(row)), catch: detailOf }),
  ).pipe(Effect.mapError((error) => new StoreError({ operation: "read", detail: detailOf(error) })))

const one = <A>(rows: Effect.Effect<ReadonlyArray<A>, StoreError>) =>
  Effect.map(rows, ([first]) => first)

/** Column to the path of its value in one write's JSON. */
const columns = [
  ["id", "$.id"],
  ["stamp", "$.stamp"],
  ["version", "$.version"],
  ["state", "$.state"],
  ["provider", "$.provider"],
  ["account", "$.account"],
  ["model", "$.model"],
  ["digest", "$.digest"],
  ["created_at", "$.createdAt"],
  ["updated_at", "$.updatedAt"],
  ["due_at", "$.dueAt"],
  ["remakes", "$.remakes"],
  ["cancel", "$.cancel"],
  ["progress", "$.progress"],
  ["error", "$.error"],
  ["hindrance", "$.hindrance"],
  ["task", "$.task"],
] as const

/** What a change may change: not what was asked for, nor when. */
const changing = columns.filter(
  ([name]) => !["id", "provider", "account", "model", "digest", "created_at"].includes(name),
)

const valueAt = (path: string): string => `w.value ->> '${path}'`

const insertGenerations = `INSERT INTO generations (${columns.map(([name]) => name).join(", ")}, key, input)
  SELECT ${columns.map(([, path]) => valueAt(path)).join(", ")}, ${valueAt("$.key")}, ${valueAt("$.input")}
  FROM json_each(?) w WHERE ${valueAt("$.from")} IS NULL ON CONFLICT DO NOTHING`

const updateGenerations = `UPDATE generations SET ${changing.map(([name, path]) => `${name} = ${valueAt(path)}`).join(", ")}
  FROM json_each(?) w
  WHERE generations.id = ${valueAt("$.id")} AND generations.stamp IN (${valueAt("$.from")}, ${valueAt("$.stamp")})`

/** The writes whose stamp their row bears: they, and only they, have happened. */
const written = `json_each(?) w JOIN generations g
  ON g.id = ${valueAt("$.id")} AND g.stamp = ${valueAt("$.stamp")}`

const upsertTasks = `INSERT INTO tasks (generation, number, token, state, attempt, sent_at, ref, outputs)
  SELECT g.id, ${["number", "token", "state", "attempt", "sentAt", "ref", "outputs"].map((name) => valueAt(`$.row.${name}`)).join(", ")}
  FROM ${written} WHERE ${valueAt("$.row")} IS NOT NULL
  ON CONFLICT (generation, number) DO UPDATE SET state = excluded.state, ref = excluded.ref, outputs = excluded.outputs`

const insertEvents = `INSERT INTO events (generation, version, at, kind, message)
  SELECT g.id, ${["version", "at", "kind", "message"].map((name) => valueAt(`$.event.${name}`)).join(", ")}
  FROM ${written} WHERE ${valueAt("$.event")} IS NOT NULL ON CONFLICT DO NOTHING`

const insertArtifacts = `INSERT INTO artifacts (generation, number, kind, sha256, bytes, path, media_type)
  SELECT g.id, a.key, ${["kind", "sha256", "bytes", "path", "mediaType"].map((name) => `a.value ->> '$.${name}'`).join(", ")}
  FROM ${written}, json_each(w.value, '$.artifacts') a WHERE true ON CONFLICT DO NOTHING`

/** An insert stays written when its row has moved on meanwhile. */
const writtenPlaces = `SELECT w.key AS place FROM json_each(?) w JOIN generations g ON g.id = ${valueAt("$.id")}
  WHERE ${valueAt("$.from")} IS NULL OR g.stamp = ${valueAt("$.stamp")}`

/** One write as the statements read it; nested values are texts, since their columns are. */
const flat = (write: Write): object => {
  if (write._tag === "Insert") {
    const { event, generation, input, key } = write
    return { ...flatGeneration(generation), key, input: JSON.stringify(input), event }
  }
  const { artifacts, event, from, generation, task } = write.change
  return {
    ...flatGeneration(generation),
    from,
    event,
    artifacts,
    row: task && {
      ...task,
      ref: task.ref && JSON.stringify(task.ref),
      outputs: task.outputs && JSON.stringify(task.outputs),
    },
  }
}

const encodeError = Schema.encodeSync(Schema.toCodecJson(TaskError))

const flatGeneration = ({ error, task, ...rest }: Generation): object => ({
  ...rest,
  error: error && JSON.stringify(encodeError(error)),
  task: task?.number,
})

interface TaskColumns {
  readonly number: number | null
  readonly token: string | null
  readonly task_state: string | null
  readonly attempt: number | null
  readonly sent_at: number | null
  readonly ref: string | null
  readonly outputs: string | null
}
interface GenerationRow extends TaskColumns {
  readonly [column: string]: string | number | null
}

const decodeGeneration = Schema.decodeUnknownSync(Schema.toCodecJson(Generation))
const decodeTask = Schema.decodeUnknownSync(Schema.toCodecJson(Task))
const decodeEvent = Schema.decodeUnknownSync(Event)
const decodeArtifact = Schema.decodeUnknownSync(Artifact)

const generationOf = (row: GenerationRow): Generation =>
  decodeGeneration(
    present({
      id: row["id"],
      stamp: row["stamp"],
      version: row["version"],
      state: row["state"],
      provider: row["provider"],
      account: row["account"],
      model: row["model"],
      digest: row["digest"],
      createdAt: row["created_at"],
      updatedAt: row["updated_at"],
      dueAt: row["due_at"],
      remakes: row["remakes"],
      cancel: row["cancel"],
      progress: row["progress"],
      error: parsed(row["error"]),
      hindrance: row["hindrance"],
      task: row.number === null ? undefined : taskOf(row),
    }),
  )

const taskOf = (row: TaskColumns): object =>
  present({
    number: row.number,
    token: row.token,
    state: row.task_state,
    attempt: row.attempt,
    sentAt: row.sent_at,
    ref: parsed(row.ref),
    outputs: parsed(row.outputs),
  })

const parsed = (json: unknown): unknown =>
  typeof json === "string" ? (JSON.parse(json) as unknown) : undefined

const present = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  )

const detailOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

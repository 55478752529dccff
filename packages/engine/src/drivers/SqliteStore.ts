/**
 * `Store` in one SQLite file: prepared statements of one connection, run synchronously, so that a
 * flush is one short transaction that nothing of this process can come between. Owns the statements
 * and the guard of the writes; the rows are `SqliteRows.ts`, the tables `migrations.ts`.
 */
import { Effect, Layer, type Schema } from "effect"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import type {
  Artifact,
  Duration,
  Event,
  Generation,
  InputFile,
  LoggedEvent,
  State,
} from "../Generation.ts"
import { type Changed, Store, StoreError } from "../Store.ts"
import * as migrations from "./migrations.ts"
import * as Sqlite from "./Sqlite.ts"
import { keptDurations, sqliteFlush } from "./sqliteFlush.ts"
import * as Rows from "./SqliteRows.ts"

// Places for values are `?` only: not every supported runtime can fill numbered ones.

/** Rows read at once; between two pages others have their turn. */
const pageSize = 250

/** Of an opened file whose tables are up to date. */
export const make = (database: DatabaseSync, busyMillis = 5_000): Store["Service"] => {
  // Who waits for another process must not hold up this one: `whenFree` does it.
  database.exec("PRAGMA busy_timeout = 0")
  const run = <A>(operation: StoreError["operation"], body: () => A) =>
    Effect.mapError(
      Sqlite.whenFree(body, busyMillis),
      (cause) => new StoreError({ operation, detail: Sqlite.explain(cause) }),
    )
  /** `decode` is given what the statement returns, which nobody but its author can know. */
  const reader = <A>(statement: StatementSync, decode: (row: never) => A) => {
    return (...values: ReadonlyArray<Rows.Value>) =>
      run("read", () => statement.all(...values).map((row) => decode(row as never)))
  }
  /** Rows as arrays, in the order of the columns. */
  const rows = <A>(sql: string, decode: (row: never) => A) => {
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    return reader(statement, decode)
  }
  /** Rows whose columns have the names of the fields. */
  const facts = <A>(sql: string) => reader<A>(database.prepare(sql), Rows.present)
  const generations = (rest: string) => rows(`${Rows.generationSelect} ${rest}`, Rows.generationOf)

  const live = generations(`WHERE g.provider = ? AND g.account_key = ?
    AND g.ended = 0 AND (g.created_at, g.id) > (?, ?)
    ORDER BY g.created_at, g.id LIMIT ${pageSize}`)
  const wanted = `AND (? IS NULL OR g.state IN (SELECT value FROM json_each(?)))
    AND (? IS NULL OR g.model IN (SELECT value FROM json_each(?)))
    AND (? IS NULL OR g.owner = ?)`
  const newest = generations(`WHERE (g.created_at, g.id) < (?, ?) ${wanted}
    ORDER BY g.created_at DESC, g.id DESC LIMIT ?`)
  const oldest = generations(`WHERE (g.created_at, g.id) > (?, ?) ${wanted}
    ORDER BY g.created_at, g.id LIMIT ?`)
  const get = generations("WHERE g.id = ?")
  const byKey = generations("WHERE g.owner = ? AND g.key = ?")
  const byTask = generations(`WHERE g.provider = ?
    AND g.serial IN (SELECT generation FROM tasks WHERE task_id = ?) ORDER BY g.serial LIMIT 1`)
  const idsLike = rows(
    // The largest character there is: whatever begins with the prefix comes before it.
    `SELECT id FROM generations WHERE id >= ? AND id < ? || char(1114111) ORDER BY id LIMIT ?`,
    ([id]: readonly [string]) => id,
  )
  const input = rows(
    "SELECT input FROM generations WHERE id = ?",
    ([json]: readonly [string]) => JSON.parse(json) as Schema.Json,
  )
  const serial = "(SELECT serial FROM generations WHERE id = ?)"
  const files = facts<InputFile>(
    `SELECT field, sha256, bytes, path FROM inputs WHERE generation = ${serial} ORDER BY number`,
  )
  const tasks = rows(
    `${Rows.taskSelect} WHERE t.generation = ${serial} ORDER BY t.number`,
    Rows.taskOf,
  )
  const events = facts<Event>(
    `SELECT version, at, kind, message FROM events
      WHERE generation = ${serial} AND version > ? ORDER BY version`,
  )
  const log = facts<LoggedEvent>(
    `SELECT e.seq, g.id AS generation, e.version, e.at, e.kind, e.message
      FROM events e JOIN generations g ON g.serial = e.generation
      WHERE e.seq > ? ORDER BY e.seq LIMIT ?`,
  )
  const artifacts = facts<Artifact>(
    `SELECT kind, sha256, bytes, path, media_type AS mediaType, width, height, seconds, codec
      FROM artifacts WHERE generation = ${serial} ORDER BY number`,
  )
  const durations = facts<Duration>(
    `SELECT over, under FROM durations WHERE cohort = ?
      ORDER BY at DESC, rowid DESC LIMIT ${keptDurations}`,
  )
  const unreferenced = rows(
    `SELECT value FROM json_each(?) WHERE value NOT IN (SELECT sha256 FROM artifacts)
      AND value NOT IN (SELECT sha256 FROM inputs) ORDER BY key`,
    ([hash]: readonly [string]) => hash,
  )
  const states = rows(
    "SELECT state, count(*) FROM generations GROUP BY state",
    (count: readonly [State, number]) => count,
  )
  const sums = rows(
    `SELECT (SELECT count(*) FROM tasks), (SELECT count(task_id) FROM tasks), count(*), total(bytes)
      FROM (SELECT bytes FROM artifacts GROUP BY sha256)`,
    (row: readonly [number, number, number, number]) => row,
  )
  const changed = changedOf(database)
  const flush = sqliteFlush(database)

  return Store.of({
    live: Effect.fnUntraced(function* ({ accountKey, provider }) {
      const all: Array<Generation> = []
      let last: Pick<Generation, "createdAt" | "id"> = { createdAt: -Infinity, id: "" }
      while (true) {
        const page = yield* live(provider, accountKey, last.createdAt, last.id)
        all.push(...page)
        last = page.at(-1) ?? last
        if (page.length < pageSize) return all
        yield* Effect.yieldNow
      }
    }),
    list: ({ after, limit = 100, order = "newest", ...filter }) => {
      const list = order === "newest" ? newest : oldest
      const start = order === "newest" ? Infinity : -Infinity
      const { createdAt, id } = after ?? { createdAt: start, id: "" }
      const among = filter.states === undefined ? null : JSON.stringify(filter.states)
      const models = filter.models === undefined ? null : JSON.stringify(filter.models)
      const owner = filter.owner ?? null
      return list(createdAt, id, among, among, models, models, owner, owner, limit)
    },
    get: (id) => one(get(id)),
    idsLike: (prefix, limit) => idsLike(prefix, prefix, limit),
    byKey: (owner, key) => one(byKey(owner, key)),
    byTask: ({ provider, taskId }) => one(byTask(provider, taskId)),
    input: (id) => one(input(id)),
    files,
    tasks,
    events: (id, afterVersion = 0) => events(id, afterVersion),
    log,
    artifacts,
    changed: (after) => run("read", () => changed(after)),
    durations,
    unreferenced: (hashes) => unreferenced(JSON.stringify(hashes)),
    stats: Effect.map(
      Effect.all([states(), sums()]),
      ([counts, [[submits, submitted, count, bytes] = [0, 0, 0, 0]]]) => ({
        states: Object.fromEntries(counts),
        submits,
        tasks: submitted,
        artifacts: { files: count, bytes },
      }),
    ),
    flush: (writes) =>
      writes.length === 0 ? Effect.succeed([]) : run("flush", () => flush(writes)),
  })
}

/** Opens the file, brings its tables up to this program, and closes it with the layer. */
export const layer = (options: Sqlite.Options): Layer.Layer<Store, Sqlite.DatabaseUnusable> =>
  Layer.effect(
    Store,
    Effect.gen(function* () {
      const database = yield* Sqlite.open(options, (opened) => migrations.refusal(opened))
      yield* migrations.migrate(database, options.filename)
      return make(database, options.busyMillis)
    }),
  )

/** Asks SQLite whether another connection has committed since the last look, and only then the table. */
const changedOf = (database: DatabaseSync): ((after: number) => Changed) => {
  const dataVersion = database.prepare("PRAGMA data_version")
  const newest = database.prepare("SELECT newest FROM revisions")
  const since = database.prepare("SELECT id, version FROM generations WHERE revision > ?")
  let looked = { dataVersion: -1, revision: Infinity }
  return (after) => {
    const now = Number(dataVersion.get()?.["data_version"])
    if (now === looked.dataVersion && after >= looked.revision) {
      return { revision: after, rows: [] }
    }
    // First the revision: a row that is recorded in between is told now, and once more the next time.
    const revision = Number(newest.get()?.["newest"])
    looked = { dataVersion: now, revision }
    const rows = since
      .all(after)
      .map(({ id, version }) => ({ id: String(id), version: Number(version) }))
    return { revision, rows }
  }
}

const one = <A>(rows: Effect.Effect<ReadonlyArray<A>, StoreError>) =>
  Effect.map(rows, ([first]) => first)

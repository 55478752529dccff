/**
 * `SqlClient` over Node's own SQLite: one connection, one statement at a time, every commit on the
 * disk before it is answered (WAL, synchronous FULL). Owns opening, errors and prepared statements;
 * knows no table. A file that is no database, or is damaged, is refused and left as it is.
 */
import { Context, Effect, Layer, Schedule, Schema, type Scope, Semaphore, Stream } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { classifySqliteError, SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import { closeSync, openSync } from "node:fs"
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite"
import { quietSqlite } from "./quietSqlite.ts"

export interface Options {
  /** Made, readable by its owner alone, if it does not exist. `:memory:` is not kept. */
  readonly filename: string
  /** How long a statement waits for another process's write, in milliseconds. Default 5,000. */
  readonly busyMillis?: number | undefined
}

/** The file cannot be used as it is. Nothing was written to it. */
export class DatabaseUnusable extends Schema.TaggedError<DatabaseUnusable>()("DatabaseUnusable", {
  file: Schema.String,
  /** What is wrong, and what to do. */
  why: Schema.String,
}) {
  override get message(): string {
    return `${this.file} cannot be used: ${this.why}. Nothing was written to it`
  }
}

/** Closes with the scope. */
export const make: (
  options: Options,
) => Effect.Effect<
  SqlClient.SqlClient,
  DatabaseUnusable | SqlError,
  Scope.Scope | Reactivity.Reactivity
> = Effect.fn("Sqlite.make")(function* (options) {
  const database = yield* Effect.acquireRelease(open(options), (opened) =>
    Effect.sync(() => opened.close()),
  )
  yield* setUp(database, options)
  const connection = connect(database)
  return yield* SqlClient.make({
    ...SqlClient.makeSqliteAcquirers({
      connection: Effect.succeed(connection),
      semaphore: yield* Semaphore.make(1),
      isTransaction: () => database.isTransaction,
    }),
    compiler: Statement.makeCompilerSqlite(),
    driver: "zoetrope-node-sqlite",
    // A transaction that begins by reading could not wait for another writer later.
    beginTransaction: "BEGIN IMMEDIATE",
    prepareTransactionControls: true,
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
    spanAttributes: [["db.system.name", "sqlite"]],
  })
})

export const layer = (
  options: Options,
): Layer.Layer<SqlClient.SqlClient, DatabaseUnusable | SqlError> =>
  Layer.effect(SqlClient.SqlClient, make(options)).pipe(Layer.provide(Reactivity.layer))

const open = ({ busyMillis = 5_000, filename }: Options) =>
  Effect.try({
    try: () => {
      // It holds signed links for a while; its companions get the same permissions from SQLite.
      if (filename !== ":memory:") closeSync(openSync(filename, "a", 0o600))
      const { DatabaseSync } = quietSqlite()
      return new DatabaseSync(filename, { timeout: busyMillis })
    },
    catch: (cause) => unusable(filename, cause),
  })

const setUp = Effect.fnUntraced(function* (database: DatabaseSync, { filename }: Options) {
  // Reads first: what is no database, or is damaged, shows before anything is written.
  yield* Effect.try({
    try: () => database.prepare("SELECT count(*) FROM sqlite_schema").get(),
    catch: (cause) => unusable(filename, cause),
  })
  // Two processes may open a new file at once, and this one change does not wait for its lock by itself.
  yield* Effect.try({
    try: () => database.exec("PRAGMA journal_mode = WAL"),
    catch: (cause) => fail(cause, "open"),
  }).pipe(
    Effect.retry({
      schedule: Schedule.spaced("20 millis").pipe(Schedule.upTo({ times: 250 })),
      while: (error) => error.reason._tag === "LockTimeoutError",
    }),
  )
  yield* Effect.try({
    try: () => database.exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON"),
    catch: (cause) => fail(cause, "open"),
  })
})

/** Distinct statements are few; those with literals in them come unprepared. */
const cacheSize = 128

interface Prepared {
  readonly statement: StatementSync
  readonly returnsRows: boolean
}

const connect = (database: DatabaseSync): Connection => {
  const cache = new Map<string, Prepared>()
  const prepare = (sql: string): Prepared => {
    const statement = database.prepare(sql)
    return { statement, returnsRows: statement.columns().length > 0 }
  }
  const cached = (sql: string): Prepared => {
    const known = cache.get(sql)
    if (known !== undefined) {
      cache.delete(sql)
      cache.set(sql, known)
      return known
    }
    const prepared = prepare(sql)
    const [oldest] = cache.keys()
    if (cache.size >= cacheSize && oldest !== undefined) cache.delete(oldest)
    cache.set(sql, prepared)
    return prepared
  }
  const run = <Row>(
    sql: string,
    params: ReadonlyArray<unknown>,
    how: { readonly prepare: typeof prepare; readonly arrays?: boolean },
  ) =>
    Effect.withFiber<ReadonlyArray<Row>, SqlError>((fiber) => {
      const safeIntegers = Context.get(fiber.context, SqlClient.SafeIntegers)
      return Effect.try({
        try: () => {
          const { returnsRows, statement } = how.prepare(sql)
          statement.setReadBigInts(safeIntegers)
          statement.setReturnArrays(how.arrays === true)
          const values = params as ReadonlyArray<SQLInputValue>
          if (returnsRows) return statement.all(...values) as unknown as ReadonlyArray<Row>
          statement.run(...values)
          return []
        },
        catch: (cause) => fail(cause, "execute"),
      })
    })
  type Rows = ReadonlyArray<Statement.Statement<object>>
  type Transform = Parameters<Connection["execute"]>[2]
  const transformed = (rows: Effect.Effect<Rows, SqlError>, transform: Transform) =>
    transform === undefined ? rows : Effect.map(rows, transform)
  return {
    execute: (sql, params, transform) =>
      transformed(run(sql, params, { prepare: cached }), transform),
    executeRaw: (sql, params) => run(sql, params, { prepare: cached }),
    executeValues: (sql, params) => run(sql, params, { prepare: cached, arrays: true }),
    executeValuesUnprepared: (sql, params) => run(sql, params, { prepare, arrays: true }),
    executeUnprepared: (sql, params, transform) =>
      transformed(run(sql, params, { prepare }), transform),
    // One connection cannot be left in the middle of a statement: the rows are read whole.
    executeStream: (sql, params, transform) =>
      Stream.fromIterableEffect(transformed(run(sql, params, { prepare }), transform)),
  }
}

/** A taken primary key, and a taken row id, are told like every other value that must be unique. */
const uniqueCodes: ReadonlySet<number> = new Set([1555, 2579])
const uniqueCode = 2067

const fail = (cause: unknown, operation: string): SqlError => {
  const code = codeOf(cause)
  const detail = cause instanceof Error ? cause.message : String(cause)
  const known =
    code === undefined || !(cause instanceof Error)
      ? cause
      : Object.assign(cause, { errno: uniqueCodes.has(code) ? uniqueCode : code })
  return new SqlError({
    reason: classifySqliteError(known, { message: `SQLite: ${detail}`, operation }),
  })
}

const codeOf = (cause: unknown): number | undefined =>
  cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number"
    ? cause.errcode
    : undefined

const unusable = (file: string, cause: unknown): DatabaseUnusable => {
  const code = codeOf(cause)
  const detail = cause instanceof Error ? cause.message : String(cause)
  const why =
    code === 26
      ? "it is no SQLite database; move it away, or name another data directory"
      : code === 11
        ? "it is damaged; keep a copy, and restore a backup or mend it with `sqlite3 FILE .recover`"
        : detail
  return new DatabaseUnusable({ file, why })
}

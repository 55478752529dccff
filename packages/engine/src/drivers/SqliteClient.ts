/**
 * Effect's `SqlClient` over one connection of Node's own SQLite, for migrations: one statement at a
 * time, prepared once where it has no literals. Owns the mapping of statements and errors; knows no
 * table.
 */
import { Context, Effect, Layer, type Scope, Semaphore, Stream } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { classifySqliteError, SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite"
import * as Sqlite from "./Sqlite.ts"

/** Does not close the database. */
export const make: (
  database: DatabaseSync,
) => Effect.Effect<SqlClient.SqlClient, never, Scope.Scope | Reactivity.Reactivity> =
  Effect.fnUntraced(function* (database) {
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

/** Opens the file, and closes it with the layer. */
export const layer = (
  options: Sqlite.Options,
): Layer.Layer<SqlClient.SqlClient, Sqlite.DatabaseUnusable> =>
  Layer.effect(SqlClient.SqlClient, Effect.flatMap(Sqlite.open(options), make)).pipe(
    Layer.provide(Reactivity.layer),
  )

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
        catch: failed,
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

const failed = (cause: unknown): SqlError => {
  const code = Sqlite.codeOf(cause)
  const known =
    code === undefined || !(cause instanceof Error)
      ? cause
      : Object.assign(cause, { errno: uniqueCodes.has(code) ? uniqueCode : code })
  const message = `SQLite: ${Sqlite.explain(cause)}`
  return new SqlError({ reason: classifySqliteError(known, { message, operation: "execute" }) })
}

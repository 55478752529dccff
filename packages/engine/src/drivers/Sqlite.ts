/**
 * One SQLite file through Node's own driver: opened with care, every commit on the disk before it is
 * answered (WAL, synchronous FULL), every failure in plain words. Knows no table. A file that is no
 * database, is damaged, or is refused by whoever opens it, is left as it is.
 */
import { Effect, Schedule, Schema, type Scope } from "effect"
import { closeSync, openSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { quietSqlite } from "./quietSqlite.ts"

export interface Options {
  /** Made, readable by its owner alone, if it does not exist. `:memory:` is not kept. */
  readonly filename: string
  /** How long a statement waits for another process's write, in milliseconds. Default 5,000. */
  readonly busyMillis?: number | undefined
}

/** The file cannot be used as it is. */
export class DatabaseUnusable extends Schema.TaggedError<DatabaseUnusable>()("DatabaseUnusable", {
  file: Schema.String,
  /** What is wrong, and what to do. */
  why: Schema.String,
}) {
  override get message(): string {
    return `${this.file} cannot be used: ${this.why}. What is in it was left as it is.`
  }
}

/**
 * Closes with the scope.
 *
 * @param refusal why this file is not to be used, if it is not; asked before anything is written to it
 */
export const open: (
  options: Options,
  refusal?: (database: DatabaseSync) => string | undefined,
) => Effect.Effect<DatabaseSync, DatabaseUnusable, Scope.Scope> = Effect.fn("Sqlite.open")(
  function* ({ busyMillis = 5_000, filename }, refusal = () => undefined) {
    const unusable = (why: string) => new DatabaseUnusable({ file: filename, why })
    const orUnusable = Effect.mapError((cause: unknown) => unusable(explain(cause)))
    const database = yield* Effect.acquireRelease(
      orUnusable(attempt(() => connect(filename, busyMillis))),
      (connected) => Effect.sync(() => connected.close()),
    )
    const why = yield* orUnusable(attempt(() => read(database) ?? refusal(database)))
    if (why !== undefined) return yield* unusable(why)
    yield* orUnusable(whenFree(() => setUp(database), busyMillis))
    return database
  },
)

/** A connection and nothing else: no statement has been run. The file is made if it does not exist. */
export const connect = (filename: string, busyMillis: number): DatabaseSync => {
  if (filename !== ":memory:") makePrivate(filename)
  const { DatabaseSync } = quietSqlite()
  return new DatabaseSync(filename, { timeout: busyMillis })
}

/** Runs it again as long as another process is writing, without holding up this one. Fails with what it threw. */
export const whenFree = <A>(body: () => A, busyMillis: number): Effect.Effect<A, unknown> =>
  attempt(body).pipe(
    Effect.retry({
      schedule: Schedule.spaced("5 millis").pipe(Schedule.upTo({ duration: busyMillis })),
      while: isBusy,
    }),
  )

/** All or nothing, and on the disk when it returns. `body` must be synchronous. */
export const transaction = <A>(database: DatabaseSync, body: () => A): A => {
  // A transaction that begins by reading could not wait for another writer later.
  database.exec("BEGIN IMMEDIATE")
  try {
    const result = body()
    database.exec("COMMIT")
    return result
  } catch (cause) {
    // SQLite has done it already after some failures, such as a full disk.
    if (database.isTransaction) database.exec("ROLLBACK")
    throw cause
  }
}

/** SQLite's extended code. */
export const codeOf = (cause: unknown): number | undefined =>
  cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number"
    ? cause.errcode
    : undefined

/** Somebody else is writing, or holds what was asked for. */
export const isBusy = (cause: unknown): boolean => primaryCodeOf(cause) === 5

/** What happened, and what to do where it is known. */
export const explain = (cause: unknown): string => {
  const detail = cause instanceof Error ? cause.message : String(cause)
  const advice = advices.get(primaryCodeOf(cause) ?? fileCodeOf(cause) ?? "")
  return advice === undefined ? detail : `${advice} (${detail})`
}

const notWritable =
  "this user may not write to it, or to its directory; put the permissions right, or name another data directory"

/** By SQLite's primary codes, and by those of the file system. */
const advices: ReadonlyMap<number | string, string> = new Map<number | string, string>([
  [5, "another process is writing to it and does not come to an end; stop that one, or wait"],
  [8, notWritable],
  [11, "it is damaged; keep a copy, and restore a backup or mend it with `sqlite3 FILE .recover`"],
  [13, "the disk is full; make room on it"],
  [26, "it is no SQLite database; move it away, or name another data directory"],
  ["EACCES", notWritable],
  ["EPERM", notWritable],
  ["EROFS", notWritable],
  ["ENOSPC", "the disk is full; make room on it"],
])

const primaryCodeOf = (cause: unknown): number | undefined => {
  const code = codeOf(cause)
  return code === undefined ? undefined : code & 0xff
}

const fileCodeOf = (cause: unknown): string | undefined =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined

const attempt = <A>(body: () => A): Effect.Effect<A, unknown> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(body())
    } catch (cause) {
      return Effect.fail(cause)
    }
  })

/**
 * It holds signed links for a while; its companions get the same permissions from SQLite. A file that
 * exists is not touched: closing it here would let go of every lock this process has on it.
 */
const makePrivate = (filename: string): void => {
  try {
    closeSync(openSync(filename, "wx", 0o600))
  } catch (cause) {
    if (fileCodeOf(cause) !== "EEXIST") throw cause
  }
}

/** What is no database, or is damaged, shows here. */
const read = (database: DatabaseSync): undefined => {
  database.prepare("SELECT count(*) FROM sqlite_schema").get()
}

const setUp = (database: DatabaseSync): void => {
  database.exec("PRAGMA journal_mode = WAL")
  database.exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32000")
  // A file that may only be read shows here, and not when there is something paid to be recorded.
  database.exec("BEGIN IMMEDIATE; PRAGMA user_version = 0; ROLLBACK")
}

/**
 * The tables, one migration for each change of them that was ever released. A released migration is
 * never edited; a file that has one which is not here was written by a newer program, and is refused.
 */
import { Effect } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import type { DatabaseSync } from "node:sqlite"
import { DatabaseUnusable, explain } from "./Sqlite.ts"
import * as SqliteClient from "./SqliteClient.ts"

/** Statements, in order. */
export type Migration = ReadonlyArray<string>

/** What is asked for and how it stands, with all that belongs to it. Times are milliseconds since 1970. */
const generations: Migration = [
  // Ids are random: what belongs together lies together by the serial number.
  `CREATE TABLE generations (
    serial INTEGER PRIMARY KEY NOT NULL,
    id TEXT NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    account_key TEXT NOT NULL,
    model TEXT NOT NULL,
    digest TEXT NOT NULL,
    owner TEXT NOT NULL,
    cohort TEXT NOT NULL,
    created_at REAL NOT NULL,
    stamp TEXT NOT NULL,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    ended INTEGER NOT NULL,
    updated_at REAL NOT NULL,
    due_at REAL,
    remakes INTEGER NOT NULL,
    cancel TEXT NOT NULL,
    progress REAL,
    error TEXT,
    hindrance TEXT,
    task INTEGER,
    key TEXT,
    input TEXT NOT NULL
  ) STRICT`,
  // By a column of its own: one that every write sets would have every write mend the index.
  `CREATE INDEX generations_live ON generations (provider, account_key, created_at, id)
    WHERE ended = 0`,
  `CREATE INDEX generations_created ON generations (created_at, id)`,
  // For counting, as are some columns of the indexes below.
  `CREATE INDEX generations_state ON generations (state)`,
  `CREATE INDEX generations_revision ON generations (revision)`,
  `CREATE UNIQUE INDEX generations_key ON generations (owner, key) WHERE key IS NOT NULL`,
  // One row. A revision is never used again, even when the row that had it is gone.
  `CREATE TABLE revisions (newest INTEGER NOT NULL) STRICT`,
  `INSERT INTO revisions VALUES (0)`,
  `CREATE TABLE tasks (
    generation INTEGER NOT NULL REFERENCES generations (serial) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    token TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    sent_at REAL NOT NULL,
    task_id TEXT,
    ref TEXT,
    outputs TEXT,
    PRIMARY KEY (generation, number)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX tasks_task_id ON tasks (task_id)`,
  `CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    generation INTEGER NOT NULL REFERENCES generations (serial) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    UNIQUE (generation, version)
  ) STRICT`,
  `CREATE TABLE artifacts (
    generation INTEGER NOT NULL REFERENCES generations (serial) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    path TEXT NOT NULL,
    media_type TEXT,
    width REAL,
    height REAL,
    seconds REAL,
    codec TEXT,
    PRIMARY KEY (generation, number)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX artifacts_sha256 ON artifacts (sha256, bytes)`,
  `CREATE TABLE inputs (
    generation INTEGER NOT NULL REFERENCES generations (serial) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    field TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (generation, number)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX inputs_sha256 ON inputs (sha256)`,
]

/** How long tasks took. They outlive their generations: what was learnt stays. */
const durations: Migration = [
  `CREATE TABLE durations (
    token TEXT PRIMARY KEY NOT NULL,
    cohort TEXT NOT NULL,
    over REAL NOT NULL,
    under REAL NOT NULL,
    at REAL NOT NULL
  ) STRICT`,
  `CREATE INDEX durations_cohort ON durations (cohort, at)`,
]

/** By number and name. */
export const all: Readonly<Record<string, Migration>> = {
  "0001_generations": generations,
  "0002_durations": durations,
}

/** Why a file is not for a program that knows these, if it is not. Only reads. */
export const refusal = (database: DatabaseSync, known = all): string | undefined => {
  const tables = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all()
  if (tables.length === 0) return undefined
  const names = applied(database)
  if (names === undefined) return "it is a database of another program; name another data directory"
  const newer = names.find((name) => !(name in known))
  return newer === undefined
    ? undefined
    : `it was written by a newer version of this program (${newer}); update the program`
}

/** Brings the tables up to a program that knows these: all of it, or nothing. */
export const migrate: (
  database: DatabaseSync,
  file: string,
  known?: typeof all,
) => Effect.Effect<void, DatabaseUnusable> = Effect.fn("migrations.migrate")(function* (
  database,
  file,
  known = all,
) {
  if (applied(database)?.length === Object.keys(known).length) return
  const loader = Migrator.fromRecord(
    Object.fromEntries(Object.entries(known).map(([name, statements]) => [name, run(statements)])),
  )
  yield* Migrator.make({})({ table, loader }).pipe(
    Effect.provideServiceEffect(SqlClient.SqlClient, SqliteClient.make(database)),
    Effect.provide(Reactivity.layer),
    Effect.scoped,
    Effect.mapError((error) => {
      const cause = error._tag === "MigrationError" ? (error.cause ?? error) : error
      return new DatabaseUnusable({
        file,
        why: `its tables cannot be brought up to date: ${explain(cause)}`,
      })
    }),
  )
})

const table = "zoetrope_migrations"

/** Names of those that the file has; `undefined` where it has no list of them. */
const applied = (database: DatabaseSync): ReadonlyArray<string> | undefined => {
  const has = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
  if (has.get(table) === undefined) return undefined
  const rows = database
    .prepare(`SELECT migration_id AS id, name FROM ${table} ORDER BY migration_id`)
    .all()
  return rows.map(({ id, name }) => `${String(id).padStart(4, "0")}_${String(name)}`)
}

const run = (statements: Migration) =>
  SqlClient.SqlClient.use((sql) =>
    Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true }),
  )

/**
 * The tables, one migration for each change of them that was ever released. A released migration is
 * never edited; a file that has one which is not here was written by a newer program, and is refused.
 */
import { Effect } from "effect"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import { DatabaseUnusable } from "./Sqlite.ts"

const table = "zoetrope_migrations"

const generations = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE generations (
    id TEXT PRIMARY KEY NOT NULL,
    stamp TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    model TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    due_at INTEGER,
    remakes INTEGER NOT NULL,
    cancel TEXT NOT NULL,
    progress REAL,
    error TEXT,
    hindrance TEXT,
    task INTEGER,
    key TEXT UNIQUE,
    input TEXT NOT NULL
  ) STRICT`
  yield* sql`CREATE INDEX generations_live ON generations (created_at)
    WHERE state NOT IN ('done', 'failed', 'cancelled')`
  yield* sql`CREATE INDEX generations_created ON generations (created_at)`
  yield* sql`CREATE TABLE tasks (
    generation TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    token TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    ref TEXT,
    outputs TEXT,
    PRIMARY KEY (generation, number)
  ) STRICT, WITHOUT ROWID`
  yield* sql`CREATE TABLE events (
    generation TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (generation, version)
  ) STRICT, WITHOUT ROWID`
  yield* sql`CREATE TABLE artifacts (
    generation TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    path TEXT NOT NULL,
    media_type TEXT,
    PRIMARY KEY (generation, number)
  ) STRICT, WITHOUT ROWID`
})

/** By number and name. */
export const all: Readonly<Record<string, Effect.Effect<void, unknown, SqlClient.SqlClient>>> = {
  "0001_generations": generations,
}

/**
 * Brings a file up to this program. `known` is for tests that need an older or a newer program.
 * Fails with `DatabaseUnusable` where the file is newer, or is somebody else's.
 */
export const migrate = Effect.fn("migrations.migrate")(function* (file: string, known = all) {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql<{ readonly name: string }>`SELECT name FROM sqlite_schema
    WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
  if (tables.some(({ name }) => name === table)) {
    const applied = yield* sql<{ readonly id: number; readonly name: string }>`
      SELECT migration_id AS id, name FROM ${sql(table)} ORDER BY migration_id`
    const ours = new Set(Object.keys(known))
    const newer = applied.find(
      ({ id, name }) => !ours.has(`${String(id).padStart(4, "0")}_${name}`),
    )
    if (newer !== undefined) {
      const why = `it was written by a newer version of this program (${newer.id}, ${newer.name}); update the program`
      return yield* new DatabaseUnusable({ file, why })
    }
  } else if (tables.length > 0) {
    const why = "it is a database of another program; name another data directory"
    return yield* new DatabaseUnusable({ file, why })
  }
  return yield* Migrator.make({})({ table, loader: Migrator.fromRecord(known) })
})

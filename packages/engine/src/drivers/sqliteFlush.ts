/**
 * The writes of `Store.flush` on one SQLite connection. Owns the guard: a change or a removal happens
 * where the row bears the stamp that it was decided upon, and what belongs to a row is recorded only
 * with it. A write that has happened already is recognised by its stamp, and changes nothing.
 */
import type { DatabaseSync } from "node:sqlite"
import type { Generation } from "../Generation.ts"
import type { Outcome, Write } from "../Store.ts"
import { transaction } from "./Sqlite.ts"
import * as Rows from "./SqliteRows.ts"

/** How many durations of a cohort are kept: the newest. */
export const keptDurations = 128

/** Each call is one transaction. It throws what SQLite throws, and then nothing of it is recorded. */
export const sqliteFlush = (
  database: DatabaseSync,
): ((writes: ReadonlyArray<Write>) => ReadonlyArray<Outcome>) => {
  const statements = prepare(database)

  const insert = (write: Of<"Insert">, revision: number): Outcome => {
    const { event, files = [], generation, input, key } = write
    const { id, task } = generation
    const json = JSON.stringify(input)
    if (!statements.insertGeneration([revision, key ?? null, json], generation)) {
      // It may have moved on since; else it is the key that is taken.
      return statements.stampOf(id) === undefined ? "stale" : "written"
    }
    statements.insertEvent([id], event)
    if (task !== undefined) statements.putTask([id], task)
    for (const [number, file] of files.entries()) statements.insertInput([id, number], file)
    return "written"
  }

  const change = ({ change: changed }: Of<"Change">, revision: number): Outcome => {
    const { artifacts = [], duration, event, from, generation, task } = changed
    const { cohort, id, stamp, updatedAt } = generation
    if (!statements.updateGeneration(revision, generation, from)) {
      return statements.stampOf(id) === stamp ? "written" : "stale"
    }
    if (task !== undefined) statements.putTask([id], task)
    if (event !== undefined) statements.insertEvent([id], event)
    for (const [number, file] of artifacts.entries()) statements.insertArtifact([id, number], file)
    const token = (task ?? generation.task)?.token
    if (duration !== undefined && token !== undefined) {
      statements.insertDuration([token, cohort, updatedAt], duration)
      statements.pruneDurations(cohort)
    }
    return "written"
  }

  const remove = ({ from, id }: Of<"Remove">): Outcome =>
    statements.deleteGeneration(id, from) || statements.stampOf(id) === undefined
      ? "written"
      : "stale"

  return (writes) =>
    transaction(database, () => {
      const revision = statements.nextRevision()
      return writes.map((write) =>
        write._tag === "Insert"
          ? insert(write, revision)
          : write._tag === "Change"
            ? change(write, revision)
            : remove(write),
      )
    })
}

type Of<Tag extends Write["_tag"]> = Extract<Write, { readonly _tag: Tag }>

/** Each tells whether it recorded something. */
const prepare = (database: DatabaseSync) => {
  const writer = (sql: string) => {
    const statement = database.prepare(sql)
    return (...values: ReadonlyArray<Rows.Value>): boolean =>
      Number(statement.run(...values).changes) > 0
  }
  /** `own` are columns that the values themselves do not tell. */
  const inserter = <A>(
    table: string,
    own: ReadonlyArray<string>,
    columns: Rows.Columns<A>,
    onConflict = "",
  ) => {
    const names = [...own, ...Object.keys(columns)]
    const places = names.map(() => "?").join(", ")
    const run = writer(
      `INSERT INTO ${table} (${names.join(", ")}) VALUES (${places}) ${onConflict}`,
    )
    return (ownValues: ReadonlyArray<Rows.Value>, from: A) =>
      run(...ownValues, ...Rows.valuesOf(columns, from))
  }
  const standing = Object.keys(Rows.standingColumns).map((name) => `${name} = ?`)
  const updateGeneration = writer(
    `UPDATE generations SET revision = ?, ${standing.join(", ")} WHERE id = ? AND stamp = ?`,
  )
  const stampOf = database.prepare("SELECT stamp FROM generations WHERE id = ?")
  const nextRevision = database.prepare("UPDATE revisions SET newest = newest + 1 RETURNING newest")
  return {
    nextRevision: () => Number(nextRevision.get()?.["newest"]),
    stampOf: (id: string) => stampOf.get(id)?.["stamp"],
    insertGeneration: inserter(
      "generations",
      ["revision", "key", "input"],
      { ...Rows.askedColumns, ...Rows.standingColumns },
      "ON CONFLICT DO NOTHING",
    ),
    updateGeneration: (revision: number, to: Generation, from: string) =>
      updateGeneration(revision, ...Rows.valuesOf(Rows.standingColumns, to), to.id, from),
    deleteGeneration: writer("DELETE FROM generations WHERE id = ? AND stamp = ?"),
    putTask: inserter(
      "tasks",
      ["generation"],
      Rows.taskColumns,
      `ON CONFLICT (generation, number) DO UPDATE SET
        state = excluded.state, task_id = excluded.task_id, ref = excluded.ref, outputs = excluded.outputs`,
    ),
    insertEvent: inserter("events", ["generation"], Rows.eventColumns, "ON CONFLICT DO NOTHING"),
    insertArtifact: inserter(
      "artifacts",
      ["generation", "number"],
      Rows.artifactColumns,
      "ON CONFLICT DO NOTHING",
    ),
    insertInput: inserter("inputs", ["generation", "number"], Rows.inputColumns),
    insertDuration: inserter(
      "durations",
      ["token", "cohort", "at"],
      Rows.durationColumns,
      "ON CONFLICT DO NOTHING",
    ),
    pruneDurations: writer(
      `DELETE FROM durations WHERE rowid IN (SELECT rowid FROM durations WHERE cohort = ?
        ORDER BY at DESC, rowid DESC LIMIT -1 OFFSET ${keptDurations})`,
    ),
  }
}

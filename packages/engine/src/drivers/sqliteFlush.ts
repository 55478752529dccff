/**
 * The writes of `Store.flush` on one SQLite connection. Owns the guard: a change or a removal happens
 * where the row bears the stamp that it was decided upon, and what belongs to a row is recorded only
 * with it. A write that has happened already is recognised by its stamp, and changes nothing.
 */
import type { DatabaseSync } from "node:sqlite"
import { type Generation, hasEnded } from "../Generation.ts"
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

  const insert = (write: Of<"Insert">, revision: Rows.Value): Outcome => {
    const { event, files = [], generation, input, key } = write
    const { id, task } = generation
    const own = [revision, key ?? null, JSON.stringify(input), hasEnded(generation.state) ? 1 : 0]
    const serial = statements.insertGeneration(own, generation)
    // It may have moved on since; else it is the key that is taken.
    if (serial === undefined) return statements.stampOf(id) === undefined ? "stale" : "written"
    statements.insertEvent([serial], event)
    if (task !== undefined) statements.putTask([serial], task)
    for (const [number, file] of files.entries()) statements.insertInput([serial, number], file)
    return "written"
  }

  const change = (
    { change: changed }: Of<"Change">,
    revision: Rows.Value,
    learnt: Set<string>,
  ): Outcome => {
    const { artifacts = [], duration, event, from, generation, task } = changed
    const { cohort, id, stamp, updatedAt } = generation
    const serial = statements.updateGeneration(revision, generation, from)
    if (serial === undefined) return statements.stampOf(id) === stamp ? "written" : "stale"
    if (hasEnded(generation.state)) statements.endGeneration(serial)
    if (task !== undefined) statements.putTask([serial], task)
    if (event !== undefined) statements.insertEvent([serial], event)
    for (const [number, file] of artifacts.entries()) {
      statements.insertArtifact([serial, number], file)
    }
    const token = (task ?? generation.task)?.token
    if (duration !== undefined && token !== undefined) {
      statements.insertDuration([token, cohort, updatedAt], duration)
      learnt.add(cohort)
    }
    return "written"
  }

  const remove = ({ from, id }: Of<"Remove">): Outcome =>
    statements.deleteGeneration(id, from) !== undefined || statements.stampOf(id) === undefined
      ? "written"
      : "stale"

  return (writes) =>
    transaction(database, () => {
      const revision = statements.nextRevision() ?? null
      const learnt = new Set<string>()
      const outcomes = writes.map((write) =>
        write._tag === "Insert"
          ? insert(write, revision)
          : write._tag === "Change"
            ? change(write, revision, learnt)
            : remove(write),
      )
      for (const cohort of learnt) statements.pruneDurations(cohort)
      return outcomes
    })
}

type Of<Tag extends Write["_tag"]> = Extract<Write, { readonly _tag: Tag }>

/** `serial` is the number of a generation in this file. */
const prepare = (database: DatabaseSync) => {
  /** Answers with the value that is returned by the statement, if any is. */
  const writer = (sql: string) => {
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    return (...values: ReadonlyArray<Rows.Value>): Rows.Value | undefined =>
      (statement.get(...values) as unknown as ReadonlyArray<Rows.Value> | undefined)?.[0]
  }
  /** `own` are columns that the values themselves do not tell. */
  const inserter = <A>(
    table: string,
    own: ReadonlyArray<string>,
    columns: Rows.Columns<A>,
    rest = "",
  ) => {
    const names = [...own, ...Object.keys(columns)]
    const places = names.map(() => "?").join(", ")
    const write = writer(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${places}) ${rest}`)
    const valuesOf = Object.values(columns)
    return (ownValues: ReadonlyArray<Rows.Value>, from: A) =>
      write(...ownValues, ...valuesOf.map((valueOf) => valueOf(from)))
  }
  const standing = Object.keys(Rows.standingColumns).map((name) => `${name} = ?`)
  const updateGeneration = writer(
    `UPDATE generations SET revision = ?, ${standing.join(", ")}
      WHERE id = ? AND stamp = ? RETURNING serial`,
  )
  const standingOf = Object.values(Rows.standingColumns)
  return {
    nextRevision: writer("UPDATE revisions SET newest = newest + 1 RETURNING newest"),
    stampOf: writer("SELECT stamp FROM generations WHERE id = ?"),
    insertGeneration: inserter(
      "generations",
      ["revision", "key", "input", "ended"],
      { ...Rows.askedColumns, ...Rows.standingColumns },
      "ON CONFLICT DO NOTHING RETURNING serial",
    ),
    updateGeneration: (revision: Rows.Value, to: Generation, from: string) =>
      updateGeneration(revision, ...standingOf.map((valueOf) => valueOf(to)), to.id, from),
    endGeneration: writer("UPDATE generations SET ended = 1 WHERE serial = ?"),
    deleteGeneration: writer("DELETE FROM generations WHERE id = ? AND stamp = ? RETURNING serial"),
    putTask: inserter(
      "tasks",
      ["generation"],
      Rows.taskColumns,
      `ON CONFLICT DO UPDATE SET state = excluded.state, task_id = excluded.task_id,
        ref = excluded.ref, outputs = excluded.outputs`,
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

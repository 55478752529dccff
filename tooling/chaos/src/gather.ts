/** Reads what a run left behind: the database, through the store that wrote it and past it, and the files. */
import { quietSqlite } from "@zoetrope/engine/drivers/quietSqlite"
import { Store } from "@zoetrope/engine/Store"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

import type { Evidence, Recorded } from "./Evidence.ts"
import type { Witness } from "./Witness.ts"

/** Nobody may write the directory any more. */
export const gather = Effect.fnUntraced(function* (
  directory: string,
  asked: Evidence["asked"],
  { posts, simulator }: Witness,
  kills: Evidence["kills"],
) {
  const store = yield* Store
  const recorded: Array<Recorded> = []
  for (const key of asked.keys()) {
    const generation = yield* store.byKey("", key)
    if (generation === undefined) continue
    const { id } = generation
    recorded.push({
      key,
      generation,
      tasks: yield* store.tasks(id),
      events: yield* store.events(id),
      artifacts: yield* store.artifacts(id),
      files: yield* store.files(id),
    })
  }
  const { states } = yield* store.stats
  const evidence: Evidence = {
    asked,
    recorded,
    total: Object.values(states).reduce((sum, count) => sum + count, 0),
    posts,
    ledger: simulator.ledger().tasks.map(({ answer, file, id, state }) => ({
      id,
      answer,
      state,
      ...(file === undefined ? {} : { sha256: file.sha256 }),
    })),
    kills,
    files: hashesOf(directory, recorded),
    incoming: namesIn(join(directory, "incoming")),
    damage: damageOf(join(directory, "zoetrope.db")),
  }
  return evidence
})

const hashesOf = (
  directory: string,
  recorded: ReadonlyArray<Recorded>,
): ReadonlyMap<string, string> => {
  const paths = new Set(
    recorded.flatMap(({ artifacts, files }) => [...artifacts, ...files].map(({ path }) => path)),
  )
  return new Map(
    [...paths].flatMap((path) => {
      const file = join(directory, path)
      if (!existsSync(file)) return []
      return [[path, createHash("sha256").update(readFileSync(file)).digest("hex")]]
    }),
  )
}

const namesIn = (folder: string): ReadonlyArray<string> =>
  existsSync(folder) ? readdirSync(folder).map(decodeURIComponent) : []

const damageOf = (file: string): ReadonlyArray<string> => {
  const { DatabaseSync } = quietSqlite()
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const found = database.prepare("PRAGMA integrity_check").all()
    const orphans = database.prepare("PRAGMA foreign_key_check").all()
    return [
      ...found.map((row) => String(row["integrity_check"])).filter((text) => text !== "ok"),
      ...orphans.map((row) => `a row of ${String(row["table"])} belongs to nobody`),
    ]
  } finally {
    database.close()
  }
}

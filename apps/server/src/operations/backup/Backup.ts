/**
 * A copy of a data directory that somebody may be working in, made so that it can be started from. First
 * the database, as it is at one moment; then the files that it names, which are never changed. What could
 * pay a second time is held back in the copy (`heldBack`). Writes nothing to the directory.
 */
import type { Change } from "@zoetrope/engine/Decision"
import * as Sqlite from "@zoetrope/engine/drivers/Sqlite"
import * as SqliteStore from "@zoetrope/engine/drivers/SqliteStore"
import type { Generation } from "@zoetrope/engine/Generation"
import { Store } from "@zoetrope/engine/Store"
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { randomBytes, randomUUID } from "node:crypto"
import { mkdir, rename, rm, writeFile } from "node:fs/promises"
import { join, relative, resolve } from "node:path"
import { fileIn } from "../../security/Keys.ts"
import { copyIfThere, copyVerified, type Named, sizeOf, synced } from "./copyVerified.ts"
import { heldBack } from "./heldBack.ts"

/** There is no new copy; one that was there before is as it was. */
export class NotBackedUp extends Schema.TaggedError<NotBackedUp>()("NotBackedUp", {
  /** What happened and what to do, in plain words. */
  why: Schema.String,
}) {
  override get message(): string {
    return `the backup was not made: ${this.why}`
  }
}

export interface Backup {
  readonly generations: number
  /** Ids of those that were about to be sent, and are undecided in the copy. */
  readonly held: ReadonlyArray<string>
  /** Files that were copied now; those of an earlier backup to the same place are not copied again. */
  readonly copied: { readonly files: number; readonly bytes: number }
  /** Files that the copy names and that are not there as they were recorded: removed just now, or damaged. */
  readonly missing: ReadonlyArray<string>
}

/**
 * Copies a data directory while it is in use. Fails with `NotBackedUp`, and an earlier copy is left as it was.
 *
 * @param options.directory the data directory
 * @param options.to a directory that is made if need be, or one with an earlier backup of the same
 */
export const make: (options: {
  readonly directory: string
  readonly to: string
}) => Effect.Effect<Backup, NotBackedUp> = Effect.fn("Backup.make")(function* (options) {
  const directory = resolve(options.directory)
  const to = resolve(options.to)
  yield* refuse(directory, to)
  yield* attempt(() => mkdir(to, { recursive: true, mode: 0o700 }))
  const database = yield* Effect.acquireRelease(
    Effect.sync(() => join(to, `.zoetrope.db.${randomBytes(6).toString("hex")}.part`)),
    (file) =>
      Effect.forEach(["", "-wal", "-shm"], (end) =>
        Effect.promise(() => rm(file + end, { force: true })),
      ),
  )
  // Nobody else's to read, from the first byte on.
  yield* attempt(() => writeFile(database, "", { flag: "wx", mode: 0o600 }))
  yield* copyDatabase(join(directory, databaseName), database)
  const { files, generations, held } = yield* Effect.scoped(prepared(database))
  let bytes = 0
  let copied = 0
  const missing: Array<string> = []
  for (const file of files) {
    const outcome = yield* attempt(() => copyVerified(file, directory, to))
    if (outcome === "copied") {
      copied += 1
      bytes += file.bytes
    } else if (outcome === "missing") missing.push(file.path)
  }
  yield* attempt(async () => {
    await copyIfThere(fileIn(directory), fileIn(to))
    await synced(database)
    await rename(database, join(to, databaseName))
    await synced(to)
  })
  return { generations, held, copied: { files: copied, bytes }, missing }
}, Effect.scoped)

const databaseName = "zoetrope.db"

const no = (why: string) => new NotBackedUp({ why })

const refuse = Effect.fnUntraced(function* (directory: string, to: string) {
  if (!(yield* isThere(join(directory, databaseName)))) {
    return yield* no(`${directory} is no data directory: there is no ${databaseName} in it`)
  }
  const way = relative(directory, to)
  if (way === "" || (!way.startsWith("..") && !way.startsWith("/"))) {
    return yield* no(
      `${to} lies in the data directory itself; name a place outside, on another disk`,
    )
  }
  if (yield* isThere(join(to, `${databaseName}-wal`))) {
    return yield* no(`somebody works in ${to}; it is a data directory in use, and no backup`)
  }
})

/** As it is at one moment, whoever writes meanwhile. */
const copyDatabase = (from: string, to: string) =>
  Effect.try({
    try: () => {
      const database = Sqlite.connect(from, busyMillis)
      try {
        database.prepare("VACUUM INTO ?").run(to)
      } finally {
        database.close()
      }
    },
    catch: (cause) => no(`${from}: ${Sqlite.explain(cause)}`),
  })

const busyMillis = 5_000

/** Holds what must not be sent again by the copy, and tells which files it names. */
const prepared = Effect.fnUntraced(function* (filename: string) {
  const context = yield* Layer.build(SqliteStore.layer({ filename })).pipe(
    Effect.mapError(({ message }) => no(message)),
  )
  const store = Context.get(context, Store)
  const held: Array<string> = []
  const files = new Map<string, Named>()
  let generations = 0
  let after: Generation | undefined
  while (true) {
    const page = yield* told(store.list({ after, limit: pageSize }))
    const changes: Array<Change> = []
    for (const generation of page) {
      for (const file of yield* told(store.artifacts(generation.id))) files.set(file.path, file)
      for (const file of yield* told(store.files(generation.id))) files.set(file.path, file)
      const now = yield* Clock.currentTimeMillis
      const change = heldBack(generation, () => ({ now, random: 0, stamp: randomUUID() }))
      if (change !== undefined) changes.push(change)
      if (change?.event !== undefined) held.push(generation.id)
    }
    yield* told(store.flush(changes.map((change) => ({ _tag: "Change", change }))))
    generations += page.length
    after = page.at(-1)
    if (page.length < pageSize) return { generations, held, files: files.values() }
  }
})

const pageSize = 500

const told = <A>(effect: Effect.Effect<A, { readonly message: string }>) =>
  Effect.mapError(effect, ({ message }) => no(message))

const isThere = (file: string) =>
  Effect.map(
    Effect.promise(() => sizeOf(file)),
    (size) => size !== undefined,
  )

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, NotBackedUp> =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => no(Sqlite.explain(cause)),
  })

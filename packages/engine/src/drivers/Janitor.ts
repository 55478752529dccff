/**
 * Who tidies the data directory: files that no generation refers to, and what crashes left behind. In
 * doubt a file stays, since it may be a video that was paid for and is about to be recorded. It removes
 * generations only where it was told to (`Retention`), and only those that have ended.
 */
import { Clock, type Duration, Effect, Layer, Schedule } from "effect"
import { readdir, rename, rm, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Generation } from "../Generation.ts"
import { type Filter, Store, type StoreError } from "../Store.ts"
import { Sweep } from "../Sweep.ts"
import { Writer } from "../Writer.ts"
import { codeOf, type Folder, pathOf, temporaryIn } from "./FilesByHash.ts"
import { type Holding, type Retention, victimsOf } from "./victimsOf.ts"

export interface Options {
  /** The data directory. */
  readonly directory: string
  /** Which generations go by themselves. Default: none. */
  readonly retention?: Retention | undefined
  /** Between two rounds; the first is a minute after the start. Default: 1 hour. */
  readonly every?: Duration.Input | undefined
}

export interface Janitor {
  readonly sweep: Sweep["Service"]["sweep"]
  /** Whatever nobody refers to, and leftovers of crashes. */
  readonly sweepAll: Effect.Effect<void, StoreError>
  /** Removes what `retention` says; answers with what is gone. */
  readonly retain: Effect.Effect<ReadonlyArray<Generation>, StoreError>
}

/** Milliseconds in which somebody who put a file there has it recorded. */
const recordedWithin = 600_000

/** Milliseconds in which a download, or the writing of a file, has moved on. */
const movedOnWithin = 86_400_000

/**
 * Milliseconds. On a full disk a video may be kept long before that can be recorded; its generation is
 * `fetching` all that time. One that is stuck for longer must not keep every file on the disk.
 */
const unrecordedAtMost = 7 * 86_400_000

export const make = Effect.fnUntraced(function* ({ directory, retention = {} }: Options) {
  const store = yield* Store
  const writer = yield* Writer

  /** Only what is older goes. Asked before anything else: what comes later is newer than this. */
  const limits = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const artifacts = (yield* unrecordedSince(store, now)) - recordedWithin
    return { artifacts, inputs: now - recordedWithin, leftovers: now - movedOnWithin }
  })

  const sweepIn = Effect.fnUntraced(function* (
    folder: Folder,
    hashes: ReadonlyArray<string>,
    before: number,
  ) {
    // While nothing can be recorded, a file that nobody refers to proves nothing.
    if (hashes.length === 0 || (yield* writer.trouble) !== undefined) return
    // Before the files are looked at: whoever refers to one since then has made it new.
    const unused = yield* store.unreferenced(hashes)
    yield* Effect.forEach(unused, (sha256) =>
      removeOld(join(directory, pathOf(folder, sha256)), before),
    )
  })

  const sweepAll = Effect.gen(function* () {
    const before = yield* limits
    const removeHidden = (folder: string, names: ReadonlyArray<string>) =>
      Effect.forEach(names.filter(isTemporary), (name) =>
        removeOld(join(folder, name), before.leftovers),
      )
    for (const folder of ["artifacts", "inputs"] as const) {
      const shards = yield* namesIn(join(directory, folder))
      yield* removeHidden(join(directory, folder), shards)
      for (const shard of shards.filter((name) => /^[0-9a-f]{2}$/.test(name))) {
        const names = yield* namesIn(join(directory, folder, shard))
        yield* removeHidden(join(directory, folder, shard), names)
        const rests = names.filter((name) => /^[0-9a-f]{62}$/.test(name))
        const hashes = rests.map((rest) => shard + rest)
        yield* sweepIn(folder, hashes, before[folder])
      }
    }
    const incoming = join(directory, "incoming")
    yield* Effect.forEach(yield* namesIn(incoming), (name) =>
      removeOldFolder(join(incoming, name), before.leftovers),
    )
  })

  const retain = Effect.gen(function* () {
    if (retention.olderThan === undefined && retention.quotaBytes === undefined) return []
    const holdings = yield* holdingsIn(store, retention)
    const victims = victimsOf(holdings, retention, yield* Clock.currentTimeMillis)
    const removed = yield* Effect.filter(
      victims,
      // A stale one has had a late answer: it is looked at again the next time.
      ({ id, stamp }) =>
        Effect.map(
          writer.write({ _tag: "Remove", id, from: stamp }),
          (outcome) => outcome === "written",
        ),
      { concurrency: 100 },
    )
    return removed
  })

  const sweep: Janitor["sweep"] = (hashes) =>
    Effect.gen(function* () {
      const before = yield* limits
      const distinct = [...new Set(hashes)].filter((hash) => /^[0-9a-f]{64}$/.test(hash))
      yield* sweepIn("artifacts", distinct, before.artifacts)
      yield* sweepIn("inputs", distinct, before.inputs)
    }).pipe(
      Effect.catch(({ message }) =>
        Effect.logWarning(`files are left for the next round: ${message}`),
      ),
    )
  const janitor: Janitor = { sweep, sweepAll, retain }
  return janitor
})

/** Also goes its rounds until the layer closes. */
export const layer = (options: Options): Layer.Layer<Sweep, never, Store | Writer> =>
  Layer.effect(
    Sweep,
    Effect.gen(function* () {
      const { retain, sweep, sweepAll } = yield* make(options)
      const round = Effect.andThen(retain, sweepAll).pipe(
        Effect.catch(({ message }) => Effect.logWarning(`the janitor comes again: ${message}`)),
      )
      yield* round.pipe(
        Effect.repeat(Schedule.spaced(options.every ?? "1 hour")),
        Effect.delay("1 minute"),
        Effect.forkScoped,
      )
      return { sweep }
    }),
  )

/** Since when a video may be kept that is not recorded: not the last write of its row, which a cancel makes newer. */
const unrecordedSince = Effect.fnUntraced(function* (store: Store["Service"], now: number) {
  let since = now
  yield* eachOf(store, { states: ["fetching"] }, ({ createdAt }) =>
    Effect.sync(() => {
      since = Math.min(since, createdAt)
    }),
  )
  return Math.max(since, now - unrecordedAtMost)
})

const holdingsIn = Effect.fnUntraced(function* (
  store: Store["Service"],
  { quotaBytes }: Retention,
) {
  const holdings: Array<Holding> = []
  yield* eachOf(store, {}, (generation) =>
    Effect.gen(function* () {
      const files =
        quotaBytes === undefined
          ? []
          : [...(yield* store.artifacts(generation.id)), ...(yield* store.files(generation.id))]
      holdings.push({ generation, files })
    }),
  )
  return holdings
})

const page = 1000

const eachOf = Effect.fnUntraced(function* (
  store: Store["Service"],
  filter: Filter,
  use: (generation: Generation) => Effect.Effect<void, StoreError>,
) {
  let after: Filter["after"]
  while (true) {
    const some = yield* store.list({ ...filter, after, limit: page })
    yield* Effect.forEach(some, use, { discard: true })
    if (some.length < page) return
    after = some.at(-1)
  }
})

const isTemporary = (name: string): boolean => /^\.[0-9a-f]+\.part$/.test(name)

const namesIn = (folder: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.promise(() => readdir(folder).catch(() => []))

const removeOld = (path: string, before: number): Effect.Effect<void> =>
  telling(path, async () => {
    if ((await stat(path)).mtimeMs >= before) return
    // Out of the way first: somebody may have made it new since, and then it goes back.
    const aside = temporaryIn(dirname(path))
    await rename(path, aside)
    if ((await stat(aside)).mtimeMs >= before) await rename(aside, path)
    else await rm(aside)
  })

/** With what is in it, if nothing of that is new. */
const removeOldFolder = (path: string, before: number): Effect.Effect<void> =>
  telling(path, async () => {
    const names = await readdir(path)
    const all = await Promise.all(
      [path, ...names.map((name) => join(path, name))].map((one) => stat(one)),
    )
    if (all.every(({ mtimeMs }) => mtimeMs < before)) await rm(path, { recursive: true })
  })

/** What somebody else has removed is gone, too; anything else is told, and comes again in the next round. */
const telling = (path: string, run: () => Promise<void>): Effect.Effect<void> =>
  Effect.tryPromise({ try: run, catch: codeOf }).pipe(
    Effect.catch((code) =>
      code === "ENOENT" ? Effect.void : Effect.logWarning(`${path} could not be removed (${code})`),
    ),
  )

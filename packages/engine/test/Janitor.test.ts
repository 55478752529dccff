import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, References } from "effect"
import { TestClock } from "effect/testing"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { pathOf } from "../src/drivers/FilesByHash.ts"
import * as InputFiles from "../src/drivers/InputFiles.ts"
import * as Janitor from "../src/drivers/Janitor.ts"
import type { Artifact, Generation, InputFile } from "../src/Generation.ts"
import { Store, StoreError } from "../src/Store.ts"
import * as Writer from "../src/Writer.ts"
import { change, generation, insert } from "./storeSuite.ts"
import { filesIn, temporary } from "./support/directories.ts"
import { memoryStore } from "./support/memoryStore.ts"

const minutes = (count: number) => count * 60_000
const days = (count: number) => count * 86_400_000

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex")
const artifactOf = (text: string) => pathOf("artifacts", hashOf(text))
const inputOf = (text: string) => pathOf("inputs", hashOf(text))

/** What is told to people is not for who reads the outcome of a test. */
const quietly = Effect.provideService(References.MinimumLogLevel, "Error")

/** A data directory, its janitor, and a store in memory. Files are as old as the test says. */
const tidying = Effect.fnUntraced(function* (options: Omit<Janitor.Options, "directory"> = {}) {
  const directory = yield* temporary
  const memory = memoryStore()
  const writer = yield* Effect.provideService(Writer.make(), Store, memory.store)
  const janitor = yield* Janitor.make({ directory, ...options }).pipe(
    Effect.provideService(Store, memory.store),
    Effect.provideService(Writer.Writer, writer),
  )
  const put = (path: string, age: number, content = "some bytes"): string => {
    const file = join(directory, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    makeOlder(path, age)
    return path
  }
  const makeOlder = (path: string, age: number): void => {
    const at = (Date.now() - age) / 1000
    utimesSync(join(directory, path), at, at)
  }
  /** A generation in the store with its files, last changed so long ago. */
  const record = Effect.fnUntraced(function* (
    id: string,
    state: Generation["state"],
    age: number,
    files: { readonly artifact?: string; readonly input?: string } = {},
  ) {
    const updatedAt = Date.now() - age
    const first = generation(id, { createdAt: updatedAt, updatedAt })
    const { artifact, input } = files
    const given: ReadonlyArray<InputFile> =
      input === undefined
        ? []
        : [{ field: "image", sha256: hashOf(input), bytes: 10, path: inputOf(input) }]
    const kept: ReadonlyArray<Artifact> =
      artifact === undefined
        ? []
        : [{ kind: "video", sha256: hashOf(artifact), bytes: 10, path: artifactOf(artifact) }]
    const last = change(first, `${id}-1`, { state }, { artifacts: kept })
    yield* memory.store.flush([insert(first, undefined, given)])
    yield* memory.store.flush([last])
    return last.change.generation
  })
  const left = () => filesIn(directory)
  return { ...janitor, directory, memory, writer, put, makeOlder, record, left }
})

describe("the janitor", () => {
  it.live("removes the files of these hashes that nobody refers to and that are not new", () =>
    Effect.gen(function* () {
      const { left, put, record, sweep } = yield* tidying()
      const kept = [
        put(artifactOf("used"), days(9)),
        put(inputOf("given"), days(9)),
        put(artifactOf("new"), minutes(9)),
        put(inputOf("new"), minutes(9)),
        put(artifactOf("of another hash"), days(9)),
      ]
      put(artifactOf("unused"), minutes(11))
      put(inputOf("unused"), minutes(11))
      yield* record("g", "done", days(9), { artifact: "used", input: "given" })
      yield* sweep([...["used", "given", "new", "unused"].map(hashOf), hashOf("unused"), "../x"])
      assert.deepStrictEqual(left(), kept.toSorted())
    }).pipe(Effect.scoped),
  )

  it.live("keeps a file as long as anybody refers to it", () =>
    Effect.gen(function* () {
      const { left, memory, put, record, sweep } = yield* tidying()
      const path = put(artifactOf("shared"), days(9))
      const one = yield* record("one", "done", days(9), { artifact: "shared" })
      const two = yield* record("two", "done", days(9), { artifact: "shared" })
      for (const [gone, rest] of [
        [one, [path]],
        [two, []],
      ] as const) {
        yield* memory.store.flush([{ _tag: "Remove", id: gone.id, from: gone.stamp }])
        yield* sweep([hashOf("shared")])
        assert.deepStrictEqual(left(), rest)
      }
    }).pipe(Effect.scoped),
  )

  it.live("keeps a video that may be kept and not recorded yet, as on a full disk", () =>
    Effect.gen(function* () {
      const { left, memory, put, record, sweep, sweepAll } = yield* tidying()
      const before = put(artifactOf("before"), days(3))
      const since = put(artifactOf("since"), days(1))
      const fetching = yield* record("g", "fetching", days(2))
      yield* sweep([hashOf("since")])
      assert.deepStrictEqual(left(), [before, since].toSorted())
      yield* sweepAll
      assert.deepStrictEqual(left(), [since])
      // A cancel makes the row newer than the video that it waits for.
      const asked = change(fetching, "asked", { cancel: "asked", updatedAt: Date.now() })
      yield* memory.store.flush([asked])
      yield* sweepAll
      assert.deepStrictEqual(left(), [since])
      yield* memory.store.flush([change(asked.change.generation, "later", { state: "failed" })])
      yield* sweepAll
      assert.deepStrictEqual(left(), [])
    }).pipe(Effect.scoped),
  )

  it.live("is not held up for ever by one that is stuck", () =>
    Effect.gen(function* () {
      const { left, put, record, sweepAll } = yield* tidying()
      put(artifactOf("long ago"), days(8))
      const since = put(artifactOf("since"), days(6))
      yield* record("stuck", "fetching", days(30))
      yield* sweepAll
      assert.deepStrictEqual(left(), [since])
    }).pipe(Effect.scoped),
  )

  it.live("removes nothing while nothing can be recorded", () =>
    Effect.gen(function* () {
      const { left, memory, put, sweep, sweepAll, writer } = yield* tidying()
      const path = put(inputOf("of a request that waits"), days(1))
      memory.faults.next = () => "before"
      writer.send(insert(generation("g")), () => undefined)
      while ((yield* writer.trouble) === undefined) yield* Effect.sleep(1)
      yield* sweep([hashOf("of a request that waits")])
      yield* sweepAll
      assert.deepStrictEqual(left(), [path])
      memory.faults.next = () => undefined
      while ((yield* writer.trouble) !== undefined) yield* Effect.sleep(1)
      yield* sweepAll
      assert.deepStrictEqual(left(), [])
    }).pipe(Effect.scoped, quietly),
  )

  it.live("lets the files lie where the store does not answer", () =>
    Effect.gen(function* () {
      const { directory, left, memory, put, writer } = yield* tidying()
      const path = put(artifactOf("unused"), days(9))
      const away = {
        ...memory.store,
        unreferenced: () => Effect.fail(new StoreError({ operation: "read", detail: "away" })),
      }
      const janitor = yield* Janitor.make({ directory }).pipe(
        Effect.provideService(Store, away),
        Effect.provideService(Writer.Writer, writer),
      )
      yield* janitor.sweep([hashOf("unused")])
      assert.match((yield* Effect.flip(janitor.sweepAll)).message, /away/)
      assert.deepStrictEqual(left(), [path])
    }).pipe(Effect.scoped, quietly),
  )

  it.live("spares what is made new while it looks", () =>
    Effect.gen(function* () {
      const { directory, makeOlder, memory, put, writer } = yield* tidying()
      const path = put(inputOf("given again"), days(9))
      const touching = {
        ...memory.store,
        unreferenced: (hashes: ReadonlyArray<string>) =>
          Effect.sync(() => {
            makeOlder(path, 0)
            return hashes
          }),
      }
      const janitor = yield* Janitor.make({ directory }).pipe(
        Effect.provideService(Store, touching),
        Effect.provideService(Writer.Writer, writer),
      )
      yield* janitor.sweepAll
      assert.isTrue(existsSync(join(directory, path)))
    }).pipe(Effect.scoped),
  )

  it.live("never takes from under somebody's hands what is given again", () =>
    Effect.gen(function* () {
      const { directory, makeOlder, sweepAll } = yield* tidying()
      const inputs = InputFiles.make({ directory })
      const image = new Uint8Array(5000)
      const { files } = yield* inputs.setAside({ image })
      const [{ path } = { path: "" }] = files
      for (let round = 0; round < 150; round++) {
        makeOlder(path, days(9))
        const [{ input }] = yield* Effect.all([inputs.setAside({ image }), sweepAll], {
          concurrency: "unbounded",
        })
        assert.deepStrictEqual(yield* inputs.restore(input), { image }, `round ${round}`)
      }
      assert.deepStrictEqual(filesIn(directory), [path])
    }).pipe(Effect.scoped),
  )

  it.live("clears away what crashes left, and nothing that it does not know", () =>
    Effect.gen(function* () {
      const { directory, left, put, sweepAll } = yield* tidying()
      const kept = [
        put("inputs/.0123456789abcdef.part", days(0.9)),
        put("inputs/read me.txt", days(9)),
        put("inputs/ab/notes", days(9)),
        put("artifacts/zz/cd", days(9)),
        put("incoming/g1/.video.0123.part", days(0.9)),
        put("zoetrope.db", days(9)),
      ]
      put("inputs/.fedcba9876543210.part", days(1.1))
      put("artifacts/ab/.fedcba9876543210.part", days(1.1))
      put("artifacts/ab/" + "c".repeat(62), days(1.1))
      put("incoming/g2/.video.0123.part", days(1.1))
      for (const name of ["g1", "g2"]) {
        const at = (Date.now() - days(2)) / 1000
        utimesSync(join(directory, "incoming", name), at, at)
      }
      yield* sweepAll
      assert.deepStrictEqual(left(), kept.toSorted())
      assert.isFalse(existsSync(join(directory, "incoming", "g2")))
    }).pipe(Effect.scoped),
  )

  it.live("removes no generation until it is told to", () =>
    Effect.gen(function* () {
      const { memory, record, retain } = yield* tidying()
      yield* record("g", "done", days(900), { artifact: "old" })
      assert.deepStrictEqual(yield* retain, [])
      assert.isDefined(yield* memory.store.get("g"))
    }).pipe(Effect.scoped),
  )

  it.live("removes generations that it was told to, and then their files", () =>
    Effect.gen(function* () {
      const { left, memory, put, record, retain, sweepAll } = yield* tidying({
        retention: { olderThan: "30 days", quotaBytes: 25 },
      })
      for (const [id, state, age] of [
        ["ancient", "done", days(40)],
        ["over the quota", "done", days(3)],
        ["recent", "done", days(2)],
        ["unclear", "undecided", days(50)],
      ] as const) {
        put(artifactOf(id), age)
        yield* record(id, state, age, { artifact: id })
      }
      assert.deepStrictEqual(
        (yield* retain).map(({ id }) => id),
        ["ancient", "over the quota"],
      )
      yield* sweepAll
      assert.deepStrictEqual(left(), ["recent", "unclear"].map(artifactOf).toSorted())
      assert.isUndefined(yield* memory.store.get("ancient"))
      assert.isDefined(yield* memory.store.get("unclear"))
      assert.deepStrictEqual(yield* retain, [])
    }).pipe(Effect.scoped),
  )

  it.effect("goes its rounds by itself: a minute after the start, then every hour", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.now())
      const directory = yield* temporary
      const rounds: Array<number> = []
      const memory = memoryStore()
      const store = Layer.succeed(Store, {
        ...memory.store,
        list: (filter) =>
          Effect.andThen(
            Effect.sync(() => rounds.push(filter.states?.length ?? 0)),
            memory.store.list(filter),
          ),
      })
      const layer = Janitor.layer({ directory }).pipe(
        Layer.provide(Writer.layer()),
        Layer.provide(store),
      )
      // The disk answers in its own time, whatever the clock of the test says.
      const settle = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 20)))
      yield* Effect.gen(function* () {
        for (const [pause, count] of [
          ["59 seconds", 0],
          ["1 second", 1],
          ["59 minutes", 1],
          ["1 minute", 2],
          ["1 hour", 3],
        ] as const) {
          yield* TestClock.adjust(pause)
          yield* settle
          assert.lengthOf(rounds, count, pause)
        }
      }).pipe(Effect.provide(layer))
    }).pipe(Effect.scoped),
  )
})

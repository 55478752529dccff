import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { execFile, execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll } from "vitest"
import * as migrations from "../src/drivers/migrations.ts"
import * as Sqlite from "../src/drivers/Sqlite.ts"
import * as SqliteStore from "../src/drivers/SqliteStore.ts"
import { Store } from "../src/Store.ts"
import * as Writer from "../src/Writer.ts"
import { account, change, generation, insert, storeSuite, task } from "./storeSuite.ts"

const directory = mkdtempSync(join(tmpdir(), "zoetrope-engine-"))
afterAll(() => rmSync(directory, { recursive: true }))
let files = 0
const newFile = (): string => join(directory, `${(files += 1)}.db`)

storeSuite("SQLite on disk", () => SqliteStore.layer({ filename: newFile() }))

const opened = (filename: string) => SqliteStore.layer({ filename })

/** Opened once more, as another process would; closed with the scope. */
const beside = (filename: string) =>
  Effect.map(Layer.build(Layer.fresh(opened(filename))), Context.get(Store))

/** The store and the connection that it is on. */
const exposed = Effect.fnUntraced(function* (filename: string) {
  const database = yield* Sqlite.open({ filename })
  yield* migrations.migrate(database, filename)
  return { database, store: SqliteStore.make(database) }
})

describe("a file of generations", () => {
  it.effect("holds what was written after it was closed", () =>
    Effect.gen(function* () {
      const file = newFile()
      const first = generation("a")
      yield* Store.use((store) => store.flush([insert(first)])).pipe(Effect.provide(opened(file)))
      const got = yield* Store.use((store) => store.get("a")).pipe(Effect.provide(opened(file)))
      assert.deepStrictEqual(got, first)
    }),
  )

  it.effect("is one truth for two processes: who is too late reads, and decides anew", () =>
    Effect.gen(function* () {
      const file = newFile()
      const first = generation("a")
      const one = yield* beside(file)
      const two = yield* beside(file)
      yield* one.flush([insert(first)])
      assert.deepStrictEqual(yield* two.get("a"), first)
      const outcomes = yield* Effect.forEach([one, two], (store, index) =>
        store.flush([change(first, `s${index}`, { state: "submitting", task: task(`s${index}`) })]),
      )
      assert.deepStrictEqual(outcomes.flat().toSorted(), ["stale", "written"])
    }).pipe(Effect.scoped),
  )

  it.live("may be made and written by several processes at once", () =>
    Effect.gen(function* () {
      const file = newFile()
      const program = join(import.meta.dirname, "support/storeWriter.ts")
      const run = (prefix: string) =>
        Effect.promise(() =>
          promisify(execFile)(process.execPath, [program, file, prefix, "40"], { timeout: 30_000 }),
        )
      yield* Effect.forEach(["a", "b", "c"], run, { concurrency: "unbounded" })
      const store = yield* beside(file)
      assert.lengthOf(yield* store.list({ limit: 1000 }), 120)
      // One after the other: each flush has a revision of its own.
      assert.strictEqual((yield* store.changed(0)).revision, 120)
      assert.lengthOf((yield* store.changed(100)).rows, 20)
    }).pipe(Effect.scoped),
  )

  it.effect(
    "tells what another process has recorded, and looks only where there is something",
    () =>
      Effect.gen(function* () {
        const file = newFile()
        const mine = yield* beside(file)
        const theirs = yield* beside(file)
        const [a, b] = [generation("a"), generation("b")]
        const start = yield* mine.changed(0)
        yield* theirs.flush([insert(a)])
        const first = yield* mine.changed(start.revision)
        assert.deepStrictEqual(first.rows, [{ id: "a", version: 1 }])
        // What this connection writes is no news to it, unless others have written too.
        yield* mine.flush([insert(b)])
        assert.deepStrictEqual(yield* mine.changed(first.revision), { ...first, rows: [] })
        yield* theirs.flush([change(a, "a-1")])
        const second = yield* mine.changed(first.revision)
        assert.sameDeepMembers(
          [...second.rows],
          [
            { id: "a", version: 2 },
            { id: "b", version: 1 },
          ],
        )
        assert.deepStrictEqual((yield* mine.changed(second.revision)).rows, [])
        // Whoever asks from further back is told all of it.
        assert.lengthOf((yield* mine.changed(start.revision)).rows, 2)
      }).pipe(Effect.scoped),
  )

  it.live("waits for another process's write without holding up its own", () =>
    Effect.gen(function* () {
      const file = newFile()
      const { store } = yield* exposed(file)
      const other = yield* Sqlite.open({ filename: file })
      other.exec("BEGIN IMMEDIATE")
      const writing = yield* Effect.forkChild(store.flush([insert(generation("a"))]))
      for (let turn = 0; turn < 5; turn++) yield* Effect.sleep(10)
      assert.isUndefined(writing.pollUnsafe())
      // Whoever reads does not wait.
      assert.isUndefined(yield* store.get("a"))
      other.exec("ROLLBACK")
      assert.deepStrictEqual(yield* Fiber.join(writing), ["written"])
    }).pipe(Effect.scoped),
  )

  it.effect("records nothing of a flush of which one write cannot be taken", () =>
    Effect.gen(function* () {
      const store = yield* beside(newFile())
      const a = generation("a")
      yield* store.flush([insert(a)])
      const flush = [
        change(a, "a-1", { task: task("t") }),
        insert(generation("b")),
        insert(generation("c", { version: 1.5 })),
      ]
      const error = yield* Effect.flip(store.flush(flush))
      assert.match(error.message, /the store failed to flush: .*generations\.version/)
      assert.deepStrictEqual(yield* store.get("a"), a)
      assert.deepStrictEqual(yield* store.tasks("a"), [])
      assert.isUndefined(yield* store.get("b"))
      assert.deepStrictEqual(yield* store.flush(flush.slice(0, 2)), ["written", "written"])
    }).pipe(Effect.scoped),
  )

  it.effect("fails to read what somebody has spoilt, and nothing else", () =>
    Effect.gen(function* () {
      const { database, store } = yield* exposed(newFile())
      const spoilt = task("t", { state: "running" })
      yield* store.flush([
        insert(generation("a", { task: spoilt, state: "running" })),
        insert(generation("b")),
      ])
      database.exec(`UPDATE tasks SET ref = '{"taskId":1}'`)
      for (const read of [store.get("a"), store.tasks("a"), store.live(account)]) {
        assert.match((yield* Effect.flip<unknown, Error, never>(read)).message, /failed to read/)
      }
      assert.strictEqual((yield* store.get("b"))?.id, "b")
    }).pipe(Effect.scoped),
  )
})

describe("a full disk", () => {
  const big = (id: string) => ({ ...insert(generation(id)), input: { prompt: "x".repeat(20_000) } })
  const ids = Array.from({ length: 30 }, (_, index) => `g${index}`)

  it.effect("fails a flush whole; the writer keeps it until there is room again", () =>
    Effect.gen(function* () {
      const { database, store } = yield* exposed(newFile())
      const pages = Number(database.prepare("PRAGMA page_count").get()?.["page_count"])
      database.exec(`PRAGMA max_page_count = ${pages + 20}`)
      const error = yield* Effect.flip(store.flush(ids.map(big)))
      assert.match(error.message, /failed to flush: the disk is full; make room on it/)
      assert.deepStrictEqual(yield* store.list({}), [])
      yield* Effect.gen(function* () {
        const writer = yield* Writer.Writer
        const writing = yield* Effect.forkChild(
          Effect.forEach(ids, (id) => writer.write(big(id)), { concurrency: "unbounded" }),
        )
        yield* TestClock.adjust(5_000)
        assert.isUndefined(writing.pollUnsafe())
        assert.match((yield* writer.trouble)?.message ?? "", /the disk is full/)
        database.exec(`PRAGMA max_page_count = ${pages + 2_000}`)
        yield* TestClock.adjust(10_000)
        assert.deepStrictEqual(new Set(yield* Fiber.join(writing)), new Set(["written"]))
        assert.isUndefined(yield* writer.trouble)
      }).pipe(Effect.provide(Writer.layer()), Effect.provideService(Store, store))
      assert.lengthOf(yield* store.live(account), ids.length)
      assert.strictEqual(
        database.prepare("PRAGMA integrity_check").get()?.["integrity_check"],
        "ok",
      )
    }).pipe(Effect.scoped),
  )

  const disk = join(directory, "disk")
  const mounted = mount(disk)
  afterAll(() => mounted && execFileSync("umount", ["--lazy", disk]))

  it.effect.skipIf(!mounted)("of 512 kB, for real, loses nothing either", () =>
    Effect.gen(function* () {
      const file = join(disk, "zoetrope.db")
      const filler = join(disk, "filler")
      const store = yield* beside(file)
      yield* store.flush([insert(generation("before"))])
      writeFileSync(filler, Buffer.alloc(128 * 1024))
      const error = yield* Effect.flip(store.flush(ids.slice(0, 12).map(big)))
      assert.match(error.message, /the disk is full; make room on it/)
      assert.lengthOf(yield* store.live(account), 1)
      rmSync(filler)
      yield* store.flush(ids.slice(0, 6).map(big))
      assert.lengthOf(yield* store.live(account), 7)
    }).pipe(Effect.scoped),
  )
})

/** Only the super-user may, and not everywhere. */
function mount(at: string): boolean {
  try {
    mkdirSync(at)
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k", "none", at], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

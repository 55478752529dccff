import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import * as migrations from "../src/drivers/migrations.ts"
import * as Sqlite from "../src/drivers/Sqlite.ts"
import * as SqliteStore from "../src/drivers/SqliteStore.ts"
import { Store } from "../src/Store.ts"
import { change, generation, insert, storeSuite, task } from "./storeSuite.ts"

const directory = mkdtempSync(join(tmpdir(), "zoetrope-engine-"))
afterAll(() => rmSync(directory, { recursive: true }))
let files = 0
const newFile = (): string => join(directory, `${(files += 1)}.db`)

storeSuite("SQLite on disk", () => SqliteStore.layer({ filename: newFile() }))

const opened = (filename: string) => SqliteStore.layer({ filename })

/** Opened once more, as another process would; closed with the scope. */
const beside = (filename: string) =>
  Effect.map(Layer.build(Layer.fresh(opened(filename))), Context.get(Store))

describe("a file of generations", () => {
  it.effect("holds what was written after it was closed, for its owner alone", () =>
    Effect.gen(function* () {
      const file = newFile()
      const first = generation("a")
      yield* Store.use((store) => store.flush([insert(first)])).pipe(Effect.provide(opened(file)))
      const got = yield* Store.use((store) => store.get("a")).pipe(Effect.provide(opened(file)))
      assert.deepStrictEqual(got, first)
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    }),
  )

  it.effect("is one truth for two processes: who is too late reads, and decides anew", () =>
    Effect.gen(function* () {
      const file = newFile()
      const first = generation("a")
      const outcomes = yield* Effect.gen(function* () {
        const one = yield* Store
        const two = yield* beside(file)
        yield* one.flush([insert(first)])
        assert.deepStrictEqual(yield* two.get("a"), first)
        return yield* Effect.forEach([one, two], (store, index) =>
          store.flush([
            change(first, `s${index}`, { state: "submitting", task: task(`s${index}`) }),
          ]),
        )
      }).pipe(Effect.provide(opened(file)), Effect.scoped)
      assert.deepStrictEqual(outcomes.flat().toSorted(), ["stale", "written"])
    }),
  )

  it.effect("of a newer program is refused, and stays as it is", () =>
    Effect.gen(function* () {
      const file = newFile()
      const newer = { ...migrations.all, "0002_from_the_future": Effect.void }
      yield* migrations.migrate(file, newer).pipe(Effect.provide(Sqlite.layer({ filename: file })))
      const before = readFileSync(file)
      const error = yield* Effect.flip(Effect.provide(Store, opened(file)))
      assert.match(error.message, /newer version of this program \(2, from_the_future\); update/)
      assert.deepStrictEqual(readFileSync(file), before)
    }),
  )

  it.effect("of another program is refused, and stays as it is", () =>
    Effect.gen(function* () {
      const file = newFile()
      yield* SqlClient.SqlClient.use((sql) => sql`CREATE TABLE theirs (a)`).pipe(
        Effect.provide(Sqlite.layer({ filename: file })),
      )
      const before = readFileSync(file)
      const error = yield* Effect.flip(Effect.provide(Store, opened(file)))
      assert.match(error.message, /a database of another program/)
      assert.deepStrictEqual(readFileSync(file), before)
    }),
  )

  for (const [what, spoil, message] of [
    [
      "is no database",
      () => Buffer.from("this is my shopping list, and it is long enough\n".repeat(20)),
      /no SQLite database/,
    ],
    [
      "is damaged",
      (file: Buffer) =>
        Buffer.concat([file.subarray(0, 100), Buffer.alloc(4000, 0xff), file.subarray(4100)]),
      /damaged/,
    ],
  ] as const) {
    it.effect(`that ${what} is refused, and stays as it is`, () =>
      Effect.gen(function* () {
        const file = newFile()
        yield* Effect.provide(Store, opened(file))
        const spoilt = spoil(readFileSync(file))
        writeFileSync(file, spoilt)
        const error = yield* Effect.flip(Effect.provide(Store, opened(file)))
        assert.match(error.message, message)
        assert.include(error.message, file)
        assert.deepStrictEqual(readFileSync(file), spoilt)
      }),
    )
  }

  it.effect("in a directory that is not there is refused with its name", () =>
    Effect.gen(function* () {
      const file = join(directory, "nowhere", "z.db")
      const error = yield* Effect.flip(Effect.provide(Store, opened(file)))
      assert.match(error.message, /ENOENT.*nowhere/)
    }),
  )
})

describe("a file of an earlier program", () => {
  /** Made by the program whose last migration has this number; see the head of each. */
  for (const version of ["0001"]) {
    it.effect(`${version} opens, with everything in it`, () =>
      Effect.gen(function* () {
        const file = newFile()
        const dump = readFileSync(join(import.meta.dirname, "fixtures", `${version}.sql`), "utf8")
        const statements = dump.split(/;\n/).filter((statement) => statement.trim() !== "")
        yield* SqlClient.SqlClient.use((sql) =>
          Effect.forEach(statements, (statement) => sql.unsafe(statement)),
        ).pipe(Effect.provide(Sqlite.layer({ filename: file })))
        const store = yield* beside(file)
        const { live, all, tasks, events, artifacts, input } = yield* Effect.all({
          live: store.live,
          all: store.list({}),
          tasks: store.tasks("done"),
          events: store.events("done"),
          artifacts: store.artifacts("done"),
          input: store.input("done"),
        })
        assert.deepStrictEqual(
          live.map(({ id }) => id),
          ["undecided"],
        )
        assert.strictEqual(live[0]?.error?.reason._tag, "OutcomeUnknown")
        assert.deepStrictEqual(all.map(({ id }) => id).toSorted(), ["done", "undecided"])
        assert.strictEqual(tasks[0]?.ref?.taskId, "7392616336519610409")
        assert.deepStrictEqual(
          events.map(({ kind }) => kind),
          ["accepted", "submitting", "submitted", "fetching", "done"],
        )
        assert.deepStrictEqual(
          artifacts.map(({ path }) => path),
          ["artifacts/ab/abcd"],
        )
        assert.deepStrictEqual(input, { prompt: "a cat" })
      }).pipe(Effect.scoped),
    )
  }
})

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll } from "vitest"
import * as migrations from "../src/drivers/migrations.ts"
import * as Sqlite from "../src/drivers/Sqlite.ts"
import * as SqliteStore from "../src/drivers/SqliteStore.ts"
import { Store } from "../src/Store.ts"
import { account, insert, generation } from "./storeSuite.ts"

const directory = mkdtempSync(join(tmpdir(), "zoetrope-migrations-"))
afterAll(() => rmSync(directory, { recursive: true }))
let files = 0
const newFile = (): string => join(directory, `${(files += 1)}.db`)

const fixtures = join(import.meta.dirname, "fixtures")
const versions = readdirSync(fixtures)
  .filter((name) => name.endsWith(".db"))
  .map((name) => name.slice(0, 4))

const upTo = (version: string) =>
  Object.fromEntries(Object.entries(migrations.all).filter(([name]) => name.slice(0, 4) <= version))

/** As a program that knows these leaves a new file. */
const fileOf = Effect.fnUntraced(function* (known: typeof migrations.all) {
  const filename = newFile()
  const database = yield* Sqlite.open({ filename })
  yield* migrations.migrate(database, filename, known)
  return filename
}, Effect.scoped)

const opened = (filename: string) => SqliteStore.layer({ filename })

const inspect = <A>(file: string, look: (database: DatabaseSync) => A): A => {
  const database = new DatabaseSync(file)
  try {
    return look(database)
  } finally {
    database.close()
  }
}

const tablesOf = (database: DatabaseSync): ReadonlyArray<string> =>
  database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map(({ name }) => String(name))

const columnsOf = (database: DatabaseSync, table: string): ReadonlyArray<string> =>
  database
    .prepare("SELECT name FROM pragma_table_info(?)")
    .all(table)
    .map(({ name }) => String(name))

const schemaOf = (database: DatabaseSync) =>
  database.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").all()

describe("a file of an earlier program", () => {
  it("is here for every version", () => {
    assert.deepStrictEqual(
      versions,
      Object.keys(migrations.all).map((name) => name.slice(0, 4)),
    )
  })

  for (const version of versions) {
    const fixture = join(fixtures, `${version}.db`)

    it.effect(`${version} has the tables that its migrations make to this day`, () =>
      Effect.gen(function* () {
        const today = yield* fileOf(upTo(version))
        assert.deepStrictEqual(inspect(fixture, schemaOf), inspect(today, schemaOf))
      }),
    )

    it(`${version} has something in every column`, () => {
      const empty = inspect(fixture, (database) =>
        tablesOf(database).flatMap((table) =>
          columnsOf(database, table).filter(
            (column) =>
              database.prepare(`SELECT 1 FROM ${table} WHERE ${column} IS NOT NULL`).get() ===
              undefined,
          ),
        ),
      )
      assert.deepStrictEqual(empty, [])
    })

    it.effect(`${version} opens, with everything in it`, () =>
      Effect.gen(function* () {
        const file = newFile()
        copyFileSync(fixture, file)
        const rowsOf = (database: DatabaseSync, table: string, columns: ReadonlyArray<string>) =>
          database.prepare(`SELECT ${columns.join(", ")} FROM ${table}`).all()
        const before = inspect(file, (database) =>
          tablesOf(database)
            .filter((table) => table !== "zoetrope_migrations")
            .map((table) => {
              const columns = columnsOf(database, table)
              return { table, columns, rows: rowsOf(database, table, columns) }
            }),
        )
        assert.isAbove(before.length, 5)
        const told = yield* Effect.gen(function* () {
          const store = yield* Store
          return yield* Effect.all({
            live: store.live({ provider: "volc-cv", accountKey: "aaaaaaaaaaaa" }),
            done: store.byKey("somebody", "a key"),
            input: store.input("d0ne00000000"),
            files: store.files("d0ne00000000"),
            tasks: store.tasks("vndec1ded000"),
            events: store.events("d0ne00000000"),
            log: store.log(9, 10),
            artifacts: store.artifacts("d0ne00000000"),
            changed: store.changed(8),
          })
        }).pipe(Effect.provide(opened(file)))
        inspect(file, (database) => {
          for (const { columns, rows, table } of before) {
            assert.deepStrictEqual(rowsOf(database, table, columns), rows, table)
          }
        })
        const common = {
          provider: "volc-cv",
          account: "default",
          accountKey: "aaaaaaaaaaaa",
          remakes: 1,
        }
        const ref = {
          version: 1,
          provider: "volc-cv",
          account: "default",
          key: "aaaaaaaaaaaa",
          model: "volc-cv/jimeng-video-3.0-pro",
          submittedAt: "2026-05-28T20:26:40.100Z",
          query: { req_key: "jimeng_ti2v_v30_pro" },
        } as const
        assert.deepStrictEqual<unknown>(told.done, {
          ...common,
          id: "d0ne00000000",
          model: "volc-cv/jimeng-video-3.0-pro",
          digest: "d1",
          owner: "somebody",
          cohort: "volc-cv/jimeng-video-3.0-pro 5 s",
          createdAt: 1780000000000,
          stamp: "stamp-5",
          version: 5,
          state: "done",
          cancel: "no",
          updatedAt: 1780000090000,
          progress: 100,
          task: {
            number: 1,
            token: "stamp-2",
            state: "succeeded",
            attempt: 1,
            sentAt: 1780000000100,
            ref: { ...ref, taskId: "7392616336519610409" },
          },
        })
        const [undecided, fetching] = told.live
        assert.isDefined(undecided)
        assert.strictEqual(undecided.error?.reason._tag, "OutcomeUnknown")
        assert.strictEqual(undecided.dueAt, 1780000003000.5)
        assert.strictEqual(undecided.cancel, "asked")
        assert.deepStrictEqual<unknown>(fetching, {
          ...common,
          id: "fetch1ng0000",
          model: "volc-cv/jimeng-video-3.0-pro",
          digest: "d3",
          owner: "",
          cohort: "volc-cv/jimeng-video-3.0-pro 5 s",
          createdAt: 1780000005000,
          stamp: "stamp-12",
          version: 4,
          state: "fetching",
          cancel: "no",
          updatedAt: 1780000080000,
          dueAt: 1780000081000,
          hindrance: "no space left on this disk",
          task: {
            number: 1,
            token: "stamp-10",
            state: "succeeded",
            attempt: 1,
            sentAt: 1780000005100,
            ref: { ...ref, taskId: "7392616336519610410" },
            outputs: [
              {
                kind: "video",
                url: "https://example.test/v.mp4?sig=1",
                expiresAt: "2026-05-28T21:26:40.000Z",
                bytes: 12345,
              },
            ],
          },
        })
        assert.lengthOf(told.live, 2)
        assert.deepStrictEqual(told.input, { prompt: "一只猫", image: "sha256:1111" })
        assert.deepStrictEqual(told.files, [
          { field: "image", sha256: "1111", bytes: 88, path: "inputs/11/11" },
        ])
        assert.deepStrictEqual(
          told.tasks.map((task) => [task.number, task.token, task.state, task.attempt]),
          [
            [1, "stamp-7", "refused", 1],
            [2, "stamp-8", "undecided", 2],
          ],
        )
        assert.deepStrictEqual(
          told.events.map(({ kind }) => kind),
          ["accepted", "submitting", "submitted", "fetching", "done"],
        )
        assert.deepStrictEqual(told.log, [
          {
            seq: 10,
            generation: "fetch1ng0000",
            version: 1,
            at: 1780000005000,
            kind: "accepted",
            message: "accepted",
          },
        ])
        assert.deepStrictEqual(told.artifacts, [
          {
            kind: "video",
            sha256: "abcd",
            bytes: 12345,
            path: "artifacts/ab/cd",
            mediaType: "video/mp4",
            width: 1920,
            height: 1088,
            seconds: 5.041667,
            codec: "avc",
          },
          { kind: "cover", sha256: "ef01", bytes: 77, path: "artifacts/ef/01" },
        ])
        assert.deepStrictEqual(told.changed, {
          revision: 9,
          rows: [{ id: "fetch1ng0000", version: 4 }],
        })
      }),
    )
  }

  it.effect("0002 knows what was learnt", () =>
    Effect.gen(function* () {
      const file = newFile()
      copyFileSync(join(fixtures, "0002.db"), file)
      const learnt = yield* Store.use((store) =>
        store.durations("volc-cv/jimeng-video-3.0-pro 5 s"),
      ).pipe(Effect.provide(opened(file)))
      assert.deepStrictEqual(learnt, [{ over: 78.5, under: 80 }])
    }),
  )
})

describe("a file that is not for this program", () => {
  const refused = Effect.fnUntraced(function* (file: string) {
    const before = readFileSync(file)
    const error = yield* Effect.flip(Effect.provide(Store, opened(file)))
    assert.deepStrictEqual(readFileSync(file), before)
    // Nothing is left beside it either.
    assert.deepStrictEqual(
      readdirSync(directory).filter((name) => join(directory, name).startsWith(`${file}-`)),
      [],
    )
    assert.include(error.message, file)
    return error.message
  })

  it.effect("of a newer program is refused, and stays as it is", () =>
    Effect.gen(function* () {
      const newer = { ...migrations.all, "9999_from_the_future": ["CREATE TABLE future (a)"] }
      const file = yield* fileOf(newer)
      assert.match(
        yield* refused(file),
        /newer version of this program \(9999_from_the_future\); update the program/,
      )
    }),
  )

  for (const mode of ["delete", "wal"]) {
    it.effect(`of another program, in journal mode ${mode}, is refused, and stays as it is`, () =>
      Effect.gen(function* () {
        const file = newFile()
        inspect(file, (theirs) =>
          theirs.exec(`PRAGMA journal_mode = ${mode}; CREATE TABLE theirs (a)`),
        )
        assert.match(yield* refused(file), /a database of another program; name another/)
      }),
    )
  }

  for (const [what, spoil, message] of [
    [
      "is no database",
      () => Buffer.from("this is my shopping list, and it is long enough\n".repeat(20)),
      /no SQLite database; move it away/,
    ],
    [
      "is damaged",
      (file: Buffer) =>
        Buffer.concat([file.subarray(0, 100), Buffer.alloc(4000, 0xff), file.subarray(4100)]),
      /damaged; keep a copy/,
    ],
    ["is cut off", (file: Buffer) => file.subarray(0, 5000), /damaged; keep a copy/],
  ] as const) {
    it.effect(`that ${what} is refused, and stays as it is`, () =>
      Effect.gen(function* () {
        const file = yield* fileOf(migrations.all)
        writeFileSync(file, spoil(readFileSync(file)))
        assert.match(yield* refused(file), message)
      }),
    )
  }
})

describe("a migration", () => {
  it.effect("that fails leaves the file to the program before it", () =>
    Effect.gen(function* () {
      const file = newFile()
      const first = generation("a")
      yield* Store.use((store) => store.flush([insert(first)])).pipe(Effect.provide(opened(file)))
      const before = inspect(file, schemaOf)
      const known = {
        ...migrations.all,
        "9998_half": ["CREATE TABLE half (a)", "CREATE TABLE generations (a)"],
      }
      const error = yield* Sqlite.open({ filename: file }).pipe(
        Effect.flatMap((database) => migrations.migrate(database, file, known)),
        Effect.scoped,
        Effect.flip,
      )
      assert.match(error.message, /cannot be brought up to date: .*generations already exists/)
      assert.deepStrictEqual(inspect(file, schemaOf), before)
      const live = yield* Store.use((store) => store.live(account)).pipe(
        Effect.provide(opened(file)),
      )
      assert.deepStrictEqual(live, [first])
    }),
  )

  it.effect(
    "is not begun where there is nothing to do: the file can be opened while others write",
    () =>
      Effect.gen(function* () {
        const file = yield* fileOf(migrations.all)
        const database = yield* Sqlite.open({ filename: file })
        const other = yield* Sqlite.open({ filename: file })
        other.exec("BEGIN IMMEDIATE")
        yield* migrations.migrate(database, file)
        other.exec("ROLLBACK")
      }).pipe(Effect.scoped),
  )
})

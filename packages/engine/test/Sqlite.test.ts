import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll } from "vitest"
import * as Sqlite from "../src/drivers/Sqlite.ts"
import { asNobody } from "./support/asNobody.ts"

const directory = mkdtempSync(join(tmpdir(), "zoetrope-sqlite-"))
afterAll(() => rmSync(directory, { recursive: true }))
let made = 0
const newPath = (): string => join(directory, `${(made += 1)}`)

const opening = (filename: string) => Effect.scoped(Effect.asVoid(Sqlite.open({ filename })))

describe("opening a file", () => {
  it.effect("makes it for its owner alone, with what makes a commit durable", () =>
    Effect.gen(function* () {
      const filename = newPath()
      const database = yield* Sqlite.open({ filename })
      const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})
      assert.deepStrictEqual(pragma("journal_mode"), ["wal"])
      assert.deepStrictEqual(pragma("synchronous"), [2])
      assert.deepStrictEqual(pragma("foreign_keys"), [1])
      database.exec("CREATE TABLE t (a)")
      const all = readdirSync(directory).filter((name) =>
        join(directory, name).startsWith(filename),
      )
      assert.deepStrictEqual(
        all.map((name) => statSync(join(directory, name)).mode & 0o777),
        [0o600, 0o600, 0o600],
      )
    }).pipe(Effect.scoped),
  )

  it.effect("asks first whether the file may be used, and writes nothing if not", () =>
    Effect.gen(function* () {
      const filename = newPath()
      new DatabaseSync(filename).close()
      const refused = yield* Effect.flip(
        Effect.scoped(Sqlite.open({ filename }, () => "the moon is full")),
      )
      assert.strictEqual(
        refused.message,
        `${filename} cannot be used: the moon is full. What is in it was left as it is.`,
      )
      assert.strictEqual(statSync(filename).size, 0)
    }),
  )

  it.effect("names the directory that is not there", () =>
    Effect.gen(function* () {
      const filename = join(newPath(), "z.db")
      const error = yield* Effect.flip(opening(filename))
      assert.match(error.message, /ENOENT/)
      assert.include(error.message, filename)
    }),
  )

  for (const [what, lock] of [
    ["a directory that is read-only, with no file in it", (at: string) => rmSync(join(at, "z.db"))],
    ["a directory that is read-only, with a file in it", () => {}],
    [
      "a file that is read-only",
      (at: string) => {
        chmodSync(join(at, "z.db"), 0o444)
        return 0o777
      },
    ],
  ] as const) {
    it.effect(`says who may not write: ${what}`, () =>
      Effect.gen(function* () {
        chmodSync(directory, 0o755)
        const at = newPath()
        mkdirSync(at)
        yield* opening(join(at, "z.db"))
        chmodSync(join(at, "z.db"), 0o666)
        chmodSync(at, lock(at) ?? 0o555)
        const exit = asNobody(() => Effect.runSyncExit(opening(join(at, "z.db"))))
        chmodSync(at, 0o777)
        const error = yield* Effect.flip(exit)
        assert.match(
          error.message,
          /this user may not write to it, or to its directory; put the permissions right/,
        )
        assert.include(error.message, at)
      }),
    )
  }

  it.live("says that another process does not come to an end", () =>
    Effect.gen(function* () {
      const filename = newPath()
      const other = yield* Sqlite.open({ filename })
      other.exec("BEGIN IMMEDIATE")
      const impatient = Sqlite.open({ filename, busyMillis: 0 })
      const error = yield* Effect.flip(Effect.scoped(impatient))
      assert.match(error.message, /another process is writing to it/)
      other.exec("ROLLBACK")
      yield* impatient
    }).pipe(Effect.scoped),
  )
})

describe("a transaction", () => {
  it.effect("is all or nothing, also where SQLite itself has given up", () =>
    Effect.gen(function* () {
      const database = yield* Sqlite.open({ filename: newPath() })
      database.exec("CREATE TABLE t (a UNIQUE)")
      const rows = () => database.prepare("SELECT count(*) AS n FROM t").get()?.["n"]
      const insert = database.prepare("INSERT INTO t VALUES (?)")
      assert.strictEqual(
        Sqlite.transaction(database, () => Number(insert.run("a").changes)),
        1,
      )
      const twice = () => {
        insert.run("b")
        insert.run("b")
      }
      assert.throws(() => Sqlite.transaction(database, twice), /UNIQUE constraint failed/)
      const rolledBack = () => {
        insert.run("c")
        database.exec("ROLLBACK")
        throw new Error("the disk is full")
      }
      assert.throws(() => Sqlite.transaction(database, rolledBack), /the disk is full/)
      assert.strictEqual(rows(), 1)
    }).pipe(Effect.scoped),
  )
})

describe("waiting until another process has written", () => {
  it.live("leaves this one its turns", () =>
    Effect.gen(function* () {
      const filename = newPath()
      const database = yield* Sqlite.open({ filename, busyMillis: 0 })
      const other = yield* Sqlite.open({ filename })
      other.exec("BEGIN IMMEDIATE")
      const writing = yield* Effect.forkChild(
        Sqlite.whenFree(() => database.exec("CREATE TABLE t (a)"), 5_000),
      )
      for (let turn = 0; turn < 5; turn++) yield* Effect.sleep(10)
      assert.isUndefined(writing.pollUnsafe())
      other.exec("ROLLBACK")
      yield* Fiber.join(writing)
    }).pipe(Effect.scoped),
  )

  it.live("comes to an end, with what was in the way", () =>
    Effect.gen(function* () {
      const filename = newPath()
      const database = yield* Sqlite.open({ filename, busyMillis: 0 })
      const other = yield* Sqlite.open({ filename })
      other.exec("BEGIN IMMEDIATE")
      const exit = yield* Effect.exit(
        Sqlite.whenFree(() => database.exec("CREATE TABLE t (a)"), 30),
      )
      assert.isTrue(Exit.isFailure(exit))
      assert.isTrue(Sqlite.isBusy(yield* Effect.flip(exit)))
    }).pipe(Effect.scoped),
  )
})

describe("the runtime", () => {
  it("says nothing of experiments to people, and lets other warnings through", () => {
    const module = join(import.meta.dirname, "../src/drivers/quietSqlite.ts")
    const program = `
      import { quietSqlite } from ${JSON.stringify(module)}
      process.on("warning", ({ name, message }) => console.log(name, message))
      new (quietSqlite().DatabaseSync)(":memory:").close()
      process.emitWarning("mind the gap")`
    const told = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    })
    assert.notMatch(told, /SQLite/)
    assert.match(told, /Warning mind the gap/)
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Fiber, Layer, Stream } from "effect"
import * as SqlClient from "effect/sql/SqlClient"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import * as SqliteClient from "../src/drivers/SqliteClient.ts"

const directory = mkdtempSync(join(tmpdir(), "zoetrope-sqlite-client-"))
afterAll(() => rmSync(directory, { recursive: true }))

const memory = SqliteClient.layer({ filename: ":memory:" })
const withTable = <A, E>(body: (sql: SqlClient.SqlClient) => Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, n INTEGER UNIQUE) STRICT`
    return yield* body(sql)
  }).pipe(Effect.provide(memory))

describe("the SqlClient of node:sqlite", () => {
  it.effect("commits what succeeds and rolls back what fails, nested ones by themselves", () =>
    withTable((sql) =>
      Effect.gen(function* () {
        const add = (id: string) => sql`INSERT INTO t (id) VALUES (${id})`
        yield* sql.withTransaction(
          Effect.gen(function* () {
            yield* add("a")
            yield* Effect.ignore(sql.withTransaction(Effect.andThen(add("b"), Effect.fail("no"))))
            yield* sql.withTransaction(add("c"))
          }),
        )
        yield* Effect.ignore(sql.withTransaction(Effect.andThen(add("d"), Effect.fail("no"))))
        assert.deepStrictEqual(yield* sql`SELECT id FROM t ORDER BY id`.values, [["a"], ["c"]])
      }),
    ),
  )

  it.effect("lets no other fiber into an open transaction", () =>
    withTable((sql) =>
      Effect.gen(function* () {
        const long = yield* Effect.forkChild(
          sql.withTransaction(
            Effect.gen(function* () {
              yield* sql`INSERT INTO t (id) VALUES ('a')`
              for (let turn = 0; turn < 10; turn++) yield* Effect.yieldNow
              return yield* Effect.fail("no")
            }),
          ),
        )
        yield* Effect.yieldNow
        assert.deepStrictEqual(yield* sql`SELECT id FROM t`, [])
        yield* Fiber.await(long)
        assert.deepStrictEqual(yield* sql`SELECT id FROM t`, [])
      }),
    ),
  )

  for (const [what, values] of [
    ["a primary key", ["a", 2]],
    ["a unique column", ["b", 1]],
  ] as const) {
    it.effect(`tells that ${what} is taken`, () =>
      withTable((sql) =>
        Effect.gen(function* () {
          yield* sql`INSERT INTO t VALUES ('a', 1)`
          const error = yield* Effect.flip(sql`INSERT INTO t VALUES (${values[0]}, ${values[1]})`)
          assert.strictEqual(error.reason._tag, "UniqueViolation")
          assert.match(error.message, /UNIQUE constraint failed: t\./)
        }),
      ),
    )
  }

  it.effect("reads whole numbers above 2^53 exactly where asked, and never wrongly", () =>
    withTable((sql) =>
      Effect.gen(function* () {
        yield* sql`INSERT INTO t VALUES ('a', ${9_007_199_254_740_993n})`
        const query = sql<{ readonly n: bigint }>`SELECT n FROM t`
        const exact = yield* Effect.provideService(query, SqlClient.SafeIntegers, true)
        assert.deepStrictEqual(
          exact.map(({ n }) => n),
          [9_007_199_254_740_993n],
        )
        assert.match((yield* Effect.flip(query)).message, /too large/)
      }),
    ),
  )

  it.effect("goes on after more different statements than it keeps prepared", () =>
    withTable((sql) =>
      Effect.gen(function* () {
        for (let turn = 0; turn < 300; turn++) {
          yield* sql.unsafe(`INSERT INTO t (id, n) VALUES ('x${turn}', ?)`, [turn])
        }
        for (let turn = 0; turn < 2; turn++) {
          assert.deepStrictEqual(yield* sql`SELECT count(*) AS n, max(n) AS most FROM t`, [
            { n: 300, most: 299 },
          ])
        }
        const streamed = yield* Stream.runCollect(
          sql`SELECT id FROM t WHERE n < 2 ORDER BY n`.stream,
        )
        assert.deepStrictEqual(streamed, [{ id: "x0" }, { id: "x1" }])
      }),
    ),
  )

  it.effect("waits for another process's write, and says so when it took too long", () =>
    Effect.gen(function* () {
      const filename = join(directory, "busy.db")
      const sql = yield* SqlClient.SqlClient
      const impatient = yield* Effect.map(
        Layer.build(Layer.fresh(SqliteClient.layer({ filename, busyMillis: 20 }))),
        Context.get(SqlClient.SqlClient),
      )
      yield* sql`CREATE TABLE t (a)`
      const error = yield* Effect.flip(sql.withTransaction(impatient`INSERT INTO t VALUES (1)`))
      assert.strictEqual(error.reason._tag, "LockTimeoutError")
      yield* impatient`INSERT INTO t VALUES (2)`
      assert.deepStrictEqual(yield* sql`SELECT a FROM t`, [{ a: 2 }])
      assert.deepStrictEqual(yield* sql`PRAGMA synchronous`, [{ synchronous: 2 }])
      assert.deepStrictEqual(yield* sql`PRAGMA journal_mode`, [{ journal_mode: "wal" }])
    }).pipe(
      Effect.provide(SqliteClient.layer({ filename: join(directory, "busy.db") })),
      Effect.scoped,
    ),
  )
})

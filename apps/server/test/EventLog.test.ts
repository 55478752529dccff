import { assert, describe, it } from "@effect/vitest"
import type { Access } from "@zoetrope/api"
import { Engine } from "@zoetrope/engine/Engine"
import type { LoggedEvent } from "@zoetrope/engine/Generation"
import { Store } from "@zoetrope/engine/Store"
import { Effect, Fiber, Layer, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as EventLog from "../src/events/EventLog.ts"
import { lastSeq } from "../src/events/lastSeq.ts"
import { listenToAll } from "../src/events/listening.ts"
import { Stopping } from "../src/Stopping.ts"

/** A log whose lines belong to generations that are named as their owners are, before the dash. */
const storeOf = (lines: ReadonlyArray<LoggedEvent>, reads = { count: 0 }) =>
  Layer.mock(Store, {
    log: (after, limit) =>
      Effect.sync(() => {
        reads.count += 1
        return lines.filter(({ seq }) => seq > after).slice(0, limit)
      }),
    get: (id) =>
      Effect.succeed(id === "gone" ? undefined : ({ id, owner: id.split("-")[0] } as never)),
  })

const line = (seq: number, generation: string): LoggedEvent => ({
  seq,
  generation,
  version: 1,
  at: 0,
  kind: "accepted",
  message: "m",
})

const logOf = (lines: Array<LoggedEvent>) =>
  EventLog.layer.pipe(
    Layer.provide(Layer.mock(Engine, { changes: Stream.never })),
    Layer.provideMerge(Stopping.layer),
    Layer.provideMerge(storeOf(lines)),
  )

const aliceLine = (seq: number): LoggedEvent => line(seq, "alice-1")

const alice = { id: "k", owner: "alice", scope: "read" } as const
const bob = { id: "l", owner: "bob", scope: "create" } as const
const admin = { id: "m", owner: "alice", scope: "admin" } as const

/** What a listener gets, as it comes, its greeting left out. */
const heard = (after?: number, caller: Access.Caller = alice) =>
  Effect.gen(function* () {
    const got: Array<Uint8Array> = []
    const stream = yield* listenToAll(caller, after)
    yield* Stream.runForEach(Stream.drop(stream, 1), (bytes) =>
      Effect.sync(() => got.push(bytes)),
    ).pipe(Effect.forkScoped({ startImmediately: true }))
    return got
  })

const textOf = (got: ReadonlyArray<Uint8Array>) => Buffer.concat(got).toString()
const idsOf = (got: ReadonlyArray<Uint8Array>) =>
  Array.from(textOf(got).matchAll(/^id: (\d+)$/gm), ([, id]) => Number(id))
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

describe("the newest line of a log", () => {
  it.effect.prop(
    "is found in few looks, wherever the gaps are",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })))],
    ([seqs]) =>
      Effect.gen(function* () {
        const lines = [...new Set(seqs)].toSorted((a, b) => a - b).map(aliceLine)
        const reads = { count: 0 }
        const found = yield* Effect.flatMap(Store, lastSeq).pipe(
          Effect.provide(storeOf(lines, reads)),
        )
        assert.strictEqual(found, lines.at(-1)?.seq ?? 0)
        assert.isAtMost(reads.count, 45)
      }),
  )
})

describe("a listener", () => {
  it.effect("hears its own, from now on, and within a second what others record", () => {
    const lines = [line(1, "alice-1"), line(2, "bob-1")]
    return Effect.gen(function* () {
      const got = yield* heard()
      lines.push(line(5, "alice-1"), line(6, "bob-1"), line(7, "gone"), line(8, "alice-2"))
      yield* TestClock.adjust("1100 millis")
      assert.deepStrictEqual(idsOf(got), [5, 8])
    }).pipe(Effect.scoped, Effect.provide(logOf(lines)))
  })

  it.effect("is told first when to come back, and from where", () =>
    Effect.gen(function* () {
      const greeting = (after?: number) =>
        Effect.flatMap(listenToAll(alice, after), (stream) =>
          Effect.map(Stream.runCollect(Stream.take(stream, 1)), textOf),
        )
      assert.strictEqual(yield* greeting(), "id: 2\nretry: 2000\n\n")
      assert.strictEqual(yield* greeting(1), "id: 1\nretry: 2000\n\n")
    }).pipe(Effect.scoped, Effect.provide(logOf([line(1, "bob-1"), line(2, "bob-1")]))),
  )

  it.effect("gets the same bytes as all who see the same, and nothing of what they see not", () => {
    const lines: Array<LoggedEvent> = []
    return Effect.gen(function* () {
      const [first, second, other, all, late] = yield* Effect.all([
        heard(),
        heard(undefined, { ...alice, id: "n", scope: "create" }),
        heard(undefined, bob),
        heard(undefined, admin),
        heard(0),
      ])
      lines.push(...upTo(250).map((seq) => line(seq, seq % 5 === 0 ? "bob-1" : "alice-1")))
      yield* TestClock.adjust("1100 millis")
      assert.isAbove(first.length, 1)
      assert.lengthOf(second, first.length)
      first.forEach((bytes, index) => assert.strictEqual(bytes, second[index]))
      assert.deepStrictEqual(
        idsOf(first),
        upTo(250).filter((seq) => seq % 5 !== 0),
      )
      assert.deepStrictEqual(idsOf(late), idsOf(first))
      assert.deepStrictEqual(
        idsOf(other),
        upTo(50).map((each) => each * 5),
      )
      assert.notInclude(textOf(first), "bob")
      assert.notInclude(textOf(other), "alice")
      assert.deepStrictEqual(idsOf(all), upTo(250))
    }).pipe(Effect.scoped, Effect.provide(logOf(lines)))
  })

  it.effect("goes on where it was, with each line once", () => {
    const lines = upTo(1200).map(aliceLine)
    return Effect.gen(function* () {
      const got = yield* heard(3)
      yield* TestClock.adjust("1100 millis")
      lines.push(line(1201, "alice-1"))
      yield* TestClock.adjust("1100 millis")
      assert.deepStrictEqual(idsOf(got), upTo(1201, 4))
    }).pipe(Effect.scoped, Effect.provide(logOf(lines)))
  })

  it.effect.prop(
    "misses nothing, and hears nothing twice, wherever it is cut off and whatever comes meanwhile",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 400 })))],
    ([amounts]) => {
      const lines = upTo(7).map(aliceLine)
      return Effect.gen(function* () {
        let last = 0
        const seen: Array<number> = []
        for (const amount of amounts.slice(0, 8)) {
          const got = yield* heard(last).pipe(
            Effect.tap(() => {
              // Some lie in the window, some only in the store, some come while it listens.
              lines.push(...upTo(lines.length + amount, lines.length + 1).map(aliceLine))
              return TestClock.adjust("1100 millis")
            }),
            Effect.scoped,
          )
          // Not everything that was sent has arrived.
          const ids = idsOf(got).slice(0, amount)
          seen.push(...ids)
          last = ids.at(-1) ?? last
          lines.push(aliceLine(lines.length + 1))
        }
        const rest = yield* heard(last)
        yield* TestClock.adjust("1100 millis")
        assert.deepStrictEqual([...seen, ...idsOf(rest)], upTo(lines.length))
      }).pipe(Effect.scoped, Effect.provide(logOf(lines)))
    },
    { arbitrary: { runs: 25 } },
  )

  it.effect("that was away for longer than the window reads on from the store", () => {
    const lines: Array<LoggedEvent> = []
    return Effect.gen(function* () {
      const log = yield* EventLog.EventLog
      const stream = Stream.drop(yield* listenToAll(alice, undefined), 1)
      lines.push(...upTo(20_000).map(aliceLine))
      yield* TestClock.adjust("1100 millis")
      assert.isUndefined(log.at(0))
      const got: Array<Uint8Array> = []
      yield* Stream.runForEachWhile(stream, (bytes) =>
        Effect.sync(() => {
          got.push(bytes)
          return idsOf([bytes]).at(-1) !== 20_000
        }),
      )
      assert.deepStrictEqual(idsOf(got), upTo(20_000))
      // What a connection that takes nothing more holds back.
      assert.isAtMost(Math.max(...got.map((bytes) => idsOf([bytes]).length)), 200)
    }).pipe(Effect.scoped, Effect.provide(logOf(lines)))
  })

  it.effect(
    "is told every 15 seconds that the connection lives, also while others are busy",
    () => {
      const lines: Array<LoggedEvent> = []
      return Effect.gen(function* () {
        const got = yield* heard()
        for (let second = 1; second <= 46; second++) {
          lines.push(line(second, "bob-1"))
          yield* TestClock.adjust("1 second")
        }
        assert.strictEqual(textOf(got), ": \n\n: \n\n: \n\n")
      }).pipe(Effect.scoped, Effect.provide(logOf(lines)))
    },
  )

  it.effect("is at its end when the server stops", () =>
    Effect.gen(function* () {
      const stream = yield* listenToAll(alice, undefined)
      const listening = yield* Effect.forkScoped(Stream.runDrain(stream), {
        startImmediately: true,
      })
      ;(yield* Stopping).openUnsafe()
      yield* Fiber.join(listening)
    }).pipe(Effect.scoped, Effect.provide(logOf([]))),
  )
})

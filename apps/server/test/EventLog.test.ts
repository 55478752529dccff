import { assert, describe, it } from "@effect/vitest"
import { Engine } from "@zoetrope/engine/Engine"
import type { LoggedEvent } from "@zoetrope/engine/Generation"
import { Store } from "@zoetrope/engine/Store"
import { Effect, Layer, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as EventLog from "../src/events/EventLog.ts"
import { lastSeq } from "../src/events/lastSeq.ts"
import { listenToAll } from "../src/events/listening.ts"

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
    Layer.provideMerge(storeOf(lines)),
  )

const alice = { id: "k", owner: "alice", scope: "read" } as const

/** What a listener gets, as it comes. */
const heard = (after?: number) =>
  Effect.gen(function* () {
    const frames: Array<string> = []
    const stream = yield* listenToAll(alice, after)
    yield* Stream.runForEach(stream, (frame) => Effect.sync(() => frames.push(frame))).pipe(
      Effect.forkScoped({ startImmediately: true }),
    )
    return frames
  })

const idsOf = (frames: ReadonlyArray<string>) =>
  frames.flatMap((frame) => /^id: (\d+)/.exec(frame)?.slice(1) ?? [])

describe("the newest line of a log", () => {
  it.effect.prop(
    "is found in few looks, wherever the gaps are",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })))],
    ([seqs]) =>
      Effect.gen(function* () {
        const lines = [...new Set(seqs)]
          .toSorted((a, b) => a - b)
          .map((seq) => line(seq, "alice-1"))
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
      const frames = yield* heard()
      lines.push(line(5, "alice-1"), line(6, "bob-1"), line(7, "gone"), line(8, "alice-2"))
      yield* TestClock.adjust("1100 millis")
      assert.deepStrictEqual(idsOf(frames), ["5", "8"])
    }).pipe(Effect.scoped, Effect.provide(logOf(lines)))
  })

  it.effect("goes on where it was, with each line once", () => {
    const lines = Array.from({ length: 1200 }, (_, index) => line(index + 1, "alice-1"))
    return Effect.gen(function* () {
      const frames = yield* heard(3)
      yield* TestClock.adjust("1100 millis")
      lines.push(line(1201, "alice-1"))
      yield* TestClock.adjust("1100 millis")
      assert.deepStrictEqual(
        idsOf(frames),
        Array.from({ length: 1198 }, (_, index) => String(index + 4)),
      )
    }).pipe(Effect.scoped, Effect.provide(logOf(lines)))
  })

  it.effect("that was away for longer than the window reads on from the store", () => {
    const lines: Array<LoggedEvent> = []
    return Effect.gen(function* () {
      const log = yield* EventLog.EventLog
      const stream = yield* listenToAll(alice, undefined)
      lines.push(...Array.from({ length: 20_000 }, (_, index) => line(index + 1, "alice-1")))
      yield* TestClock.adjust("1100 millis")
      assert.isUndefined(log.from(0))
      const ids = idsOf(yield* Stream.runCollect(Stream.take(stream, 20_000)))
      assert.deepStrictEqual([ids[0], ids.at(-1), new Set(ids).size], ["1", "20000", 20_000])
    }).pipe(Effect.scoped, Effect.provide(logOf(lines)))
  })

  it.effect(
    "is told every 15 seconds that the connection lives, also while others are busy",
    () => {
      const lines: Array<LoggedEvent> = []
      return Effect.gen(function* () {
        const frames = yield* heard()
        for (let second = 1; second <= 46; second++) {
          lines.push(line(second, "bob-1"))
          yield* TestClock.adjust("1 second")
        }
        assert.deepStrictEqual(frames, [": \n\n", ": \n\n", ": \n\n"])
      }).pipe(Effect.scoped, Effect.provide(logOf(lines)))
    },
  )
})

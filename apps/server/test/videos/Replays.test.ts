import { assert, describe, it } from "@effect/vitest"
import * as Digest from "@zoetrope/core/Digest"
import type { Generation } from "@zoetrope/engine/Generation"
import { Store } from "@zoetrope/engine/Store"
import { Deferred, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as Replays from "../../src/videos/Replays.ts"

/** An engine that knows a generation by its key, and nothing else; it outlives each `Replays`. */
const setUp = () => {
  const byKey = new Map<string, Generation>()
  const store = Layer.mock(Store, {
    byKey: (owner, key) => Effect.succeed(byKey.get(`${owner} ${key}`)),
  })
  const start = Effect.provide(Replays.make, store)
  const accept =
    (owner: string, before: Effect.Effect<void> = Effect.void) =>
    (key: string) =>
      Effect.gen(function* () {
        yield* before
        const name = `${owner} ${key}`
        const known = byKey.get(name)
        const generation = known ?? ({ id: `g${byKey.size}` } as Generation)
        byKey.set(name, generation)
        return { generation, isNew: known === undefined, warnings: [] }
      })
  return { start, accept, made: () => byKey.size }
}

const one = { id: "key", owner: "o" }
const posted = (retries: number, prompt = "a", caller = one) => ({
  caller,
  model: "m",
  input: { prompt, picture: Uint8Array.of(1) },
  retries,
})

/** As long as it takes to find out what a request asks for, and longer. */
const aWhile = Effect.forEach([1, 2, 3], () => Digest.ofInput("m", posted(1).input))

describe("a retry", () => {
  it.effect("finds what was accepted for at least half an hour, whatever was restarted", () =>
    Effect.gen(function* () {
      const { accept, made, start } = setUp()
      yield* TestClock.adjust(Replays.slotMillis - 1000)
      const first = yield* (yield* start).once(posted(0), accept("o"))
      for (const wait of [0, 2000, Replays.slotMillis - 2000]) {
        yield* TestClock.adjust(wait)
        const again = yield* (yield* start).once(posted(1), accept("o"))
        assert.strictEqual(again.generation, first.generation)
        assert.isFalse(again.isNew)
      }
      yield* TestClock.adjust(Replays.slotMillis)
      assert.isTrue((yield* (yield* start).once(posted(1), accept("o"))).isNew)
      assert.strictEqual(made(), 2)
    }),
  )

  it.effect("waits for the first, which is still being written", () =>
    Effect.gen(function* () {
      const { accept, made, start } = setUp()
      const { once } = yield* start
      const begun = yield* Deferred.make<void>()
      const written = yield* Deferred.make<void>()
      const writing = Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(written))
      const first = yield* Effect.forkChild(once(posted(0), accept("o", writing)))
      yield* Deferred.await(begun)
      const retry = yield* Effect.forkChild(once(posted(1), accept("o")))
      yield* aWhile
      yield* Deferred.succeed(written, undefined)
      const { generation } = yield* Fiber.join(first)
      assert.strictEqual((yield* Fiber.join(retry)).generation, generation)
      assert.strictEqual(made(), 1)
    }),
  )

  it.effect("takes up a first one that was written after its sender had gone", () =>
    Effect.gen(function* () {
      const { accept, made, start } = setUp()
      const { once } = yield* start
      const begun = yield* Deferred.make<string>()
      const gone = yield* Effect.forkChild(
        once(posted(0), (key) => Effect.andThen(Deferred.succeed(begun, key), Effect.never)),
      )
      const key = yield* Deferred.await(begun)
      yield* Fiber.interrupt(gone)
      const { generation } = yield* accept("o")(key)
      assert.strictEqual((yield* once(posted(1), accept("o"))).generation, generation)
      assert.strictEqual(made(), 1)
    }),
  )

  it.effect("is answered with one of its own where several were lost, and no more than those", () =>
    Effect.gen(function* () {
      const { accept, made, start } = setUp()
      const { once } = yield* start
      const ids = new Set<string>()
      for (let number = 0; number < 3; number++) {
        ids.add((yield* once(posted(0), accept("o"))).generation.id)
      }
      assert.strictEqual(ids.size, 3)
      for (const retries of [1, 2]) {
        const again = new Set<string>()
        for (let number = 0; number < 3; number++) {
          again.add((yield* once(posted(retries), accept("o"))).generation.id)
        }
        assert.deepStrictEqual([...again].toSorted(), [...ids].toSorted())
      }
      assert.strictEqual(made(), 3)
      // A fourth retry belongs to a first that never came.
      assert.isTrue((yield* once(posted(1), accept("o"))).isNew)
    }),
  )

  it.effect("is of the same caller, and for the same", () =>
    Effect.gen(function* () {
      const { accept, start } = setUp()
      const { once } = yield* start
      yield* once(posted(0), accept("o"))
      const other = { id: "another", owner: "o" }
      assert.isTrue((yield* once(posted(1, "b"), accept("o"))).isNew)
      assert.isTrue((yield* once(posted(1, "a", other), accept("o"))).isNew)
      const moved = { ...posted(1), input: { prompt: "a", picture: Uint8Array.of(2) } }
      assert.isTrue((yield* once(moved, accept("o"))).isNew)
    }),
  )

  it.effect("is not lost by the failure of one before it", () =>
    Effect.gen(function* () {
      const { accept, start } = setUp()
      const { once } = yield* start
      assert.strictEqual(yield* Effect.flip(once(posted(0), () => Effect.fail("full"))), "full")
      assert.isTrue((yield* once(posted(1), accept("o"))).isNew)
    }),
  )
})

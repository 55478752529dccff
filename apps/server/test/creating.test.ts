import { assert, describe, it } from "@effect/vitest"
import { Access } from "@zoetrope/api"
import { Engine } from "@zoetrope/engine/Engine"
import { StoreError } from "@zoetrope/engine/Store"
import { Effect, Fiber, Latch, Layer } from "effect"
import { TestClock } from "effect/testing"
import { create } from "../src/api/creating.ts"
import { Stopping } from "../src/Stopping.ts"

const request = { model: "fake/one", input: { prompt: "a cat" } }
const caller = Access.CurrentCaller.of({ id: "k", owner: "k", scope: "create" })

const asked = (engine: Partial<Engine["Service"]>, isStopping = false) =>
  create(request, undefined).pipe(
    Effect.flip,
    Effect.provideService(Access.CurrentCaller, caller),
    Effect.provide(
      Layer.merge(
        Layer.mock(Engine, engine),
        Layer.succeed(Stopping, Latch.makeUnsafe(isStopping)),
      ),
    ),
  )

describe("a create", () => {
  it.effect("is refused while the server is stopping: nothing is recorded", () =>
    Effect.gen(function* () {
      // Whatever else of the engine is used fails the test.
      const problem = yield* asked({}, true)
      assert.strictEqual(problem._tag, "unavailable")
      assert.include(problem.detail, "nothing was recorded")
    }),
  )

  it.effect("is refused while the disk is full, without its paths", () =>
    Effect.gen(function* () {
      const error = new StoreError({ operation: "flush", detail: "/var/lib/x is full" })
      const problem = yield* asked({ trouble: Effect.succeed(error) })
      assert.strictEqual(problem._tag, "unavailable")
      assert.notInclude(JSON.stringify(problem), "/var/lib")
    }),
  )

  it.effect("says that nobody knows where the disk takes too long, and how to ask again", () =>
    Effect.gen(function* () {
      const asking = yield* Effect.forkChild(
        asked({ trouble: Effect.sync(() => undefined), submit: () => Effect.never }),
      )
      yield* TestClock.adjust("20 seconds")
      const problem = yield* Fiber.join(asking)
      assert.strictEqual(problem._tag, "unavailable")
      assert.include(problem.detail, "ask again with the same Idempotency-Key")
    }),
  )
})

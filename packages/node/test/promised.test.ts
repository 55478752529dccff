import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { promised } from "../src/internal/promised.ts"

const settled = (promise: Promise<unknown>) =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )

describe("promised", () => {
  it("rejects with the effect's own error, or its defect", async () => {
    const error = new Error("mine")
    assert.deepStrictEqual(await settled(promised(Effect.fail(error))), { error })
    assert.deepStrictEqual(await settled(promised(Effect.die(error))), { error })
    assert.deepStrictEqual(await settled(promised(Effect.succeed(1))), { value: 1 })
  })

  it("takes no step where the abort was first", async () => {
    let steps = 0
    const step = Effect.sync(() => ++steps)
    const reason = new Error("enough")
    const aborted = promised(step, AbortSignal.abort(reason))
    assert.deepStrictEqual(await settled(aborted), { error: reason })
    assert.deepStrictEqual(await settled(promised(step, AbortSignal.abort(), () => -1)), {
      value: -1,
    })
    assert.strictEqual(steps, 0)
  })

  it("waits for what must not be interrupted", async () => {
    const abort = new AbortController()
    let finished = false
    const sending = Effect.sleep("20 millis").pipe(
      Effect.andThen(Effect.sync(() => (finished = true))),
      Effect.uninterruptible,
    )
    const running = promised(sending, abort.signal, () => finished)
    abort.abort()
    assert.isTrue(await running)
  })
})

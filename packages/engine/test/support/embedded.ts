/** An engine over the store in memory, with a lock that several of them may share. */
import * as Providers from "@zoetrope/core/Providers"
import { Effect, Exit, Layer, Scope, Semaphore } from "effect"
import * as Engine from "../../src/Engine.ts"
import { Inputs } from "../../src/Inputs.ts"
import { Keep } from "../../src/Keep.ts"
import { Lock } from "../../src/Lock.ts"
import { Store } from "../../src/Store.ts"
import { Sweep } from "../../src/Sweep.ts"
import * as Writer from "../../src/Writer.ts"
import type { vendor } from "./driving.ts"
import { memoryInputs } from "./memoryInputs.ts"
import { memoryStore } from "./memoryStore.ts"

/** What processes on one machine share. */
export const machine = (memory = memoryStore()) => {
  const locks = new Map<string, Semaphore.Semaphore>()
  const swept: Array<string> = []
  const lock = Lock.of({
    hold: (name) => {
      const semaphore = locks.get(name) ?? Semaphore.makeUnsafe(1)
      locks.set(name, semaphore)
      return Effect.acquireRelease(semaphore.take(1), () => semaphore.release(1), {
        interruptible: true,
      })
    },
  })
  /** One process; `stop` ends it as a crash would, but for submits that are on the wire. */
  const start = Effect.fnUntraced(function* (
    vendors: readonly [ReturnType<typeof vendor>, ...ReadonlyArray<ReturnType<typeof vendor>>],
    options?: Engine.Options,
  ) {
    const scope = yield* Scope.make()
    yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
    const ports = Layer.mergeAll(
      Layer.succeed(Store, memory.store),
      Layer.succeed(Inputs, memoryInputs),
      Layer.succeed(Lock, lock),
      Layer.succeed(Sweep, { sweep: (hashes) => Effect.sync(() => void swept.push(...hashes)) }),
      Layer.succeed(Keep, vendors[0].keep),
      Providers.layer(vendors.map(({ provider }) => provider)),
    )
    const context = yield* Layer.buildWithScope(
      Engine.layer(options).pipe(Layer.provide(Writer.layer({ window: 0 })), Layer.provide(ports)),
      scope,
    )
    const engine = yield* Effect.provideContext(Engine.Engine, context)
    return {
      engine,
      drive: (how?: Parameters<typeof engine.drive>[0]) =>
        engine.drive(how).pipe(Scope.provide(scope)),
      stop: Scope.close(scope, Exit.void),
    }
  })
  return { memory, start, swept }
}

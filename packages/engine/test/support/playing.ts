/**
 * One fault played on the test clock: an engine over the store in memory, a vendor that does what its
 * script says, processes that can be killed and a clock that can be set.
 */
import { assert } from "@effect/vitest"
import * as Digest from "@zoetrope/core/Digest"
import { TaskError } from "@zoetrope/core/TaskError"
import { Clock, Effect, type Scope } from "effect"
import { hash } from "node:crypto"
import { Engine } from "../../src/Engine.ts"
import type { State } from "../../src/Generation.ts"
import { pass, type Script, vendor } from "./driving.ts"
import { machine } from "./embedded.ts"
import { memoryStore } from "./memoryStore.ts"

export interface World {
  readonly fake: ReturnType<typeof vendor>
  readonly memory: ReturnType<typeof memoryStore>
  /** Of the process that was started last. */
  readonly engine: Engine["Service"]
  /** The processes until now have ended, without a word; another one starts on what they left. */
  readonly restart: Effect.Effect<void, never, Scope.Scope>
  /** What the machine's clock shows is set by so many milliseconds; time itself goes on as it did. */
  readonly setClock: (byMillis: number) => void
}

export interface Row {
  readonly fault: string
  readonly script?: Script
  /** Default: one that does its work at once. */
  readonly memory?: () => ReturnType<typeof memoryStore>
  /** How many are asked for. Default 1. */
  readonly asked?: number
  /** What happens after they were asked for. Default: five minutes pass. */
  readonly during?: (world: World) => Effect.Effect<void, unknown, Scope.Scope>
  readonly paid: number
  readonly kept: number
  /** Default: all done. */
  readonly states?: Partial<Record<State, number>>
  readonly and?: (world: World) => void
}

/** Plays one row on the test clock, and compares what is left with what it says. */
export const play = Effect.fnUntraced(function* (row: Row) {
  const { asked = 1, memory: makeMemory = memoryStore, during = () => pass("5 minutes") } = row
  const fake = vendor(row.script ?? {})
  const memory = makeMemory()
  let offset = 0
  const clock = clockThatIs(yield* Clock.Clock, () => offset)
  let current = { isAlive: true }
  /** A process with locks of its own; one that was killed polls no more, and what it writes goes nowhere. */
  const startOne = Effect.gen(function* () {
    const life = { isAlive: true }
    current = life
    const { store } = memory
    const { start } = machine({
      ...memory,
      store: {
        ...store,
        flush: (writes) =>
          Effect.suspend(() =>
            life.isAlive ? store.flush(writes) : Effect.succeed(writes.map(() => "written")),
          ),
      },
    })
    const { provider } = fake
    const poll: typeof provider.poll = (ref) =>
      Effect.suspend(() => (life.isAlive ? provider.poll(ref) : Effect.never))
    const { drive, engine: started } = yield* start([{ ...fake, provider: { ...provider, poll } }])
    yield* drive()
    return Engine.of({
      ...started,
      submit: (request) => Effect.provideService(started.submit(request), Digest.Sha256, sha256),
    })
  }).pipe(Effect.provideService(Clock.Clock, clock))
  let engine = yield* startOne
  const world: World = {
    fake,
    memory,
    get engine() {
      return engine
    },
    restart: Effect.gen(function* () {
      current.isAlive = false
      engine = yield* startOne
    }),
    setClock: (byMillis) => {
      offset += byMillis
    },
  }
  for (let number = 0; number < asked; number += 1) {
    const request = { model: "fake/one", input: { prompt: String(number) }, key: String(number) }
    const submitted = yield* Effect.forkScoped(engine.submit(request))
    while (submitted.pollUnsafe() === undefined) yield* pass("1 second")
  }
  yield* during(world)

  const all = yield* memory.store.list({})
  const artifacts = yield* Effect.forEach(all, ({ id }) => memory.store.artifacts(id))
  const tasks = yield* Effect.forEach(all, ({ id }) => memory.store.tasks(id))
  const { submits: tokens } = fake.calls
  assert.deepStrictEqual((yield* memory.store.stats).states, row.states ?? { done: asked })
  assert.strictEqual(artifacts.flat().length, row.kept)
  assert.strictEqual(tokens.length - refusals(row), row.paid)
  // Each submit was sent once, for a row of its own.
  assert.strictEqual(new Set(tokens).size, tokens.length)
  assert.includeMembers(
    tasks.flat().map(({ token }) => token),
    tokens,
  )
  row.and?.(world)
  // A submit that is on the wire is waited for when its process closes, even here.
  yield* pass("2 minutes")
})

/** The same clock, whose date is off by so many milliseconds. */
const clockThatIs = (clock: Clock.Clock, off: () => number): Clock.Clock => {
  const millis = () => clock.currentTimeMillisUnsafe() + off()
  const nanos = () => BigInt(millis()) * 1_000_000n
  return {
    currentTimeMillisUnsafe: millis,
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: clock.monotonicTimeNanos,
    sleep: (duration) => clock.sleep(duration),
  }
}

/** At once: the test clock does not wait for another thread. */
const sha256 = (bytes: Uint8Array | string) => Effect.sync(() => hash("sha256", bytes))

/** How many submits of the script the provider refuses: they are not paid. */
const refusals = ({ script: { submits: answers = [] } = {} }: Row): number =>
  answers.filter((one) => one instanceof TaskError && one.reason._tag !== "OutcomeUnknown").length

/** A runner over the store in memory and a vendor whose answers are written down beforehand. */
import type { TaskState } from "@zoetrope/core/TaskState"
import * as Provider from "@zoetrope/core/Provider"
import { TaskError } from "@zoetrope/core/TaskError"
import { Clock, Duration, Effect, Exit, Scope } from "effect"
import { TestClock } from "effect/testing"
import type { Artifact, Generation } from "../../src/Generation.ts"
import { Inputs } from "../../src/Inputs.ts"
import * as Recording from "../../src/internal/recording.ts"
import { Keep, NotKept } from "../../src/Keep.ts"
import type { Observation } from "../../src/Observation.ts"
import * as Runner from "../../src/Runner.ts"
import { Store } from "../../src/Store.ts"
import * as Writer from "../../src/Writer.ts"
import { generation, insert } from "../storeSuite.ts"
import { memoryInputs } from "./memoryInputs.ts"
import { memoryStore } from "./memoryStore.ts"
import { model, provider as base, refOf, succeeded } from "./vendor.ts"

type SubmitAnswer = TaskError | "accepted" | { readonly afterSeconds: number }

export interface Script {
  /** One answer a submit; the last is repeated. */
  readonly submits?: ReadonlyArray<SubmitAnswer>
  /** What a task says of itself at an age in seconds. */
  readonly state?: (ageSeconds: number, task: number) => TaskState | TaskError
  readonly keeps?: ReadonlyArray<NotKept | "kept">
  readonly canFind?: boolean
  readonly canCancel?: boolean
  readonly onCancel?: () => void
  readonly account?: string
}

const artifact: Artifact = { kind: "video", sha256: "aa", bytes: 1, path: "artifacts/aa/aa" }

export const vendor = (script: Script) => {
  const account = script.account ?? "default"
  const tasks = new Map<string, { readonly number: number; readonly at: number }>()
  const calls = {
    submits: new Array<string>(),
    polls: new Array<number>(),
    keeps: 0,
    inFlight: 0,
    mostInFlight: 0,
  }
  const state = script.state ?? ((age) => (age < 60 ? { _tag: "Running" as const } : succeeded))
  const at = <A>(answers: ReadonlyArray<A> | undefined, index: number, otherwise: A): A =>
    answers?.[Math.min(index, answers.length - 1)] ?? otherwise
  const provider = Provider.make({
    id: "fake",
    account,
    key: account === "default" ? base.key : account.padEnd(12, "a").slice(0, 12),
    models: [model],
    check: Effect.succeed({ status: "well", message: "all well" }),
    submit: ({ key }) =>
      Effect.gen(function* () {
        const number = calls.submits.push(key)
        const answer = at<SubmitAnswer>(script.submits, number - 1, "accepted")
        const now = yield* Clock.currentTimeMillis
        const isRefused = answer instanceof TaskError && answer.reason._tag !== "OutcomeUnknown"
        if (!isRefused) {
          tasks.set(key, { number, at: now })
          calls.inFlight += 1
          calls.mostInFlight = Math.max(calls.mostInFlight, calls.inFlight)
        }
        if (answer instanceof TaskError) return yield* answer
        if (typeof answer === "object") yield* Effect.sleep(answer.afterSeconds * 1000)
        return { ref: ref(key, now), warnings: [] }
      }),
    poll: ({ taskId }) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        calls.polls.push(now)
        const task = tasks.get(taskId)
        if (task === undefined) return { state: { _tag: "NotFound", message: "" }, warnings: [] }
        const answer = state((now - task.at) / 1000, task.number)
        if (answer instanceof TaskError) return yield* answer
        if (answer._tag === "Succeeded" || answer._tag === "Failed") calls.inFlight -= 1
        return { state: answer, warnings: [] }
      }),
    ...(script.canFind === true
      ? {
          find: ({ key }: Provider.SubmitRequest) =>
            Effect.sync(() => {
              const task = tasks.get(key)
              return task && ref(key, task.at)
            }),
        }
      : {}),
    ...(script.canCancel === true
      ? {
          cancel: () =>
            Effect.sync(() => {
              script.onCancel?.()
              return { message: "taken back" }
            }),
        }
      : {}),
  })
  const ref = (taskId: string, now: number) => ({
    ...refOf(taskId, new Date(now).toISOString()),
    account,
    key: provider.key,
  })
  const keep = Keep.of({
    keep: () =>
      Effect.suspend(() => {
        const answer = at<NotKept | "kept">(script.keeps, calls.keeps, "kept")
        calls.keeps += 1
        return answer === "kept" ? Effect.succeed([artifact] as const) : Effect.fail(answer)
      }),
  })
  return { provider, calls, keep }
}

/** Time in steps, so that what one brings about is over before the next: a write takes several turns of the scheduler. */
export const pass = Effect.fnUntraced(function* (time: Duration.Input) {
  const millis = Duration.toMillis(Duration.fromInputUnsafe(time))
  const step = Math.max(500, millis / 10_000)
  for (let left = millis; left > 0; left -= step) {
    yield* TestClock.adjust(Math.min(step, left))
    for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
  }
})

type Vendor = ReturnType<typeof vendor>

/** Drives until `stop`, which is what a crash is to the next one that drives the same store. */
export const driving = Effect.fnUntraced(function* (
  vendors: readonly [Vendor, ...ReadonlyArray<Vendor>],
  memory: ReturnType<typeof memoryStore> = memoryStore(),
  options: Runner.Options = {},
) {
  const scope = yield* Scope.make()
  yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
  const writer = yield* Writer.make({ window: 0 }).pipe(
    Effect.provideService(Store, memory.store),
    Scope.provide(scope),
  )
  const runner = yield* Runner.make(options).pipe(
    Effect.provideService(Store, memory.store),
    Effect.provideService(Writer.Writer, writer),
    Effect.provideService(Inputs, memoryInputs),
    Effect.provideService(Keep, vendors[0].keep),
    Scope.provide(scope),
  )
  for (const { provider } of vendors) yield* runner.drive(provider)
  const ask = Effect.fnUntraced(function* (id: string, account = "default", createdAt = 0) {
    const accountKey = vendors.find((one) => one.provider.account === account)?.provider.key
    const asked = generation(id, {
      account,
      createdAt,
      ...(accountKey === undefined ? {} : { accountKey }),
    })
    yield* writer.write(insert(asked))
    runner.adopt(asked)
  })
  const state = (id: string) => Effect.map(memory.store.get(id), (one) => one?.state)
  const kinds = (id: string) =>
    Effect.map(memory.store.events(id), (events) => events.map(({ kind }) => kind))
  const record = Recording.make(memory.store, writer)
  /** What was observed elsewhere: decided, recorded, and taken up here. */
  const observe = Effect.fnUntraced(function* (given: Generation, observation: Observation) {
    const recorded = yield* record(given, observation)
    if (recorded.generation !== undefined) runner.adopt(recorded.generation)
  })
  const stop = Scope.close(scope, Exit.void)
  return { ask, state, kinds, observe, stop, runner, memory, writer }
})

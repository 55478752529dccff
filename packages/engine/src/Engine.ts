/**
 * Durable generations, for programs: ask for one, look at it, change one's mind, have them driven. How
 * one comes to be is `internal/accepting.ts`, what then happens is the runner's, and the rules are
 * `decide`'s. Every process that opens the same store may ask; for each account one of them drives.
 */
import type { Provider } from "@zoetrope/core/Provider"
import { Providers } from "@zoetrope/core/Providers"
import { TaskError } from "@zoetrope/core/TaskError"
import { refusal, type TaskRef } from "@zoetrope/core/TaskRef"
import { Context, Effect, Layer, PubSub, Schedule, type Schema, Scope, Stream } from "effect"
import { type KeyReused, NotNow, UnknownGeneration, type UnknownModel } from "./EngineError.ts"
import {
  type Artifact,
  type Event,
  type Generation,
  hasEnded,
  type InputFile,
  type Task,
} from "./Generation.ts"
import type { Inputs, InputsError } from "./Inputs.ts"
import * as Accepting from "./internal/accepting.ts"
import * as Awaiting from "./internal/awaiting.ts"
import * as Recording from "./internal/recording.ts"
import { watch } from "./internal/watching.ts"
import type { Keep } from "./Keep.ts"
import { Lock } from "./Lock.ts"
import type { Observation, Settlement } from "./Observation.ts"
import type { Accepted, Request } from "./Request.ts"
import * as Runner from "./Runner.ts"
import { type Filter, type Stats, Store, type StoreError } from "./Store.ts"
import { Sweep } from "./Sweep.ts"
import { Writer } from "./Writer.ts"

export type { Accepted, Request } from "./Request.ts"

/** Everything that is recorded of one generation. */
export interface Record {
  readonly generation: Generation
  /** Files are named by their hash; `null` where a task was taken over by its handle. */
  readonly input: Schema.Json
  readonly files: ReadonlyArray<InputFile>
  readonly tasks: ReadonlyArray<Task>
  readonly events: ReadonlyArray<Event>
  readonly artifacts: ReadonlyArray<Artifact>
}

/** Every process on the same store may call every method; only `drive` sends, polls and fetches. */
export class Engine extends Context.Service<
  Engine,
  {
    /**
     * Checks, sets the files aside and records; answers when that is on the disk. Nothing is sent yet,
     * and nothing that is refused leaves a trace. Fails with `TaskError` (`InvalidInput`) for the input.
     */
    readonly submit: (
      request: Request,
    ) => Effect.Effect<Accepted, TaskError | UnknownModel | KeyReused | InputsError | StoreError>
    /** Takes over a task that was submitted elsewhere. A task that is followed already is not taken twice. */
    readonly adopt: (
      ref: TaskRef,
      options?: Pick<Request, "owner">,
    ) => Effect.Effect<Accepted, TaskError | StoreError>
    /** By its id, or by the beginning of it where only one begins so. */
    readonly get: (id: string) => Effect.Effect<Generation, UnknownGeneration | StoreError>
    /** All that is recorded of one: its input, tasks, events and files. */
    readonly record: (id: string) => Effect.Effect<Record, UnknownGeneration | StoreError>
    /** The newest first, 100 of them, unless the filter says otherwise. */
    readonly list: (filter?: Filter) => Effect.Effect<ReadonlyArray<Generation>, StoreError>
    /** A wish: answers when it is recorded. What was not sent yet is cancelled by it; for the rest see the events. */
    readonly cancel: (
      id: string,
    ) => Effect.Effect<Generation, UnknownGeneration | NotNow | StoreError>
    /** What a person knows of an undecided one. `Found` wants a handle of the account that it was asked of. */
    readonly settle: (
      id: string,
      how: Settlement,
    ) => Effect.Effect<Generation, UnknownGeneration | NotNow | TaskError | StoreError>
    /** The provider has sent word about one: it is polled at once, whoever drives it. */
    readonly nudge: (id: string) => Effect.Effect<void, UnknownGeneration | StoreError>
    /** Forgets one that has ended; its files go when nobody else refers to them. */
    readonly remove: (id: string) => Effect.Effect<void, UnknownGeneration | NotNow | StoreError>
    /** Waits until it has ended, or is undecided and a person is asked. Drives nothing by itself. */
    readonly settled: (id: string) => Effect.Effect<Generation, UnknownGeneration | StoreError>
    /** Whether `settled` would still wait for this one. */
    readonly isMoving: (generation: Generation) => Effect.Effect<boolean>
    /**
     * Generations as they change, by this process and, within a second, by others. A listener that
     * is slow may miss some; what stands in the store is the truth.
     */
    readonly changes: Stream.Stream<Generation>
    /**
     * Drives, in the background until the scope closes: each account of `Providers` as soon as no
     * other process does. Closing waits for submits that are on the wire.
     *
     * `only` says which generations may be driven; others keep their places. Default: all.
     */
    readonly drive: (options?: {
      readonly only?: ((generation: Generation) => boolean) | undefined
    }) => Effect.Effect<void, never, Scope.Scope>
    readonly stats: Effect.Effect<Stats, StoreError>
    /** Why the last write failed, until one succeeds: a full disk, say. Nothing was lost by it. */
    readonly trouble: Effect.Effect<StoreError | undefined>
  }
>()("@zoetrope/engine/Engine") {}

/** Settings of the runner that `drive` starts. */
export type Options = Omit<Runner.Options, "seen">

/** It sees what others record until its scope closes, and drives nothing before `drive`. */
export const make: (
  options?: Options,
) => Effect.Effect<
  Engine["Service"],
  never,
  Store | Writer | Providers | Inputs | Keep | Lock | Sweep | Scope.Scope
> = Effect.fnUntraced(function* (options = {}) {
  const store = yield* Store
  const writer = yield* Writer
  const providers = yield* Providers
  const lock = yield* Lock
  const { sweep } = yield* Sweep
  const context = yield* Effect.context<Store | Writer | Inputs | Keep>()
  const hub = yield* PubSub.sliding<Generation>(4096)
  const runners = new Set<Runner.Runner>()
  const record = Recording.make(store, writer)

  const publish = (generation: Generation): void => void PubSub.publishUnsafe(hub, generation)
  const seen = (generation: Generation): void => {
    for (const runner of runners) runner.adopt(generation)
    publish(generation)
  }
  const forget = (id: string): void => {
    for (const runner of runners) runner.forget(id)
  }
  const isKnown = (id: string, version: number): boolean =>
    [...runners].some((runner) => (runner.versionOf(id) ?? -1) >= version)
  yield* Effect.forkScoped(watch(store, isKnown, seen, forget))

  const { adopt, submit } = yield* Accepting.make(seen)
  const { isMoving, settled } = yield* Awaiting.make(hub)

  const get = Effect.fnUntraced(function* (id: string) {
    const exact = yield* store.get(id)
    if (exact !== undefined) return exact
    const like = id === "" ? [] : yield* store.idsLike(id, 4)
    const [only] = like
    const found = only === undefined || like.length > 1 ? undefined : yield* store.get(only)
    return found ?? (yield* new UnknownGeneration({ id, like }))
  })

  const observe = Effect.fnUntraced(function* (generation: Generation, observation: Observation) {
    const { decision, generation: after } = yield* record(generation, observation)
    if (after !== undefined) seen(after)
    if (decision._tag === "Refuse") {
      const { id } = generation
      return yield* new NotNow({ id, state: after?.state ?? "gone", why: decision.why })
    }
    return after ?? generation
  })

  /** Fails where this cannot be the task that the generation has lost. */
  const checkFound = Effect.fnUntraced(function* (generation: Generation, ref: TaskRef) {
    const { account, accountKey, id, model, provider, state } = generation
    const reason = refusal(ref, { id: provider, account, key: accountKey })
    if (reason !== undefined) {
      return yield* new TaskError({ provider, account, model, operation: "poll", reason, ref })
    }
    if (ref.model !== model) {
      const why = `it asks for ${model}, and that task is of ${ref.model}`
      return yield* new NotNow({ id, state, why })
    }
    const other = yield* store.byTask(ref)
    if (other !== undefined && other.id !== id) {
      const why = `task ${ref.taskId} belongs to generation ${other.id}`
      return yield* new NotNow({ id, state, why })
    }
  })

  const settle: Engine["Service"]["settle"] = Effect.fn("Engine.settle")(function* (id, how) {
    const generation = yield* get(id)
    if (how._tag === "Found") yield* checkFound(generation, how.ref)
    return yield* observe(generation, { _tag: "Settled", how })
  })

  const remove: Engine["Service"]["remove"] = Effect.fn("Engine.remove")(function* (id) {
    const generation = yield* get(id)
    if (!hasEnded(generation.state)) {
      const why = `it is ${generation.state}; cancel or settle it first`
      return yield* new NotNow({ id: generation.id, state: generation.state, why })
    }
    const artifacts = yield* store.artifacts(generation.id)
    const files = yield* store.files(generation.id)
    // An ended row is written no more but by a late answer: then it is looked at again.
    const outcome = yield* writer.write({
      _tag: "Remove",
      id: generation.id,
      from: generation.stamp,
    })
    if (outcome === "stale") return yield* remove(id)
    forget(generation.id)
    yield* sweep([...artifacts, ...files].map((file) => file.sha256))
  })

  const drive: Engine["Service"]["drive"] = Effect.fn("Engine.drive")(function* ({ only } = {}) {
    const scope = yield* Effect.scope
    const runner = yield* Runner.make({ ...options, seen: publish }).pipe(
      // Not that of the engine, which is in its context: whoever stops driving waits for what is on the wire.
      Effect.provideService(Scope.Scope, scope),
      Effect.provideContext(context),
    )
    yield* Effect.acquireRelease(
      Effect.sync(() => runners.add(runner)),
      () => Effect.sync(() => runners.delete(runner)),
    )
    const driveOne = Effect.fnUntraced(function* (provider: Provider) {
      yield* lock
        .hold(`${provider.id} ${provider.key}`)
        .pipe(Effect.provideService(Scope.Scope, scope))
      yield* runner.drive(provider, only).pipe(
        Effect.tapError(({ message }) => Effect.logWarning(`${message}; trying again`)),
        Effect.retry(Schedule.spaced("1 second")),
        Effect.orDie,
      )
    })
    yield* Effect.forEach(distinct(providers.all), (provider) =>
      Effect.forkIn(driveOne(provider), scope),
    )
  })

  return Engine.of({
    submit,
    adopt: (ref, { owner = "" } = {}) => adopt(ref, owner),
    get,
    record: Effect.fn("Engine.record")(function* (id) {
      const generation = yield* get(id)
      const { id: whole } = generation
      return {
        generation,
        input: (yield* store.input(whole)) ?? null,
        files: yield* store.files(whole),
        tasks: yield* store.tasks(whole),
        events: yield* store.events(whole),
        artifacts: yield* store.artifacts(whole),
      }
    }),
    list: (filter = {}) => store.list(filter),
    cancel: (id) =>
      Effect.flatMap(get(id), (generation) => observe(generation, { _tag: "CancelAsked" })),
    nudge: (id) =>
      Effect.flatMap(get(id), (generation) =>
        Effect.ignore(observe(generation, { _tag: "Nudged" })),
      ),
    settle,
    remove,
    settled: (id) => Effect.flatMap(get(id), ({ id: whole }) => settled(get(whole))),
    isMoving,
    changes: Stream.fromPubSub(hub),
    drive,
    stats: store.stats,
    trouble: writer.trouble,
  })
})

/** Over whatever store and disk the context has; `drivers/DataDirectory` brings both. */
export const layer = (options?: Options) => Layer.effect(Engine, make(options))

/** Accounts that differ only by their name are one. */
const distinct = (all: ReadonlyArray<Provider>): ReadonlyArray<Provider> => [
  ...new Map(all.map((provider) => [`${provider.id} ${provider.key}`, provider])).values(),
]

/**
 * Durable generations, for programs: ask for one, look at it, change one's mind. Owns what is accepted
 * and under which key; what then happens is the runner's, and the rules are `decide`'s. Every process
 * that opens the same store may ask; for each account one of them drives (`drive`).
 */
import * as Digest from "@zoetrope/core/Digest"
import type { Provider } from "@zoetrope/core/Provider"
import { Providers } from "@zoetrope/core/Providers"
import { ForeignHandle } from "@zoetrope/core/Reason"
import { prepare } from "@zoetrope/core/Task"
import { TaskError } from "@zoetrope/core/TaskError"
import { refusal, type TaskRef } from "@zoetrope/core/TaskRef"
import { Clock, Context, Effect, Layer, PubSub, Schedule, type Schema, Scope, Stream } from "effect"
import { KeyReused, NotNow, UnknownGeneration, UnknownModel } from "./EngineError.ts"
import {
  type Artifact,
  type Event,
  type Generation,
  hasEnded,
  type InputFile,
  type Task,
} from "./Generation.ts"
import { Inputs, type InputsError } from "./Inputs.ts"
import { generationId } from "./internal/generationId.ts"
import * as Recording from "./internal/recording.ts"
import { watch } from "./internal/watching.ts"
import { Keep } from "./Keep.ts"
import { Lock } from "./Lock.ts"
import type { Observation, Settlement } from "./Observation.ts"
import { cohortOf } from "./Pacing.ts"
import * as Runner from "./Runner.ts"
import { type Filter, type Stats, Store, type StoreError } from "./Store.ts"
import { Sweep } from "./Sweep.ts"
import { Writer } from "./Writer.ts"

export interface Request {
  /** Its id, or the vendor's own name for it. */
  readonly model: string
  /** As `Task.prepare` takes it: files as bytes. */
  readonly input: unknown
  /** Name of the account that pays. Default: the first that has the model. */
  readonly account?: string | undefined
  /** The caller's own: the same again gives the same generation, and nothing new is paid. */
  readonly key?: string | undefined
  /** How many more tasks may be made, and paid, after documented retryable failures. Default 1. */
  readonly remakes?: number | undefined
  /** Whose it is, where one store serves several. Default: nobody's in particular. */
  readonly owner?: string | undefined
}

export interface Accepted {
  readonly generation: Generation
  /** Whether it was made by this call; otherwise its key, or its task, was there before. */
  readonly isNew: boolean
  readonly warnings: ReadonlyArray<string>
}

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
    readonly record: (id: string) => Effect.Effect<Record, UnknownGeneration | StoreError>
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
     * @param only generations that may be driven; others keep their places. Default: all
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
  const inputs = yield* Inputs
  const lock = yield* Lock
  const sha256 = yield* Digest.Sha256
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

  const ofKey = Effect.fnUntraced(function* (owner: string, key: string, digest: string) {
    const generation = yield* store.byKey(owner, key)
    if (generation === undefined || generation.digest === digest) return generation
    return yield* new KeyReused({ key, id: generation.id })
  })

  const submit: Engine["Service"]["submit"] = Effect.fnUntraced(function* (request) {
    const { account, key, owner = "", remakes = 1 } = request
    const choice = providers.forModel(request.model, account)
    if (choice === undefined) return yield* unknownModel(providers, request)
    const { model, provider } = choice
    const { digest, input, warnings } = yield* prepare(provider, model, request.input).pipe(
      Effect.provideService(Digest.Sha256, sha256),
    )
    const before = key === undefined ? undefined : yield* ofKey(owner, key, digest)
    if (before !== undefined) return { generation: before, isNew: false, warnings }
    const kept = yield* inputs.setAside(input)
    while (true) {
      const now = yield* Clock.currentTimeMillis
      const generation: Generation = {
        ...blank(provider, now),
        model: model.id,
        digest,
        owner,
        cohort: cohortFor(provider, cohortOf(model, input)),
        state: "queued",
        dueAt: now,
        remakes,
      }
      const outcome = yield* writer.write({
        _tag: "Insert",
        generation,
        input: kept.input,
        files: kept.files,
        ...(key === undefined ? {} : { key }),
        event: { version: 1, at: now, kind: "accepted", message: "accepted; nothing is sent yet" },
      })
      if (outcome === "written") {
        seen(generation)
        return { generation, isNew: true, warnings }
      }
      // Somebody was faster with the same key.
      const faster = key === undefined ? undefined : yield* ofKey(owner, key, digest)
      if (faster !== undefined) return { generation: faster, isNew: false, warnings }
    }
  })

  const adopt: Engine["Service"]["adopt"] = Effect.fn("Engine.adopt")(function* (
    ref,
    { owner = "" } = {},
  ) {
    const provider = yield* ownerOf(providers, ref)
    const before = yield* store.byTask(ref)
    if (before?.task?.ref?.taskId === ref.taskId) {
      return { generation: before, isNew: false, warnings: [] }
    }
    const now = yield* Clock.currentTimeMillis
    const started = blank(provider, now)
    const generation: Generation = {
      ...started,
      model: ref.model,
      digest: "unknown",
      owner,
      cohort: cohortFor(provider, ref.model),
      state: "running",
      dueAt: now,
      // What it was asked for is not known here, so it cannot be made again.
      remakes: 0,
      task: {
        number: 1,
        token: started.stamp,
        state: "running",
        attempt: 1,
        sentAt: Date.parse(ref.submittedAt),
        ref,
      },
    }
    const message = `taken over by its handle: task ${ref.taskId}`
    yield* writer.write({
      _tag: "Insert",
      generation,
      input: null,
      event: { version: 1, at: now, kind: "accepted", message },
    })
    seen(generation)
    return { generation, isNew: true, warnings: [] }
  })

  const settle: Engine["Service"]["settle"] = Effect.fn("Engine.settle")(function* (id, how) {
    const generation = yield* get(id)
    if (how._tag === "Found") {
      const { ref } = how
      const foreign = refusal(ref, {
        id: generation.provider,
        account: generation.account,
        key: generation.accountKey,
      })
      if (foreign !== undefined) {
        return yield* new TaskError({
          provider: generation.provider,
          account: generation.account,
          model: generation.model,
          operation: "poll",
          reason: foreign,
          ref,
        })
      }
      const no = (why: string) => new NotNow({ id: generation.id, state: generation.state, why })
      if (ref.model !== generation.model) {
        return yield* no(`it asks for ${generation.model}, and that task is of ${ref.model}`)
      }
      const other = yield* store.byTask(ref)
      if (other !== undefined && other.id !== generation.id) {
        return yield* no(`task ${ref.taskId} belongs to generation ${other.id}`)
      }
    }
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

  const startedAt = yield* Clock.currentTimeMillis

  const isOver = (generation: Generation, now: number): boolean => {
    const { accountKey, dueAt, provider, state, task, updatedAt } = generation
    if (state !== "undecided") return hasEnded(state)
    const canLook = providers.all.some(
      (one) => one.id === provider && one.key === accountKey && one.find !== undefined,
    )
    if (dueAt === undefined || !canLook) return true
    const sentAt = task?.sentAt ?? 0
    return now > Math.max(sentAt + listedMillis, Math.max(updatedAt, startedAt) + lookMillis)
  }

  const settled: Engine["Service"]["settled"] = (id) =>
    Effect.scoped(
      Effect.gen(function* () {
        const news = yield* PubSub.subscribe(hub)
        const first = yield* get(id)
        let generation = first
        while (!isOver(generation, yield* Clock.currentTimeMillis)) {
          // Not every change reaches every listener: what is in the store is looked at now and then.
          yield* Stream.fromSubscription(news).pipe(
            Stream.filter((one) => one.id === first.id),
            Stream.take(1),
            Stream.runDrain,
            Effect.timeoutOption(lookAgainMillis),
          )
          generation = yield* get(first.id)
        }
        return generation
      }),
    )

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
    adopt,
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
    settled,
    isMoving: (generation) =>
      Effect.map(Clock.currentTimeMillis, (now) => !isOver(generation, now)),
    changes: Stream.fromPubSub(hub),
    drive,
    stats: store.stats,
    trouble: writer.trouble,
  })
})

export const layer = (options?: Options) => Layer.effect(Engine, make(options))

/** Milliseconds. */
const lookAgainMillis = 5_000

/** Milliseconds after a submit in which the provider may still begin to list its task. */
const listedMillis = 60_000

/** Milliseconds in which whoever drives has looked for a task, however long ago it was sent. */
const lookMillis = 10_000

/** Accounts that differ only by their name are one. */
const distinct = (all: ReadonlyArray<Provider>): ReadonlyArray<Provider> => [
  ...new Map(all.map((provider) => [`${provider.id} ${provider.key}`, provider])).values(),
]

/** An account learns by itself: one may be a simulator, whose minutes are seconds. */
const cohortFor = ({ key }: Provider, name: string): string => `${key} ${name}`

const blank = ({ account, id, key }: Provider, now: number) => ({
  id: generationId(),
  stamp: crypto.randomUUID(),
  version: 1,
  provider: id,
  account,
  accountKey: key,
  createdAt: now,
  updatedAt: now,
  cancel: "no" as const,
})

const unknownModel = ({ all }: Providers["Service"], { account, model }: Request) =>
  new UnknownModel({
    model,
    ...(account === undefined ? {} : { account }),
    known: all
      .filter((one) => account === undefined || one.account === account)
      .flatMap((one) => one.models.map(({ id }) => id)),
  })

/** The account whose key made the task. */
const ownerOf = Effect.fnUntraced(function* (providers: Providers["Service"], ref: TaskRef) {
  const provider = providers.forRef(ref)
  const owner = provider ?? { id: ref.provider, account: "none", key: "none" }
  const foreign = refusal(ref, owner)
  if (provider !== undefined && foreign === undefined) return provider
  return yield* new TaskError({
    provider: owner.id,
    account: owner.account,
    model: ref.model,
    operation: "poll",
    reason: foreign ?? new ForeignHandle({ expected: "an account here", given: ref.provider }),
    ref,
  })
})

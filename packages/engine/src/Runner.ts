/**
 * Drives generations: what is due gets its call, what was observed is decided and written, and a
 * submit leaves only after its mark is on the disk. Owns order, limits and fairness; every rule about
 * money is `decide`'s. A generation that waits is an entry in a map and a time in a heap: no fiber,
 * no promise. It drives the accounts that it is told to; that nobody else does, others see to.
 */
import { type AnyModel, check, type Timing, timingFor } from "@zoetrope/core/Model"
import type { Prepared, Provider } from "@zoetrope/core/Provider"
import { CancelRefused } from "@zoetrope/core/Reason"
import { Cause, Clock, Context, Effect, Exit, Latch, Layer, Result, type Scope } from "effect"
import type { Decision } from "./Decision.ts"
import { type Generation, hasEnded } from "./Generation.ts"
import { Inputs, InputsError } from "./Inputs.ts"
import * as Experience from "./internal/experience.ts"
import * as DueTimes from "./internal/DueTimes.ts"
import type { Account, Entry } from "./internal/Entry.ts"
import * as Group from "./internal/Group.ts"
import { errorOf, guarded } from "./internal/guarded.ts"
import * as Recording from "./internal/recording.ts"
import * as SteadyClock from "./internal/SteadyClock.ts"
import { Keep } from "./Keep.ts"
import { type Action, nextAction } from "./nextAction.ts"
import type { Observation } from "./Observation.ts"
import { Store, type StoreError } from "./Store.ts"
import { Writer } from "./Writer.ts"

export class Runner extends Context.Service<
  Runner,
  {
    /**
     * Takes up everything of this account that lives in the store, and goes on with whatever comes.
     * Whoever marked a submit before is taken to be gone, so nobody else may drive the account.
     *
     * @param only generations that may be driven; others keep their places. Default: all
     */
    readonly drive: (
      provider: Provider,
      only?: (generation: Generation) => boolean,
    ) => Effect.Effect<void, StoreError>
    /** Looks at a row that somebody else has recorded or changed; of an account that is not driven, nothing comes of it. */
    readonly adopt: (generation: Generation) => void
    /** It exists no more. */
    readonly forget: (id: string) => void
    /** Decides and records what was observed elsewhere: a person's wish, a provider's callback. */
    readonly observe: (generation: Generation, observation: Observation) => Effect.Effect<Decision>
    /** Which version of it is driven here. */
    readonly versionOf: (id: string) => number | undefined
    /** Generations that are driven and have not ended. */
    readonly driven: Effect.Effect<number>
  }
>()("@zoetrope/engine/Runner") {}

export interface Options {
  /** Submits on the wire at once: as many may be undecided after a power cut. Default 6. */
  readonly submits?: number | undefined
  /** Polls, look-ups and cancels on the wire at once. Default 64. */
  readonly calls?: number | undefined
  /** Videos fetched at once. Default 4. */
  readonly fetches?: number | undefined
  /** Where the provider may report changes of this one task; must be hard to guess. Default: nowhere. */
  readonly callbackUrl?: ((task: { id: string; token: string }) => string | undefined) | undefined
  /** Told each row that this runner has written or read anew; it must be quick. */
  readonly seen?: ((generation: Generation) => void) | undefined
  /** Told each call as it starts; it must be quick. */
  readonly onCall?: ((call: Call) => void) | undefined
}

/** A call at a provider, or of a video, as it starts. */
export interface Call {
  readonly action: Exclude<Action, "rest">
  readonly generation: Generation
  /** Milliseconds since it was due: its place in line, and what this machine was late. */
  readonly lateMillis: number
}

/** Drives nothing until it is told an account, and then until its scope closes. */
export const make: (
  options?: Options,
) => Effect.Effect<Runner["Service"], never, Store | Writer | Inputs | Keep | Scope.Scope> =
  Effect.fnUntraced(function* ({
    callbackUrl,
    calls = 64,
    fetches = 4,
    onCall,
    seen = () => {},
    submits = 6,
  } = {}) {
    const store = yield* Store
    const record = Recording.make(store, yield* Writer)
    const inputs = yield* Inputs
    const { keep } = yield* Keep
    const scope = yield* Effect.scope
    const clock = SteadyClock.make(yield* Clock.Clock)
    const driven = new Map<string, Driven>()
    const experience = Experience.make(store)
    const awake = Latch.makeUnsafe(true)
    const due = DueTimes.make()
    const entries = new Map<string, Entry>()
    const groups = new Map<string, Group.Group>()
    const toFetch: Array<string> = []
    const free = { submits, calls, fetches }

    const accountOf = (generation: Generation): Account | undefined => {
      const { only, provider } = driven.get(nameOf(generation)) ?? {}
      const model = provider?.models.find(({ id }) => id === generation.model)
      if (provider === undefined || only === undefined || model === undefined) return undefined
      const key = `${provider.id} ${provider.key} ${model.limitGroup}`
      const group = groups.get(key) ?? Group.make(model.limits)
      groups.set(key, group)
      return { provider, model, group, mayDrive: only(generation) }
    }

    const schedule = (entry: Entry, dueAt: number | undefined, writtenAt?: number): void => {
      entry.due = dueAt === undefined ? undefined : clock.fromUtc(dueAt, writtenAt)
      if (entry.due === undefined) return
      due.add(entry.generation.id, entry.due)
      awake.openUnsafe()
    }

    const hold = (generation: Generation, { group, model }: Account): void => {
      const until = Group.placeUntil(generation, timingOf(model, generation).longest)
      const { id, updatedAt } = generation
      Group.hold(group, id, until === undefined ? undefined : clock.fromUtc(until, updatedAt))
    }

    const adopt = (generation: Generation): Entry | undefined => {
      const known = entries.get(generation.id)
      if (known !== undefined && generation.version <= known.generation.version) return known
      const account = accountOf(generation)
      if (account === undefined) return undefined
      hold(generation, account)
      if (!account.mayDrive) {
        awake.openUnsafe()
        return undefined
      }
      const entry: Entry = known ?? newEntry(generation)
      entry.generation = generation
      const { ref } = generation.task ?? {}
      if (ref !== undefined && ref.taskId !== entry.task?.id) {
        const since = clock.fromUtc(Date.parse(ref.submittedAt), generation.updatedAt)
        entry.task = { id: ref.taskId, since, ran: 0 }
      }
      if (hasEnded(generation.state)) entries.delete(generation.id)
      else entries.set(generation.id, entry)
      schedule(entry, generation.dueAt, generation.updatedAt)
      // Last, since whoever waits goes on at once: its place may be another's now.
      awake.openUnsafe()
      return entry
    }

    const forget = (id: string): void => {
      entries.delete(id)
      for (const group of groups.values()) Group.hold(group, id, undefined)
      awake.openUnsafe()
    }

    /** What was observed, decided and recorded; the entry goes on from there. */
    const settle = Effect.fnUntraced(function* (entry: Entry, observation: Observation) {
      const { decision, generation } = yield* record(entry.generation, observation)
      if (generation === undefined) forget(entry.generation.id)
      else {
        if (generation !== entry.generation) seen(generation)
        adopt(generation)
      }
      if (decision._tag === "Keep") schedule(entry, decision.dueAt)
      return decision
    })

    const observe = Effect.fnUntraced(function* (generation: Generation, observation: Observation) {
      const entry = adopt(generation) ?? newEntry(generation)
      return yield* settle(entry, observation)
    })

    const learntOf = ({ generation }: Entry, { model }: Account) =>
      experience.learnt(generation.cohort, timingOf(model, generation))

    /** What is asked of the provider, with the bytes that were set aside. */
    const preparedOf = Effect.fnUntraced(function* (
      { model, provider }: Account,
      { digest, id }: Generation,
    ) {
      const kept = yield* store.input(id)
      const given = yield* kept === undefined
        ? new InputsError({ why: "what was asked for is not in the store" })
        : inputs.restore(kept)
      return Result.mapBoth(check(model, given), {
        onSuccess: ({ input, warnings }): Prepared => ({ model, input, digest, warnings }),
        onFailure: (reason) => errorOf(provider, "submit", reason),
      })
    })

    /** Uninterruptible: who has marked it sends it, and who has sent it reads the answer and records it. */
    const submit = Effect.fnUntraced(function* (entry: Entry, account: Account, release: Release) {
      const prepared = yield* preparedOf(account, entry.generation).pipe(
        Effect.catchTag("InputsError", ({ why }) =>
          Effect.as(settle(entry, { _tag: "Hindered", why, inMillis: hinderedMillis }), undefined),
        ),
      )
      if (prepared === undefined) return
      // Now, since nothing that may fail shall stand between the answer and its record.
      const learnt = yield* learntOf(entry, account)
      const marked = yield* settle(entry, { _tag: "Turn" })
      const task = marked._tag === "Write" ? marked.change.task : undefined
      if (task === undefined) return
      const exit = yield* Effect.fromResult(prepared).pipe(
        Effect.flatMap((ready) => {
          const address = callbackUrl?.({ id: entry.generation.id, token: task.token })
          const carried = address === undefined ? {} : { callbackUrl: address }
          return account.provider.submit({ ...ready, ...carried, key: task.token })
        }),
        Effect.result,
        Effect.exit,
      )
      release()
      if (Exit.isFailure(exit)) {
        yield* Effect.logError("a submit ended in a way that no provider should", exit.cause)
        yield* settle(entry, { _tag: "Orphaned" })
        return
      }
      const answer = exit.value
      if (Result.isFailure(answer) && answer.failure.reason._tag === "ConcurrencyLimited") {
        Group.lower(account.group, clock.now())
      }
      yield* settle(entry, { _tag: "Answered", task, answer, learnt })
    }, Effect.uninterruptible)

    const poll = Effect.fnUntraced(function* (entry: Entry, account: Account, release: Release) {
      const ref = entry.generation.task?.ref
      if (ref === undefined) return
      const { provider } = account
      const answer = yield* Effect.result(guarded(provider, "poll", provider.poll(ref)))
      release()
      entry.failures = Result.isFailure(answer) ? entry.failures + 1 : 0
      const learnt = yield* learntOf(entry, account)
      const ageSeconds = Math.max(0, clock.now() - (entry.task?.since ?? 0)) / 1000
      const ranSeconds = entry.task?.ran ?? 0
      const decision = yield* settle(entry, {
        _tag: "Polled",
        provider,
        learnt,
        ref,
        answer,
        ageSeconds,
        ranSeconds,
        failures: entry.failures,
      })
      if (decision._tag === "Write" && decision.change.duration !== undefined) {
        experience.add(entry.generation.cohort, decision.change.duration)
      }
      const isRunning = Result.isSuccess(answer) && stillRuns.has(answer.success.state._tag)
      if (isRunning && entry.task?.id === ref.taskId) entry.task.ran = ageSeconds
    })

    const look = Effect.fnUntraced(function* (entry: Entry, account: Account, release: Release) {
      const { provider } = account
      const { find } = provider
      const { task } = entry.generation
      if (find === undefined || task === undefined) return
      const found = yield* preparedOf(account, entry.generation).pipe(
        Effect.flatMap(Effect.fromResult),
        Effect.flatMap((ready) =>
          guarded(
            provider,
            "find",
            find({ ...ready, key: task.token }, new Date(task.sentAt).toISOString()),
          ),
        ),
        Effect.result,
      )
      release()
      if (Result.isFailure(found)) {
        // A search that failed has found nothing out.
        schedule(entry, (yield* Clock.currentTimeMillis) + searchAgainMillis)
        return
      }
      yield* settle(entry, { _tag: "Looked", task, found: found.success })
    })

    const cancel = Effect.fnUntraced(function* (entry: Entry, account: Account, release: Release) {
      const { provider } = account
      const ref = entry.generation.task?.ref
      if (ref === undefined) return
      const reason = new CancelRefused({ detail: "this provider has no way to cancel a task" })
      const answer = yield* Effect.result(
        provider.cancel === undefined
          ? Effect.fail(errorOf(provider, "cancel", reason))
          : guarded(provider, "cancel", provider.cancel(ref)),
      )
      release()
      yield* settle(entry, { _tag: "CancelAnswered", answer })
    })

    const fetch = Effect.fnUntraced(function* (entry: Entry, release: Release) {
      const outputs = entry.generation.task?.outputs
      if (outputs === undefined) return
      const kept = yield* Effect.result(keep(entry.generation, outputs))
      release()
      if (Result.isSuccess(kept)) {
        yield* settle(entry, { _tag: "Kept", artifacts: kept.success })
      } else {
        const { deadLink, inMillis, why } = kept.failure
        yield* settle(entry, { _tag: "NotKept", why, deadLink, inMillis })
      }
    })

    const tellCall = ({ due: since, generation }: Entry): void => {
      const action = nextAction(generation)
      if (onCall === undefined || action === "rest") return
      onCall({ action, generation, lateMillis: Math.max(0, clock.now() - (since ?? 0)) })
    }

    /** An action with its slot, which it gives back as soon as its call is over. */
    const started = <E>(
      entry: Entry,
      slot: keyof typeof free,
      run: (release: Release) => Effect.Effect<void, E>,
    ): Effect.Effect<void> => {
      free[slot] -= 1
      entry.isBusy = true
      tellCall(entry)
      let isHeld = true
      const release = () => {
        if (isHeld) free[slot] += 1
        isHeld = false
        awake.openUnsafe()
      }
      return run(release).pipe(
        Effect.catchCause((cause) =>
          Cause.hasInterruptsOnly(cause)
            ? Effect.void
            : Effect.andThen(
                Effect.logWarning("it will be tried again", cause),
                Effect.map(Clock.currentTimeMillis, (now) => schedule(entry, now + againMillis)),
              ),
        ),
        Effect.ensuring(
          Effect.sync(() => {
            entry.isBusy = false
            const account = accountOf(entry.generation)
            if (account !== undefined) hold(entry.generation, account)
            // What became due meanwhile was passed over.
            if (entries.get(entry.generation.id) === entry && entry.due !== undefined) {
              due.add(entry.generation.id, entry.due)
            }
            release()
          }),
        ),
      )
    }

    const lineUp = (entry: Entry): void => {
      const { createdAt, id } = entry.generation
      const action = nextAction(entry.generation)
      const { group, provider } = accountOf(entry.generation) ?? {}
      // An account that this program does not have: its generations rest.
      if (group === undefined || action === "rest" || action === entry.inLine) return
      if (action === "look" && provider?.find === undefined) return
      entry.inLine = action
      if (action === "turn") Group.line(group, { id, createdAt })
      else if (action === "fetch") toFetch.push(id)
      else group.calls.push(id)
    }

    /** The entry comes out of its line, if what it stood there for still is what it needs. */
    const called = (id: string, isFor: (action: Action) => boolean): Entry | undefined => {
      const entry = entries.get(id)
      if (entry === undefined || entry.isBusy || entry.inLine === undefined) return undefined
      if (!isFor(entry.inLine)) return undefined
      entry.inLine = undefined
      if (isFor(nextAction(entry.generation))) return entry
      lineUp(entry)
      return undefined
    }

    /** One call of this group, if it may have one now. */
    const oneOf = (group: Group.Group, now: number): Effect.Effect<void> | undefined => {
      // Time is in whole milliseconds here: an account may have more than one call in each.
      if (group.nextCall >= now + 1) return undefined
      while (group.turns.length > 0 && free.submits > 0 && Group.hasPlace(group, now)) {
        const entry = called(group.turns.shift()?.id ?? "", (action) => action === "turn")
        const account = entry && accountOf(entry.generation)
        if (entry === undefined || account === undefined) continue
        Group.call(group, now)
        Group.hold(group, entry.generation.id, Infinity)
        return started(entry, "submits", (release) => submit(entry, account, release))
      }
      while (group.calls.length > 0 && free.calls > 0) {
        const entry = called(group.calls.shift() ?? "", (action) => action in callOf)
        const account = entry && accountOf(entry.generation)
        if (entry === undefined || account === undefined) continue
        Group.call(group, now)
        const action = nextAction(entry.generation)
        const run = action === "look" ? look : action === "cancel" ? cancel : poll
        return started(entry, "calls", (release) => run(entry, account, release))
      }
      return undefined
    }

    /** Everything that can be started now: one call of each group in turn, so that none waits for another's crowd. */
    function* starting(now: number): Generator<Effect.Effect<void>> {
      for (let one = due.take(now); one !== undefined; one = due.take(now)) {
        const entry = entries.get(one.id)
        if (entry !== undefined && !entry.isBusy && entry.due === one.at) lineUp(entry)
      }
      while (toFetch.length > 0 && free.fetches > 0) {
        const entry = called(toFetch.shift() ?? "", (action) => action === "fetch")
        if (entry !== undefined) yield started(entry, "fetches", (release) => fetch(entry, release))
      }
      for (const [key, group] of groups) {
        const one = oneOf(group, now)
        if (one === undefined) continue
        // Who was served stands last, and is reached again in this same walk.
        groups.delete(key)
        groups.set(key, group)
        yield one
      }
    }

    const run = Effect.gen(function* () {
      while (true) {
        awake.closeUnsafe()
        const now = clock.now()
        for (const one of starting(now)) yield* Effect.forkIn(one, scope)
        const times = [...groups.values()].map((group) => Group.nextChange(group, now))
        const next = Math.min(due.next() ?? Infinity, ...times)
        yield* next === Infinity
          ? awake.await
          : Effect.timeoutOption(awake.await, Math.max(1, Math.ceil(next - now)))
      }
    })

    const drive = Effect.fnUntraced(function* (
      provider: Provider,
      only: (generation: Generation) => boolean = () => true,
    ) {
      const name = { provider: provider.id, accountKey: provider.key }
      // First, so that nothing can be recorded between the two and be missed.
      driven.set(nameOf(name), { provider, only })
      for (const generation of yield* store.live(name)) {
        const entry = adopt(generation)
        // Whoever had marked it is gone, unless it was marked here just now.
        if (
          generation.state === "submitting" &&
          entry?.generation === generation &&
          !entry.isBusy
        ) {
          yield* Effect.forkIn(settle(entry, { _tag: "Orphaned" }), scope)
        }
      }
    })
    yield* Effect.forkIn(run, scope)

    return Runner.of({
      drive,
      adopt: (generation) => void adopt(generation),
      forget,
      observe,
      versionOf: (id) => entries.get(id)?.generation.version,
      driven: Effect.sync(() => entries.size),
    })
  })

export const layer = (options?: Options) => Layer.effect(Runner, make(options))

interface Driven {
  readonly provider: Provider
  readonly only: (generation: Generation) => boolean
}

const nameOf = ({ accountKey, provider }: Pick<Generation, "accountKey" | "provider">): string =>
  `${provider} ${accountKey}`

const newEntry = (generation: Generation): Entry => ({
  generation,
  due: undefined,
  inLine: undefined,
  isBusy: false,
  failures: 0,
  task: undefined,
})

type Release = () => void

/** Milliseconds after which an action that failed by itself is tried again. */
const againMillis = 5_000

/** Milliseconds until a search that failed is made again. */
const searchAgainMillis = 15_000

/** Milliseconds until an input that could not be read is tried again. */
const hinderedMillis = 30_000

const stillRuns: ReadonlySet<string> = new Set(["Queued", "Running"])

const callOf = { poll: true, look: true, cancel: true }

const timingOf = (model: AnyModel, { task }: Generation): Timing =>
  task?.ref === undefined ? model.timing : timingFor(model, task.ref)

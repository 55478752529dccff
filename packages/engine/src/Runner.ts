/**
 * Drives generations: what is due gets its call, what was observed is decided and written, and a
 * submit leaves only after its mark is on the disk. Owns order, limits and fairness; every rule about
 * money is `decide`'s. A generation that waits is an entry in a map and a time in a heap: no fiber,
 * no promise. One runner drives one store at a time; who drives is not decided here.
 */
import { type AnyModel, check, type Timing, timingFor } from "@zoetrope/core/Model"
import type { Prepared } from "@zoetrope/core/Provider"
import { Providers } from "@zoetrope/core/Providers"
import { CancelRefused } from "@zoetrope/core/Reason"
import type { TaskError } from "@zoetrope/core/TaskError"
import {
  Cause,
  Clock,
  Context,
  Effect,
  Exit,
  Latch,
  Layer,
  Random,
  Result,
  Schedule,
  type Scope,
} from "effect"
import { decide } from "./decide.ts"
import type { Decision } from "./Decision.ts"
import { type Generation, hasEnded } from "./Generation.ts"
import * as DueTimes from "./internal/DueTimes.ts"
import type { Account, Entry } from "./internal/Entry.ts"
import * as Group from "./internal/Group.ts"
import { errorOf, guarded } from "./internal/guarded.ts"
import { Keep } from "./Keep.ts"
import { type Action, nextAction } from "./nextAction.ts"
import type { Observation } from "./Observation.ts"
import { Store, type StoreError } from "./Store.ts"
import { Writer } from "./Writer.ts"

export class Runner extends Context.Service<
  Runner,
  {
    /** Drives a row that somebody else has recorded or changed. */
    readonly adopt: (generation: Generation) => void
    /** Decides and records what was observed elsewhere: a person's wish, a provider's callback. */
    readonly observe: (generation: Generation, observation: Observation) => Effect.Effect<Decision>
    /** Generations that have not ended. */
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
}

/** Takes up everything that lives in the store, and goes on until its scope closes. */
export const make: (
  options?: Options,
) => Effect.Effect<Runner["Service"], StoreError, Store | Writer | Providers | Keep | Scope.Scope> =
  Effect.fnUntraced(function* ({ calls = 64, fetches = 4, submits = 6 } = {}) {
    const store = yield* Store
    const writer = yield* Writer
    const providers = yield* Providers
    const { keep } = yield* Keep
    const scope = yield* Effect.scope
    const awake = Latch.makeUnsafe(true)
    const due = DueTimes.make()
    const entries = new Map<string, Entry>()
    const groups = new Map<string, Group.Group>()
    const toFetch: Array<string> = []
    const free = { submits, calls, fetches }

    const accountOf = (generation: Generation): Account | undefined => {
      const provider = providers.all.find(
        ({ account, id }) => id === generation.provider && account === generation.account,
      )
      const model = provider?.models.find(({ id }) => id === generation.model)
      if (provider === undefined || model === undefined) return undefined
      const key = `${provider.id} ${provider.key} ${model.limitGroup}`
      const group = groups.get(key) ?? Group.make(model.limits)
      groups.set(key, group)
      return { provider, model, group }
    }

    const schedule = (entry: Entry, dueAt: number | undefined): void => {
      entry.dueAt = dueAt
      if (dueAt === undefined) return
      due.add(entry.generation.id, dueAt)
      awake.openUnsafe()
    }

    const hold = (generation: Generation): void => {
      const account = accountOf(generation)
      if (account === undefined) return
      const { longest } = timingOf(account.model, generation)
      Group.hold(account.group, generation.id, Group.placeUntil(generation, longest))
    }

    const adopt = (generation: Generation): Entry => {
      const known = entries.get(generation.id)
      if (known !== undefined && generation.version <= known.generation.version) return known
      const entry: Entry = known ?? {
        generation,
        dueAt: undefined,
        inLine: undefined,
        isBusy: false,
        failures: 0,
      }
      entry.generation = generation
      hold(generation)
      if (hasEnded(generation.state)) entries.delete(generation.id)
      else entries.set(generation.id, entry)
      schedule(entry, generation.dueAt)
      awake.openUnsafe()
      return entry
    }

    /** Decides until a decision stands: who came too late reads the row, and decides anew. */
    const settle = Effect.fnUntraced(function* (given: Entry, observation: Observation) {
      let entry = given
      while (true) {
        const moment = {
          now: yield* Clock.currentTimeMillis,
          random: yield* Random.next,
          stamp: crypto.randomUUID(),
        }
        const decision = decide(moment, entry.generation, observation)
        if (decision._tag === "Keep") schedule(entry, decision.dueAt)
        if (decision._tag !== "Write") return decision
        const { change } = decision
        if ((yield* writer.write({ _tag: "Change", change })) === "written") {
          adopt(change.generation)
          return decision
        }
        // What was observed may be the answer of a submit that was paid: it outlives a store that is away.
        const current = yield* store
          .get(entry.generation.id)
          .pipe(Effect.retry(storePause), Effect.orDie)
        if (current === undefined) {
          entries.delete(entry.generation.id)
          const gone: Decision = { _tag: "Refuse", why: "it does not exist any more" }
          return gone
        }
        entry = adopt(current)
      }
    })

    const preparedOf = ({ model, provider }: Account, { digest, id }: Generation) =>
      Effect.map(store.input(id), (given): Result.Result<Prepared, TaskError> =>
        Result.mapBoth(check(model, given), {
          onSuccess: ({ input, warnings }) => ({ model, input, digest, warnings }),
          onFailure: (reason) => errorOf(provider, "submit", reason),
        }),
      )

    /** Uninterruptible: who has marked it sends it, and who has sent it reads the answer and records it. */
    const submit = Effect.fnUntraced(function* (entry: Entry, account: Account, release: Release) {
      const prepared = yield* preparedOf(account, entry.generation)
      const marked = yield* settle(entry, { _tag: "Turn" })
      const task = marked._tag === "Write" ? marked.change.task : undefined
      if (task === undefined) return
      const exit = yield* Effect.fromResult(prepared).pipe(
        Effect.flatMap((ready) => account.provider.submit({ ...ready, key: task.token })),
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
        Group.lower(account.group, yield* Clock.currentTimeMillis)
      }
      yield* settle(entry, { _tag: "Answered", task, answer })
    }, Effect.uninterruptible)

    const poll = Effect.fnUntraced(function* (entry: Entry, account: Account, release: Release) {
      const ref = entry.generation.task?.ref
      if (ref === undefined) return
      const { provider } = account
      const answer = yield* Effect.result(guarded(provider, "poll", provider.poll(ref)))
      release()
      entry.failures = Result.isFailure(answer) ? entry.failures + 1 : 0
      const timing = timingOf(account.model, entry.generation)
      yield* settle(entry, {
        _tag: "Polled",
        provider,
        timing,
        ref,
        answer,
        failures: entry.failures,
      })
    })

    const look = Effect.fnUntraced(function* (entry: Entry, account: Account, release: Release) {
      const { provider } = account
      const { find } = provider
      const { task } = entry.generation
      if (find === undefined || task === undefined) return
      const prepared = yield* preparedOf(account, entry.generation)
      const found = yield* Effect.fromResult(prepared).pipe(
        Effect.flatMap((ready) =>
          guarded(
            provider,
            "find",
            find({ ...ready, key: task.token }, new Date(task.sentAt).toISOString()),
          ),
        ),
        // A search that failed found nothing; it is made again.
        Effect.catch(() => Effect.undefined),
      )
      release()
      yield* settle(entry, { _tag: "Looked", task, found })
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

    /** An action with its slot, which it gives back as soon as its call is over. */
    const started = <E>(
      entry: Entry,
      slot: keyof typeof free,
      run: (release: Release) => Effect.Effect<void, E>,
    ): Effect.Effect<void> => {
      free[slot] -= 1
      entry.isBusy = true
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
            hold(entry.generation)
            release()
            // What became due meanwhile was passed over.
            if (entries.has(entry.generation.id)) schedule(entry, entry.dueAt)
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
      if (group.nextCall > now) return undefined
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
        if (entry !== undefined && !entry.isBusy && entry.dueAt === one.at) lineUp(entry)
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
        const now = yield* Clock.currentTimeMillis
        for (const one of starting(now)) yield* Effect.forkIn(one, scope)
        const times = [...groups.values()].map((group) => Group.nextChange(group, now))
        const next = Math.min(due.next() ?? Infinity, ...times)
        yield* next === Infinity
          ? awake.await
          : Effect.timeoutOption(awake.await, Math.max(1, Math.ceil(next - now)))
      }
    })

    for (const generation of yield* store.live) {
      const entry = adopt(generation)
      // Whoever had marked it is gone: only one runner drives.
      if (generation.state === "submitting") {
        yield* Effect.forkIn(settle(entry, { _tag: "Orphaned" }), scope)
      }
    }
    yield* Effect.forkIn(run, scope)

    return Runner.of({
      adopt: (generation) => void adopt(generation),
      observe: (generation, observation) => settle(adopt(generation), observation),
      driven: Effect.sync(() => entries.size),
    })
  })

export const layer = (options?: Options) => Layer.effect(Runner, make(options))

type Release = () => void

/** Milliseconds after which an action that failed by itself is tried again. */
const againMillis = 5_000

const storePause = Schedule.spaced("200 millis")

const callOf = { poll: true, look: true, cancel: true }

const timingOf = (model: AnyModel, { task }: Generation): Timing =>
  task?.ref === undefined ? model.timing : timingFor(model, task.ref)

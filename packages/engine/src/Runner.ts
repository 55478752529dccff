/**
 * Drives generations. A row says when it is due (`dueAt`) and what it needs then (`nextAction`); the
 * dispatcher says which call may start (`internal/Dispatcher.ts`), the call is made
 * (`internal/calls.ts`), and what it observed is decided and recorded (`internal/recording.ts`): the
 * row that comes of it is due anew. Every rule about money is `decide`'s. A generation that waits is
 * an entry in a map and a time in a heap. It drives the accounts that it is told to; that nobody else
 * does, others see to.
 */
import type { Provider } from "@zoetrope/core/Provider"
import { Cause, Clock, Effect, Latch, type Scope } from "effect"
import { type Generation, hasEnded } from "./Generation.ts"
import type { Inputs } from "./Inputs.ts"
import * as Accounts from "./internal/Accounts.ts"
import * as Calls from "./internal/calls.ts"
import * as Dispatcher from "./internal/Dispatcher.ts"
import * as Entry from "./internal/Entry.ts"
import * as Recording from "./internal/recording.ts"
import * as SteadyClock from "./internal/SteadyClock.ts"
import type { Keep } from "./Keep.ts"
import type { Action } from "./nextAction.ts"
import type { Observation } from "./Observation.ts"
import { Store, type StoreError } from "./Store.ts"
import { Writer } from "./Writer.ts"

/** Drives the generations of the accounts that it was told. `Engine.drive` makes one; programs have no need to. */
export interface Runner {
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
  /** Which version of it is driven here; `undefined` where none is, or none any more. */
  readonly versionOf: (id: string) => number | undefined
}

/** What it has on the wire at once, and whom it tells. */
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
) => Effect.Effect<Runner, never, Store | Writer | Inputs | Keep | Scope.Scope> = Effect.fnUntraced(
  function* ({
    callbackUrl = () => undefined,
    calls: mostCalls = 64,
    fetches = 4,
    onCall = () => {},
    seen = () => {},
    submits = 6,
  } = {}) {
    const store = yield* Store
    const record = Recording.make(store, yield* Writer)
    const scope = yield* Effect.scope
    const clock = SteadyClock.make(yield* Clock.Clock)
    const awake = Latch.makeUnsafe(true)
    const wake = () => void awake.openUnsafe()
    const entries = new Map<string, Entry.Entry>()
    const accounts = Accounts.make(clock)
    const slots = { submits, calls: mostCalls, fetches }
    const dispatcher = Dispatcher.make(entries, accounts.groups, slots, wake)

    const schedule = (entry: Entry.Entry, dueAt: number | undefined, writtenAt?: number): void =>
      dispatcher.schedule(entry, dueAt === undefined ? undefined : clock.fromUtc(dueAt, writtenAt))

    const adopt = (generation: Generation): Entry.Entry | undefined => {
      const known = entries.get(generation.id)
      if (known !== undefined && generation.version <= known.generation.version) return known
      const account = accounts.of(generation)
      if (account === undefined) return undefined
      accounts.hold(generation, account)
      if (!account.mayDrive) {
        wake()
        return undefined
      }
      const entry = known ?? Entry.make(generation, account)
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
      wake()
      return entry
    }

    const forget = (id: string): void => {
      entries.delete(id)
      accounts.forget(id)
      wake()
    }

    /** What was observed, decided and recorded; the entry goes on from there. */
    const settle = Effect.fnUntraced(function* (entry: Entry.Entry, observation: Observation) {
      const { decision, generation } = yield* record(entry.generation, observation)
      if (generation === undefined) forget(entry.generation.id)
      else {
        if (generation !== entry.generation) seen(generation)
        adopt(generation)
      }
      if (decision._tag === "Keep") schedule(entry, decision.dueAt)
      return decision
    })

    const again = (entry: Entry.Entry, inMillis: number): void =>
      dispatcher.schedule(entry, clock.now() + inMillis)

    const calls = yield* Calls.make({ settle, again, callbackUrl })

    /** A call with its slot. */
    const started = (start: Dispatcher.Start): Effect.Effect<void> => {
      const { action, entry, release } = start
      const { due = 0, generation } = entry
      onCall({ action, generation, lateMillis: Math.max(0, clock.now() - due) })
      return calls[action](start).pipe(
        Effect.catchCause((cause) =>
          Cause.hasInterruptsOnly(cause)
            ? Effect.void
            : Effect.andThen(
                Effect.logWarning("it will be tried again", cause),
                Effect.sync(() => again(entry, againMillis)),
              ),
        ),
        Effect.ensuring(
          Effect.sync(() => {
            // A turn that came to nothing gives its place back; who has ended or is gone has none.
            if (entries.get(generation.id) === entry) accounts.hold(entry.generation, entry.account)
            dispatcher.end(entry)
            release()
          }),
        ),
      )
    }

    const run = Effect.gen(function* () {
      while (true) {
        awake.closeUnsafe()
        const now = clock.now()
        for (const start of dispatcher.starts(now)) yield* Effect.forkIn(started(start), scope)
        const next = dispatcher.next(now)
        yield* next === Infinity
          ? awake.await
          : Effect.timeoutOption(awake.await, Math.max(1, Math.ceil(next - now)))
      }
    })
    yield* Effect.forkIn(run, scope)

    const drive = Effect.fnUntraced(function* (
      provider: Provider,
      only: (generation: Generation) => boolean = () => true,
    ) {
      // First, so that nothing can be recorded between the two and be missed.
      accounts.add(provider, only)
      const account = { provider: provider.id, accountKey: provider.key }
      for (const generation of yield* store.live(account)) {
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

    return {
      drive,
      adopt: (generation) => void adopt(generation),
      forget,
      versionOf: (id) => entries.get(id)?.generation.version,
    }
  },
)

/** Milliseconds after which a call that failed by itself is tried again. */
const againMillis = 5_000

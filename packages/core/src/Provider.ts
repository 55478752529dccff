/**
 * The contract that a vendor's package fills in: a plain value for one account, whose every method is
 * exactly one wire call. A provider never sleeps, never repeats and never decides; `Task` does.
 * A member that is absent is a capability that the vendor does not have.
 */
import { Effect } from "effect"
import type { AnyModel, Timing } from "./Model.ts"
import { TaskError } from "./TaskError.ts"
import { type Owner, refusal, type TaskRef } from "./TaskRef.ts"
import type { TaskState } from "./TaskState.ts"

/** An input that was checked against its model, ready to be submitted. Made by `Task.prepare`. */
export interface Prepared<Input = unknown> {
  readonly model: AnyModel
  readonly input: Input
  /** `Digest.ofInput`. */
  readonly digest: string
  readonly warnings: ReadonlyArray<string>
}

/** One start, to be paid once. */
export interface SubmitRequest<Input = unknown> extends Prepared<Input> {
  /**
   * Our own mark of this one start, never used for another. A provider that can carry it sends it
   * along, so that `find` can recognise the task after a lost answer.
   */
  readonly key: string
  /** Where the provider may report changes of state, if the program has such an address. */
  readonly callbackUrl?: string
}

export interface Submitted {
  readonly ref: TaskRef
  readonly requestId?: string
  readonly warnings: ReadonlyArray<string>
}

export interface Polled {
  readonly state: TaskState
  readonly requestId?: string
  readonly warnings: ReadonlyArray<string>
}

/** What `check` found out about an account, at no cost. */
export interface Health {
  readonly status:
    | "well"
    | "wrong-key"
    | "wrong-secret"
    | "wrong-token"
    | "skewed-clock"
    | "not-entitled"
    | "unreachable"
    | "unclear"
  /** In plain words, with what to do. Says "likely" where the provider's documents leave room. */
  readonly message: string
  /** Seconds that the provider's clock is ahead of ours, where the answer told. */
  readonly skewSeconds?: number
  readonly code?: string
  readonly requestId?: string
}

/** The provider took back a task. */
export interface CancelOutcome {
  /** In plain words, with what it costs. */
  readonly message: string
  readonly requestId?: string
}

/** What an account has left. */
export interface Credits {
  readonly remaining: number
  readonly rows: ReadonlyArray<{
    readonly name: string
    readonly remaining: number
    /** Tasks that may run at once, that do run, and that wait at the provider. */
    readonly concurrency?: {
      readonly limit: number
      readonly current: number
      readonly queued: number
    }
  }>
}

/** A request that came to our callback address, as it arrived. */
export interface CallbackRequest {
  readonly method: string
  /** Percent-encoded, as received. */
  readonly path: string
  /** What stood behind the `?`, as received, without it. */
  readonly query: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

/**
 * The provider's word that something changed. Never trusted alone: it is the reason to poll.
 */
export type CallbackVerdict =
  | {
      readonly _tag: "Genuine"
      /** Sent once: a receiver refuses a second request with the same one. */
      readonly nonce: string
      /** `SubmitRequest.key` of the start whose task it is about, where the request tells. */
      readonly key: string | undefined
      /** The state it names, for the log. */
      readonly state: string | undefined
    }
  | { readonly _tag: "Refused"; readonly why: string }

export interface Callbacks {
  /**
   * Sends nothing and remembers nothing. The time, and the age and haste that are still accepted (in
   * seconds, either way), are the receiver's.
   */
  readonly verify: (
    request: CallbackRequest,
    now: Date,
    toleranceSeconds: number,
  ) => Effect.Effect<CallbackVerdict>
}

export interface Provider {
  /** Of the vendor's API family, `volc-cv`. */
  readonly id: string
  /** Name of the account in this program. */
  readonly account: string
  /** `Digest.fingerprint` of the key id. */
  readonly key: string
  readonly models: ReadonlyArray<AnyModel>
  /**
   * Sends one submit. It is a payment: the caller has recorded it before, and repeats it only on a
   * verdict of `repeat`. Fails with `OutcomeUnknown` whenever acceptance is not disproved.
   */
  readonly submit: (request: SubmitRequest) => Effect.Effect<Submitted, TaskError>
  /**
   * Asks about a task once. What the answer says about the *task* is a state; a failure says only
   * that this *call* brought nothing, or that asking on is pointless (see its verdict).
   */
  readonly poll: (ref: TaskRef) => Effect.Effect<Polled, TaskError>
  /** Looks at key, clock and entitlement, at no cost. */
  readonly check: Effect.Effect<Health>
  /** Asks the provider to take a task back. Fails with `CancelRefused` where it will not. */
  readonly cancel?: (ref: TaskRef) => Effect.Effect<CancelOutcome, TaskError>
  /**
   * Looks for the task of an undecided submit by its key, among the tasks made since `sentAt` (ISO
   * 8601). Reads only, in as many calls as it takes. Absence proves nothing. It is asked only where
   * the `OutcomeUnknown` names the key, which says that the provider was told it.
   */
  readonly find?: (
    request: SubmitRequest,
    sentAt: string,
  ) => Effect.Effect<TaskRef | undefined, TaskError>
  /** What the account has left. */
  readonly credits?: Effect.Effect<Credits, TaskError>
  readonly callbacks?: Callbacks
}

/** The one way to make a provider value: a handle of another account is refused before any call. */
export const make = (provider: Provider): Provider => {
  const guarded =
    <A>(operation: "poll" | "cancel", call: (ref: TaskRef) => Effect.Effect<A, TaskError>) =>
    (ref: TaskRef) =>
      Effect.suspend(() => {
        const foreign = foreignHandle(provider, operation, ref)
        return foreign === undefined ? call(ref) : Effect.fail(foreign)
      })
  return {
    ...provider,
    poll: guarded("poll", provider.poll),
    ...(provider.cancel === undefined ? {} : { cancel: guarded("cancel", provider.cancel) }),
  }
}

const foreignHandle = (
  provider: Provider,
  operation: "poll" | "cancel",
  ref: TaskRef,
): TaskError | undefined => {
  const owner: Owner = provider
  const reason = refusal(ref, owner)
  return reason === undefined
    ? undefined
    : new TaskError({
        provider: provider.id,
        account: provider.account,
        model: ref.model,
        operation,
        reason,
        ref,
      })
}

/**
 * The same account with other times: of a simulator whose clock runs fast, say, where waiting as long
 * as for a real service has no use.
 */
export const withTiming = (provider: Provider, change: (timing: Timing) => Timing): Provider => ({
  ...provider,
  models: provider.models.map(({ timingOf, ...model }): AnyModel => {
    const retimed = { ...model, timing: change(model.timing) }
    return timingOf === undefined
      ? retimed
      : { ...retimed, timingOf: (query) => change(timingOf(query)) }
  }),
})

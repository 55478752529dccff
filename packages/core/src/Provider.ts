/**
 * The contract that a vendor's package fills in: a plain value for one account, whose every method is
 * exactly one wire call. A provider never sleeps, never repeats and never decides; `Task` does.
 * A member that is absent is a capability that the vendor does not have.
 */
import { Effect } from "effect"
import type { AnyModel } from "./Model.ts"
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
  readonly submit: (prepared: Prepared) => Effect.Effect<Submitted, TaskError>
  /**
   * Asks about a task once. What the answer says about the *task* is a state; a failure says only
   * that this *call* brought nothing, or that asking on is pointless (see its verdict).
   */
  readonly poll: (ref: TaskRef) => Effect.Effect<Polled, TaskError>
  /** Looks at key, clock and entitlement, at no cost. */
  readonly check: Effect.Effect<Health>
}

/** The one way to make a provider value: a handle of another account is refused before any call. */
export const make = (provider: Provider): Provider => ({
  ...provider,
  poll: (ref) =>
    Effect.suspend(() => {
      const foreign = foreignHandle(provider, ref)
      return foreign === undefined ? provider.poll(ref) : Effect.fail(foreign)
    }),
})

const foreignHandle = (provider: Provider, ref: TaskRef): TaskError | undefined => {
  const owner: Owner = provider
  const reason = refusal(ref, owner)
  return reason === undefined
    ? undefined
    : new TaskError({
        provider: provider.id,
        account: provider.account,
        model: ref.model,
        operation: "poll",
        reason,
        ref,
      })
}

/**
 * What a provider's half of the simulator is: a value that knows the provider's routes, its
 * authentication, its envelopes, codes and limits. Everything that is the same for every provider
 * (sockets, clock, task life, ledger, faults, files) is the simulator's own and reaches the dialect
 * as its `World`.
 *
 * A dialect never sleeps, keeps no timers and touches no socket.
 */
import type { Account } from "./Account.ts"
import type { Callback } from "./Callbacks.ts"
import type { Clock } from "./Clock.ts"
import type { Input } from "./Inputs.ts"
import type { LinkForm } from "./Links.ts"
import type { Pace, Task, TaskOrder } from "./Task.ts"
import type { Limits } from "./Tasks.ts"

export interface Dialect {
  /** The provider's name, as in `volc-cv`. */
  readonly name: string
  readonly models: ReadonlyArray<SimulatedModel>
  /** How long after its acceptance a task can be asked for, in seconds. */
  readonly retentionSeconds: number
  /** How long a result link lives, in seconds. */
  readonly linkSeconds: number
  /** How links tell their expiry; default `x-expires`. */
  readonly linkForm?: LinkForm
  /** Opens the provider's service in one running simulator; called once for each. */
  readonly open: (world: World) => Service
}

/** A model with what it does unless the simulator's options say otherwise. */
export interface SimulatedModel {
  /** The provider's own key for the model, by which faults and options name it. */
  readonly key: string
  readonly pace: Pace
  readonly limits: Limits
}

export interface Service {
  /** What a request asks for; `undefined` where the path is none of this provider's. */
  readonly route: (request: Received) => Call | undefined
  /** The answer that a fault orders in place of the real one, in the provider's own envelope. */
  readonly ordered: (order: Ordered, call: Call) => Answer
}

/** A request as it arrived. */
export interface Received {
  /** As sent, upper case. */
  readonly method: string
  /** Percent-encoded, as sent. */
  readonly path: string
  /** What stood behind the `?`, as sent, without it. */
  readonly query: string
  /** Lower-case names; values of a repeated header joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** The bytes that arrived: what a signature is judged by. */
  readonly body: Uint8Array
  /** When the first byte was read, on the monotonic clock in milliseconds. */
  readonly receivedAt: number
}

/** What faults are ordered for; they leave `other` alone. */
export type CallOperation = "submit" | "poll" | "cancel" | "list" | "credits" | "other"

export interface Call {
  readonly operation: CallOperation
  /** The provider's name of the operation, for the request log. */
  readonly name: string
  /** The provider's model key, where the request names a known one. */
  readonly model: string | undefined
  readonly request: Received
  /** Does what was asked. Called at most once; not at all when a fault keeps the request away. */
  readonly answer: () => Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** The task that this answer is about: the one accepted, or the one asked for. */
  readonly task?: Task | undefined
  /** Whose key signed, once that is proven. */
  readonly account?: string | undefined
  /** The provider's error code; absent on success. */
  readonly code?: string | undefined
}

/** What a fault may ask of a dialect: an HTTP status, one of its error codes, or a task state. */
export type Ordered =
  | { readonly _tag: "Status"; readonly status: number }
  | { readonly _tag: "Code"; readonly code: string }
  | { readonly _tag: "State"; readonly state: string }

/** What the simulator gives to a dialect. */
export interface World {
  readonly clock: Clock
  readonly accounts: ReadonlyArray<Account>
  /** What lies behind a media address. Only the simulator's own `/inputs/…` is ever read. */
  readonly input: (address: string) => FoundInput
  /** Whether there were too many calls to this model just now; counts the call. */
  readonly tooFast: (limitGroup: string, model: string) => boolean
  /** Whether there are as many tasks of this model under way as there may be. */
  readonly tooMany: (limitGroup: string, model: string) => boolean
  /** Records a task and starts its film; `undefined` when the simulator is full of unfinished ones. */
  readonly accept: (order: TaskOrder) => Task | undefined
  /** A task that this dialect accepted. */
  readonly task: (id: string) => Task | undefined
  /** Whether a task of this account was accepted before for the same input. */
  readonly acceptedBefore: (account: string, inputDigest: string) => boolean
  /** Ends a task whose turn has not come with this code; false where it is too late for that. */
  readonly cancel: (task: Task, code: string) => boolean
  /** Sends a callback about a task, where its address is on this machine. */
  readonly callBack: (task: Task, callback: Callback) => void
  /** A new signed link to a file of a finished task. */
  readonly link: (task: Task, to?: LinkTo) => string
}

export interface LinkTo {
  /** The name under which the file was ordered; default `filmName`. */
  readonly file?: string
  /** Simulated seconds; default as the dialect says. The simulator's own option comes first. */
  readonly seconds?: number
}

export type FoundInput =
  | { readonly _tag: "Own"; readonly input: Input }
  | { readonly _tag: "Missing" }
  /** Another host's address: never fetched. */
  | { readonly _tag: "Foreign" }

/** What can be learnt about a generation from outside: from its provider, from this machine, from a person. */
import type { CancelOutcome, Polled, Provider, Submitted } from "@zoetrope/core/Provider"
import type { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import type { Result } from "effect"
import type { Artifact, Task } from "./Generation.ts"
import type { Learnt } from "./Pacing.ts"

export type Observation =
  /** A place at the provider is free, and it is this generation's turn. */
  | { readonly _tag: "Turn" }
  /** The submit of this row was marked as sent, and was not sent: the generation had changed by then. */
  | { readonly _tag: "Withheld"; readonly task: Task }
  /** The submit of this row was answered, however late. */
  | {
      readonly _tag: "Answered"
      readonly task: Task
      readonly answer: Result.Result<Submitted, TaskError>
      /** When to poll first; absent: at once. */
      readonly learnt?: Learnt
    }
  /** The process that marked the submit is gone, or lost hold of it. */
  | {
      readonly _tag: "Orphaned"
      /** Default: the program ended before it had an answer. */
      readonly why?: string
    }
  /** The provider was searched for the task of an undecided submit. */
  | { readonly _tag: "Looked"; readonly task: Task; readonly found: TaskRef | undefined }
  | {
      readonly _tag: "Polled"
      readonly provider: Provider
      readonly learnt: Learnt
      readonly ref: TaskRef
      readonly answer: Result.Result<Polled, TaskError>
      /** Polls in a row that brought no answer, this one included. */
      readonly failures: number
      /** Seconds since the task was submitted, by a clock that nobody sets. */
      readonly ageSeconds: number
      /** At which age it was last seen to run; 0 where that is not known. */
      readonly ranSeconds: number
    }
  /** The provider has sent word that something changed: a reason to poll, and no more than that. */
  | { readonly _tag: "Nudged" }
  /** What was asked for cannot be read on this machine, so nothing was sent. */
  | { readonly _tag: "Hindered"; readonly why: string; readonly inMillis: number }
  /** The files lie whole on the disk. */
  | { readonly _tag: "Kept"; readonly artifacts: readonly [Artifact, ...ReadonlyArray<Artifact>] }
  | {
      readonly _tag: "NotKept"
      /** Why, in plain words, without a link. */
      readonly why: string
      readonly inMillis: number
      /** The link is dead: the provider is asked for a fresh one. */
      readonly deadLink: boolean
    }
  /** A person wants no video any more. */
  | { readonly _tag: "CancelAsked" }
  /** The provider was asked to cancel. */
  | { readonly _tag: "CancelAnswered"; readonly answer: Result.Result<CancelOutcome, TaskError> }
  /** A person knows what became of an undecided one, or takes the risk. */
  | { readonly _tag: "Settled"; readonly how: Settlement }

export type Settlement =
  /** Make it again, at the risk of paying twice. */
  | { readonly _tag: "Again" }
  /** This is its task. */
  | { readonly _tag: "Found"; readonly ref: TaskRef }
  /** Leave it. */
  | { readonly _tag: "GiveUp" }

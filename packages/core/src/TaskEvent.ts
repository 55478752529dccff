/** What happens to a task while somebody waits, told as it happens. The first to know a handle. */
import type { TaskError } from "./TaskError.ts"
import type { TaskRef } from "./TaskRef.ts"
import type { TaskState } from "./TaskState.ts"

export type TaskEvent =
  /** All places of this account and limit group are taken. */
  | { readonly _tag: "Waiting" }
  /** The submit is about to be sent; `attempt` counts from 1. */
  | { readonly _tag: "Submitting"; readonly attempt: number }
  /** It was proven not to be accepted, and is sent again. */
  | { readonly _tag: "Repeating"; readonly error: TaskError; readonly inMillis: number }
  /** A task exists. Keep the handle: from here on it is all that is needed. */
  | { readonly _tag: "Submitted"; readonly ref: TaskRef; readonly warnings: ReadonlyArray<string> }
  /**
   * A task may have been made and paid, but its id is not known; told even to whom an abort hides the
   * failure. A `Submitted` may follow where the provider can look for it.
   */
  | { readonly _tag: "Undecided"; readonly error: TaskError }
  | {
      readonly _tag: "Polled"
      readonly ref: TaskRef
      readonly state: TaskState
      readonly polls: number
      readonly elapsedSeconds: number
      readonly warnings: ReadonlyArray<string>
      /** Until the next poll; absent when this was the last. */
      readonly inMillis?: number
    }
  /** A poll brought no answer about the task, which is untouched by that. */
  | {
      readonly _tag: "PollFailed"
      readonly ref: TaskRef
      readonly error: TaskError
      readonly polls: number
      readonly elapsedSeconds: number
      readonly inMillis: number
    }
  /** The task failed for a reason its document calls worth another try: a new, paid task follows. */
  | { readonly _tag: "Remaking"; readonly ref: TaskRef; readonly error: TaskError }

/** Told in order, synchronously. What it throws is ignored: a listener can not lose a paid task. */
export type OnState = (event: TaskEvent) => void

/** Tells a listener, whatever it does with it. */
export const tell = (onState: OnState | undefined, event: TaskEvent): void => {
  try {
    onState?.(event)
  } catch {
    // The program's own mistake; the task it concerns is paid for and goes on.
  }
}

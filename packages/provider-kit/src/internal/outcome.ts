/** The outcome of one call, looked at without knowing which: its error, its state, and all of it in words. */
import type { Polled, Submitted } from "@zoetrope/core/Provider"
import type { TaskError } from "@zoetrope/core/TaskError"
import type { TaskState } from "@zoetrope/core/TaskState"
import { Predicate, Result } from "effect"

export type Outcome = Result.Result<unknown, TaskError>

/** The state that a poll told of. */
export const stateOf = (outcome: Outcome): TaskState | undefined =>
  Result.isSuccess(outcome) && isPolled(outcome.success) ? outcome.success.state : undefined

/** The failure of the call, or of the task that it tells of. */
export const errorOf = (outcome: Outcome): TaskError | undefined => {
  if (Result.isFailure(outcome)) return outcome.failure
  const state = stateOf(outcome)
  return state?._tag === "Failed" ? state.error : undefined
}

/** For a complaint: what was met. */
export const words = (outcome: Outcome): string => {
  const error = errorOf(outcome)
  if (error !== undefined) {
    const task = Result.isSuccess(outcome) ? "the task Failed: " : ""
    const code = error.code === undefined ? "" : `, code ${error.code}`
    return `${task}${error.reason._tag}${code}, verdict ${error.verdict}`
  }
  const state = stateOf(outcome)
  if (state !== undefined) return `the task is ${state._tag}`
  const value = Result.getOrUndefined(outcome)
  return isSubmitted(value) ? `accepted as task ${value.ref.taskId}` : "a success"
}

const isPolled = (value: unknown): value is Polled => Predicate.hasProperty(value, "state")

const isSubmitted = (value: unknown): value is Submitted => Predicate.hasProperty(value, "ref")

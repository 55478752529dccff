/**
 * What is done about a reason. Owns the one table that decides it; knows no provider and does no I/O.
 *
 * Three kinds of repeating are never mixed: the *call* is repeated, the *task* is made again (and
 * paid again), or neither. Everything that costs money is decided here, row by row, each row tested.
 */
import type { Operation, Reason } from "./Reason.ts"

/**
 * - `repeat`: send the same submit again, a bounded number of times; it was proven not to have been accepted.
 * - `remake`: the task ended without a video and its document says it may be tried again: a new, paid task, within a budget.
 * - `wait`: the task is untouched by this; poll on.
 * - `ask`: a video may exist and may have been paid for; a person decides, nothing is repeated.
 * - `stop`: repeating cannot help; the message says what to mend.
 */
export type Verdict = "repeat" | "remake" | "wait" | "ask" | "stop"

/** A cell of the table: a verdict, or whatever the document's own retry column says. */
type Cell = Verdict | "documented"

/** The operations that decide about a task, and so about money. */
type Deciding = Extract<Operation, "submit" | "poll" | "task">

const table: { readonly [Tag in Reason["_tag"]]: { readonly [Op in Deciding]: Cell } } = {
  InvalidInput: { submit: "stop", poll: "stop", task: "stop" },
  NothingSent: { submit: "repeat", poll: "wait", task: "stop" },
  OutcomeUnknown: { submit: "ask", poll: "ask", task: "ask" },
  Unavailable: { submit: "ask", poll: "wait", task: "stop" },
  RateLimited: { submit: "documented", poll: "wait", task: "documented" },
  ConcurrencyLimited: { submit: "documented", poll: "wait", task: "documented" },
  ProviderFault: { submit: "documented", poll: "wait", task: "documented" },
  Unauthorized: { submit: "stop", poll: "wait", task: "stop" },
  Forbidden: { submit: "stop", poll: "wait", task: "stop" },
  InvalidRequest: { submit: "documented", poll: "stop", task: "documented" },
  Moderated: { submit: "documented", poll: "stop", task: "documented" },
  GenerationFailed: { submit: "documented", poll: "stop", task: "documented" },
  UnknownCode: { submit: "stop", poll: "stop", task: "stop" },
  Unproven: { submit: "ask", poll: "ask", task: "ask" },
  Cancelled: { submit: "stop", poll: "stop", task: "stop" },
  CancelRefused: { submit: "stop", poll: "stop", task: "stop" },
  ForeignHandle: { submit: "stop", poll: "stop", task: "stop" },
  StillRunning: { submit: "wait", poll: "wait", task: "wait" },
  Aborted: { submit: "stop", poll: "wait", task: "wait" },
}

/**
 * The verdict about a reason met while submitting, while polling, or as the end of the task itself.
 * Calls that decide nothing about a task are not repeated by themselves.
 */
export const verdictOf = (operation: Operation, reason: Reason): Verdict => {
  if (operation !== "submit" && operation !== "poll" && operation !== "task") return "stop"
  const cell = table[reason._tag][operation]
  if (cell !== "documented") return cell
  const retryable = "retryable" in reason && reason.retryable === "yes"
  if (!retryable) return "stop"
  return operation === "submit" ? "repeat" : "remake"
}

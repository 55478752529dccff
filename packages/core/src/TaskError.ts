/**
 * The one error of every provider call: a reason, and whose call it was. From the moment a task id
 * is known it carries the handle, so that no failure can lose a paid task.
 */
import { Schema, Struct } from "effect"
import * as ErrorClass from "./ErrorClass.ts"
import { Operation, Reason } from "./Reason.ts"
import { TaskRef } from "./TaskRef.ts"
import { type Verdict, verdictOf } from "./Verdict.ts"

/**
 * The failure of a call, or of the task itself. Tell one from another by `reason._tag`, and ask `verdict`
 * what may be done; `message` says what happened, what it cost and what to do next. It survives JSON
 * (`Schema.toCodecJson(TaskError)`).
 */
export class TaskError extends Schema.TaggedError<TaskError>()("TaskError", {
  provider: Schema.String,
  account: Schema.String,
  model: Schema.optionalKey(Schema.String),
  operation: Operation,
  reason: Reason,
  /** The provider's code, as it was answered. */
  code: Schema.optionalKey(Schema.String),
  httpStatus: Schema.optionalKey(Schema.Finite),
  /** The provider's own id of the call; its support asks for it. */
  requestId: Schema.optionalKey(Schema.String),
  /** The provider's own sentence. */
  providerMessage: Schema.optionalKey(Schema.String),
  ref: Schema.optionalKey(TaskRef),
}) {
  /** What is done about it: see `Verdict.ts`. */
  get verdict(): Verdict {
    return verdictOf(this.operation, this.reason)
  }

  /** Milliseconds the provider asked to wait before the next call. */
  get retryAfterMillis(): number | undefined {
    return "retryAfterMillis" in this.reason ? this.reason.retryAfterMillis : undefined
  }

  override get message(): string {
    const head = this.reason.message
    const details = [
      this.code === undefined ? undefined : `code ${this.code}`,
      this.providerMessage === undefined || this.providerMessage === ""
        ? undefined
        : `"${this.providerMessage}"`,
      this.requestId === undefined ? undefined : `request id ${this.requestId}`,
    ].filter((part) => part !== undefined)
    const advice = "advice" in this.reason ? this.reason.advice : undefined
    return [
      details.length === 0 ? head : `${head.replace(/\.$/, "")} (${details.join(", ")})`,
      advice,
      costOf(this),
    ]
      .filter((part) => part !== undefined)
      .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
      .join(" ")
  }
}

ErrorClass.complete(TaskError, "@zoetrope/core/TaskError")

const fieldNames = [
  "provider",
  "account",
  "model",
  "operation",
  "reason",
  "code",
  "httpStatus",
  "requestId",
  "providerMessage",
] as const

/** What it cost, in one sentence; `undefined` where the reason has already said it. */
const costOf = (error: TaskError): string | undefined => {
  const { operation, reason, ref } = error
  // With a handle, it was the submit of another task after the first had failed.
  const nothingMade =
    ref === undefined
      ? "No task was made and nothing was paid."
      : `No further task was made; the task ${ref.taskId} before it ended without a video.`
  switch (reason._tag) {
    case "OutcomeUnknown":
    case "Unproven":
    case "StillRunning":
    case "ForeignHandle":
    case "CancelRefused":
      return undefined
    case "InvalidInput":
      return "Nothing was sent and nothing was paid."
    case "Aborted":
      return operation === "submit" || ref === undefined
        ? nothingMade
        : `The task ${ref.taskId} goes on at the provider; wait on with its handle.`
    default:
      if (operation === "submit") return nothingMade
      if (operation === "poll" && ref !== undefined) {
        return `The task ${ref.taskId} is untouched by this; wait on with its handle.`
      }
      return undefined
  }
}

/** The same error, carrying the handle. */
export const withRef = (error: TaskError, ref: TaskRef): TaskError =>
  error.ref === undefined ? new TaskError({ ...Struct.pick(error, fieldNames), ref }) : error

/**
 * What the answer to a submit means: a task, or why there is none, or that nobody knows. What proves
 * what is the core's table (`Submit.proofOf`); this says what was read.
 */
import { NothingSent, OutcomeUnknown, type Reason } from "@zoetrope/core/Reason"
import { proofOf, type Reading } from "@zoetrope/core/Submit"
import type { Reply } from "./Client.ts"
import type { Product } from "./Codes.ts"
import { gatewayReasonOf, reasonOf } from "./reasonOf.ts"

/** Whose submit it was, and what is told to a person when its outcome is not known. */
export interface Sent {
  readonly account: string
  readonly model: string
  readonly product: Product
  /** ISO 8601 UTC. */
  readonly at: string
  readonly inputDigest: string
}

export type SubmitResult =
  | { readonly _tag: "Accepted"; readonly taskId: string; readonly warnings: ReadonlyArray<string> }
  | { readonly _tag: "Refused"; readonly reason: Reason }

export const readSubmit = (sent: Sent, reply: Reply): SubmitResult => {
  const proof = proofOf(
    reply._tag === "Broken"
      ? reply
      : { _tag: "Answer", status: reply.status, reading: readingOf(reply) },
  )
  if (proof === "accepted") return accepted(reply)
  if (proof === "nothing-sent") return refused(new NothingSent({ detail: detailOf(reply) }))
  if (proof === "refused" && reply._tag === "Service") {
    return refused(reasonOf({ operation: "submit", product: sent.product, ...reply }))
  }
  if (proof === "refused" && reply._tag === "Gateway") {
    return refused(gatewayReasonOf(reply.code, reply.message, reply.retryAfterMillis))
  }
  return refused(undecided(sent, reply))
}

/** A task id is proof of a task, whatever stands beside it. */
const readingOf = (reply: Exclude<Reply, { readonly _tag: "Broken" }>): Reading => {
  if (reply.taskId !== undefined) return "task-id"
  switch (reply._tag) {
    case "Gateway":
      return reply.code === "FlowLimitExceeded" ? "gateway-limit" : "gateway-error"
    case "Service":
      return reply.code === "10000" ? "unreadable" : "own-error"
    case "Unreadable":
      return "unreadable"
  }
}

const accepted = (reply: Reply): SubmitResult => {
  const taskId = "taskId" in reply ? (reply.taskId ?? "") : ""
  const odd = reply._tag === "Service" && reply.code === "10000" ? undefined : detailOf(reply)
  return {
    _tag: "Accepted",
    taskId,
    warnings:
      odd === undefined
        ? []
        : [
            `the answer names a task, so it was accepted, but it is not a success by its code: ${odd}`,
          ],
  }
}

const refused = (reason: Reason): SubmitResult => ({ _tag: "Refused", reason })

const undecided = ({ account, at, inputDigest, model }: Sent, reply: Reply): OutcomeUnknown =>
  new OutcomeUnknown({
    account,
    model,
    at,
    inputDigest,
    detail: detailOf(reply),
    look: "No document of this API names a call that lists tasks, so only the Volcengine console can tell (https://console.volcengine.com): look at the usage and the bill of this account around that time.",
  })

const detailOf = (reply: Reply): string => {
  switch (reply._tag) {
    case "Broken":
    case "Unreadable":
      return reply.detail
    case "Service":
      return reply.code === "10000"
        ? `HTTP ${reply.status}, success without a task id`
        : `HTTP ${reply.status}, code ${reply.code} "${reply.message}"`
    case "Gateway":
      return `HTTP ${reply.status}, gateway ${reply.code} "${reply.message}"`
  }
}

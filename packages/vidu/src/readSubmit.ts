/**
 * What the answer to a submit means: a task, or why there is none, or that nobody knows. What proves
 * what is the core's table (`Submit.proofOf`) and this API's (`Codes.refuses`); this says what was read.
 */
import { NothingSent, OutcomeUnknown, type Reason } from "@zoetrope/core/Reason"
import { proofOf, type Reading } from "@zoetrope/core/Submit"
import type { Reply } from "./Client.ts"
import { refuses } from "./Codes.ts"
import { toPayload } from "./Mark.ts"
import { reasonOf } from "./reasonOf.ts"
import { readCreated } from "./Schema.ts"

/** Whose submit it was, and what is told to a person when its outcome is not known. */
export interface Sent {
  readonly account: string
  readonly model: string
  /** ISO 8601 UTC. */
  readonly at: string
  readonly inputDigest: string
  /** The key of the start, where the payload was free to carry it. */
  readonly key: string | undefined
}

export type SubmitResult =
  | { readonly _tag: "Accepted"; readonly taskId: string; readonly warnings: ReadonlyArray<string> }
  | { readonly _tag: "Refused"; readonly reason: Reason }

export const readSubmit = (sent: Sent, reply: Reply): SubmitResult => {
  if (reply._tag === "Broken") {
    return proofOf(reply) === "nothing-sent"
      ? refused(new NothingSent({ detail: reply.detail }))
      : refused(undecided(sent, reply))
  }
  const proof = proofOf({ _tag: "Answer", status: reply.status, reading: readingOf(reply) })
  if (proof === "accepted" && reply.taskId !== undefined) {
    return { _tag: "Accepted", taskId: reply.taskId, warnings: warningsOf(reply) }
  }
  if (proof === "refused" && reply._tag === "Error") return refused(reasonOf(reply))
  return refused(undecided(sent, reply))
}

type Answered = Exclude<Reply, { readonly _tag: "Broken" }>

/** A task id is proof of a task, whatever stands beside it. */
const readingOf = (reply: Answered): Reading => {
  if (reply.taskId !== undefined) return "task-id"
  return reply._tag === "Error" && refuses(reply.code, reply.errorStatus)
    ? "own-error"
    : "unreadable"
}

const warningsOf = (reply: Answered): ReadonlyArray<string> => {
  if (reply._tag !== "Ok") {
    return [`the answer names a task, so it was accepted, but it is no success: ${detailOf(reply)}`]
  }
  return readCreated(reply.json)?.state?.toLowerCase() === "failed"
    ? ["the task was made and has failed at once; the next poll tells why, and it costs no credits"]
    : []
}

const refused = (reason: Reason): SubmitResult => ({ _tag: "Refused", reason })

const undecided = ({ account, at, inputDigest, key, model }: Sent, reply: Reply): OutcomeUnknown =>
  new OutcomeUnknown({
    account,
    model,
    at,
    inputDigest,
    ...(key === undefined ? {} : { key }),
    detail: detailOf(reply),
    look: `Look at the tasks of that time in Vidu's console (https://platform.vidu.cn or https://platform.vidu.com)${key === undefined ? "" : `; its payload is ${toPayload(key)}`}.`,
  })

const detailOf = (reply: Reply): string => {
  switch (reply._tag) {
    case "Broken":
    case "Unreadable":
      return reply.detail
    case "Ok":
      return `HTTP ${reply.status}, a success without a task id`
    case "Error":
      return `HTTP ${reply.status}, ${reply.code} "${reply.message}"`
  }
}

/**
 * What the answer to a submit means: a task, or why there is none, or that nobody knows. What proves
 * what is the core's table (`Submit.proofOf`); this says what was read.
 */
import { NothingSent, OutcomeUnknown, type Reason } from "@zoetrope/core/Reason"
import { proofOf, type Reading } from "@zoetrope/core/Submit"
import type { Reply } from "./Client.ts"
import { lookup } from "./Codes.ts"
import { detailOf, reasonOf } from "./reasonOf.ts"

/** Whose submit it was, and what is told to a person when its outcome is not known. */
export interface Sent {
  readonly account: string
  readonly model: string
  /** ISO 8601 UTC. */
  readonly at: string
  readonly inputDigest: string
}

export type SubmitResult =
  | { readonly _tag: "Accepted"; readonly taskId: string; readonly warnings: ReadonlyArray<string> }
  | { readonly _tag: "Refused"; readonly reason: Reason }

/** A refusal says why; one that proves nothing says where a person looks. */
export const readSubmit = (sent: Sent, reply: Reply): SubmitResult => {
  if (reply._tag === "Broken") {
    return proofOf(reply) === "nothing-sent"
      ? refused(new NothingSent({ detail: reply.detail }))
      : refused(undecided(sent, reply))
  }
  const proof = proofOf({ _tag: "Answer", status: reply.status, reading: readingOf(reply) })
  if (proof === "accepted" && reply.taskId !== undefined) {
    const odd = `the answer names a task, so it was accepted, but it is no success: ${detailOf(reply)}`
    return {
      _tag: "Accepted",
      taskId: reply.taskId,
      warnings: reply._tag === "Ok" ? [] : [odd],
    }
  }
  return proof === "refused" && reply._tag === "Refused"
    ? refused(reasonOf(reply))
    : refused(undecided(sent, reply))
}

/**
 * The document: an answer with an `error` means that no film was started, and nothing is billed. A code
 * that it does not name is believed together with a 4xx only: a 5xx may come from something in between.
 *
 * @see https://acme.example/docs/films#errors (read 2026-11-20)
 */
const readingOf = (reply: Exclude<Reply, { readonly _tag: "Broken" }>): Reading => {
  if (reply.taskId !== undefined) return "task-id"
  return reply._tag === "Refused" && (reply.status < 500 || lookup(reply.code) !== undefined)
    ? "own-error"
    : "unreadable"
}

const refused = (reason: Reason): SubmitResult => ({ _tag: "Refused", reason })

const undecided = (sent: Sent, reply: Reply): OutcomeUnknown =>
  new OutcomeUnknown({
    ...sent,
    detail: detailOf(reply),
    look: "No call lists films: look at the films of that time in Acme's console (https://acme.example/console).",
  })

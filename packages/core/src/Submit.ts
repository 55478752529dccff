/**
 * What the outcome of a submit proves. Owns the table; the provider says what it read, nobody guesses.
 *
 * Only two things allow a submit to be sent again: proof that nothing was sent, and the service's own
 * refusal. Everything else leaves open whether a task was made, and is undecided.
 */
import type { Answer, Broken } from "./Exchange.ts"

/** How a provider read an answer to its submit. */
export type Reading =
  /** It names the new task, whatever else it says. */
  | "task-id"
  /** The service's own envelope, with an error code. */
  | "own-error"
  /** The gateway's envelope, with an error code. */
  | "gateway-error"
  /** The gateway's own word that it let nothing through (rate limit), whatever its status. */
  | "gateway-limit"
  /** None of these: HTML, broken JSON, an envelope without a task id. */
  | "unreadable"

/** `nothing-sent` and `refused` prove that no task was made; `undecided` proves nothing. */
export type Proof = "nothing-sent" | "refused" | "accepted" | "undecided"

/**
 * The table. The service's own words count, whatever the HTTP status beside them; a gateway's error
 * is a refusal below 500 alone, since from 500 on nobody knows what the service behind it got.
 */
export const proofOf = (
  outcome: Broken | (Pick<Answer, "_tag" | "status"> & { readonly reading: Reading }),
): Proof => {
  if (outcome._tag === "Broken") return outcome.nothingSent ? "nothing-sent" : "undecided"
  switch (outcome.reading) {
    case "task-id":
      return "accepted"
    case "own-error":
    case "gateway-limit":
      return "refused"
    case "gateway-error":
      return outcome.status >= 400 && outcome.status < 500 ? "refused" : "undecided"
    case "unreadable":
      return "undecided"
  }
}

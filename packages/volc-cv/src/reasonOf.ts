/** What an error code means in the words of the core, from the row that its document gives it. */
import { type Documented, reasonOfKind } from "@zoetrope/core/CodeKind"
import { type Reason, type Retryable, UnknownCode } from "@zoetrope/core/Reason"
import { type Found, type Kind, lookup, lookupGateway, type Product } from "./Codes.ts"

/** A code of the service's own envelope, where it was met, and what stood beside it. */
export interface Met {
  readonly operation: "submit" | "poll"
  readonly product: Product
  readonly code: string
  readonly message: string
  readonly retryAfterMillis?: number | undefined
}

/**
 * The reason for a code of the service's own envelope.
 *
 * @param known what a person should know besides the document's own advice
 */
export const reasonOf = (met: Met, known?: string): Reason => {
  const found = lookup(met.product, met.code)
  const advice = [found?.row.advice?.en, known].filter((part) => part !== undefined).join(". ")
  return found === undefined
    ? new UnknownCode({ detail: detailOf(met.code, met.message) })
    : ofKind(found.row.kind, {
        retryable: retryableOf(found, met.operation),
        meaning: found.row.meaning.en,
        ...(advice === "" ? {} : { advice }),
        ...(met.retryAfterMillis === undefined ? {} : { retryAfterMillis: met.retryAfterMillis }),
      })
}

/**
 * The document's word, with one exception: a review of what was *made* is no ground to send the same
 * submit again, since something was made, and sending again would make another.
 */
const retryableOf = ({ retryable, row }: Found, operation: Met["operation"]): Retryable =>
  operation === "submit" && row.kind === "output-moderated" ? "no" : retryable

/** The reason for a code of the gateway. Its documents have no retry column. */
export const gatewayReasonOf = (
  code: string,
  message: string,
  retryAfterMillis?: number,
): Reason => {
  const row = lookupGateway(code)
  return row === undefined
    ? new UnknownCode({ detail: detailOf(code, message) })
    : ofKind(row.kind, {
        retryable: row.retryable,
        meaning: row.meaning.en,
        ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }),
      })
}

const detailOf = (code: string, message: string): string =>
  [code === "" ? "no code" : code, message].filter((part) => part !== "").join(", ")

/** A success that brought no video is a failure of the task. */
const ofKind = (kind: Kind, documented: Documented): Reason =>
  reasonOfKind(kind === "success" ? "generation-failed" : kind, documented)

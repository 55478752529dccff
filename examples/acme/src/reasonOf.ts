/** What an error code means in the words of the core, from the row that the document gives it. */
import { reasonOfKind } from "@zoetrope/core/CodeKind"
import { type Reason, Unavailable, UnknownCode } from "@zoetrope/core/Reason"
import type { Reply } from "./Client.ts"
import { lookup } from "./Codes.ts"

/** A code and what stood beside it. */
export interface Met {
  readonly code: string
  readonly message: string
  /** Milliseconds that the answer asked to wait. */
  readonly retryAfterMillis?: number | undefined
}

/** By the row of the code; one that no row has is never repeated. */
export const reasonOf = ({ code, message, retryAfterMillis }: Met): Reason => {
  const row = lookup(code)
  return row === undefined
    ? new UnknownCode({ detail: [code, message].filter((part) => part !== "").join(", ") })
    : reasonOfKind(row.kind, {
        retryable: row.retryable,
        meaning: row.meaning,
        ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }),
      })
}

/** The call brought nothing, and nothing is known of the task by it. */
export const unavailable = (reply: Reply): Unavailable =>
  new Unavailable({
    detail: detailOf(reply),
    ...(reply._tag === "Broken" || reply.retryAfterMillis === undefined
      ? {}
      : { retryAfterMillis: reply.retryAfterMillis }),
  })

/** What came back, in a few words. */
export const detailOf = (reply: Reply): string => {
  switch (reply._tag) {
    case "Broken":
    case "Unreadable":
      return reply.detail
    case "Ok":
      return `HTTP ${reply.status}, JSON without what was asked for`
    case "Refused":
      return `HTTP ${reply.status}, ${reply.code} "${reply.message}"`
  }
}

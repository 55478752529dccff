/** What an error code means in the words of the core, from the row that the document gives it. */
import { reasonOfKind } from "@zoetrope/core/CodeKind"
import { type Reason, Unavailable, UnknownCode } from "@zoetrope/core/Reason"
import type { Reply } from "./Client.ts"
import { lookup } from "./Codes.ts"

/** A code and what stood beside it. */
export interface Met {
  readonly code: string
  readonly message: string
  readonly retryAfterMillis?: number | undefined
}

/** @param advice what a person may do or should know, where it goes beyond the code */
export const reasonOf = ({ code, message, retryAfterMillis }: Met, advice?: string): Reason => {
  const row = lookup(code)
  return row === undefined
    ? new UnknownCode({ detail: [code, message].filter((part) => part !== "").join(", ") })
    : reasonOfKind(row.kind, {
        retryable: row.retryable,
        meaning: row.meaning.en,
        ...(advice === undefined ? {} : { advice }),
        ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }),
      })
}

/** Why a call that decides nothing about money brought nothing. */
export const reasonOfReply = (reply: Reply): Reason => {
  switch (reply._tag) {
    case "Broken":
      return new Unavailable({ detail: reply.detail })
    case "Unreadable":
      return unavailable(reply.detail, reply.retryAfterMillis)
    case "Ok":
      return unavailable(`HTTP ${reply.status}, JSON without what was asked for`)
    case "Error":
      return reasonOf(reply)
  }
}

export const unavailable = (detail: string, retryAfterMillis?: number): Unavailable =>
  new Unavailable({ detail, ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }) })

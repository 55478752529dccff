/**
 * The published error codes as data, and what we make of each. Owns the table and the look-up; decides
 * nothing about repeating (`Verdict` in the core does).
 */
import type { Retryable } from "@zoetrope/core/Reason"

/** What a code means, in the words of the core's reasons. */
export type Kind =
  | "invalid-request"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "rate-limited"
  | "concurrency-limited"
  | "provider-fault"
  | "generation-failed"
  | "input-moderated"
  | "output-moderated"

export interface Row {
  /** As it stands in the answer. */
  readonly code: string
  /** HTTP status; absent for codes that only a failed task has. */
  readonly http?: number
  readonly meaning: string
  /** The document's own word on trying again. */
  readonly retryable: Retryable
  readonly kind: Kind
}

/**
 * In the document's order. A code of which it does not say whether to try again is `undocumented`, and
 * one that we treat otherwise than it says carries a comment with the reason.
 *
 * UNFINISHED: every row of the vendor's table.
 *
 * @see https://placeholder-name.example/docs/errors (read UNFINISHED)
 */
export const published: ReadonlyArray<Row> = []

export const lookup = (code: string): Row | undefined => published.find((row) => row.code === code)

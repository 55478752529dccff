/**
 * The published error codes as data, and what we make of each. Owns the table and the look-up; decides
 * nothing about repeating (`Verdict` in the core does).
 */
import type { CodeKind } from "@zoetrope/core/CodeKind"
import type { Retryable } from "@zoetrope/core/Reason"

export interface Row {
  /** As it stands in the answer. */
  readonly code: string
  /** HTTP status; absent for codes that only a failed task has. */
  readonly http?: number
  readonly meaning: string
  /** The document's own word on trying again. */
  readonly retryable: Retryable
  readonly kind: CodeKind
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

/** The row of a code; `undefined` for one that is not published. */
export const lookup = (code: string): Row | undefined => published.find((row) => row.code === code)

/**
 * The published error codes as data, and what we make of each. Owns the table and the look-up; decides
 * nothing about repeating (`Verdict` in the core does).
 *
 * Vidu publishes no word on trying again, so every row says `undocumented`: a submit that was refused
 * is never sent again by itself, and a task that failed is never made again by itself. The same names
 * are used for refused calls and as `err_code` of a failed task.
 */
import type { CodeKind } from "@zoetrope/core/CodeKind"
import type { Text } from "@zoetrope/core/Model"
import type { Retryable } from "@zoetrope/core/Reason"
import { published } from "./codes/published.ts"

export { published }

export interface Row {
  /** As it stands in `reason` of an error, or in `err_code` of a task. */
  readonly code: string
  /** HTTP status, where a page gives it. */
  readonly http?: number
  /** The document's own message. */
  readonly message: string
  readonly meaning: Text
  /** The document has no column on trying again. */
  readonly retryable: Extract<Retryable, "undocumented">
  readonly kind: CodeKind
  /**
   * Answered to a submit, the code leaves open whether a task was made, and why. Without it, the code
   * together with a 4xx is a refusal.
   */
  readonly undecided?: string
  /** Where sources disagree: who says what, and which one stands in this row. */
  readonly conflict?: string
}

export interface Table {
  readonly title: string
  readonly source: string
  /** When its rows were brought over. */
  readonly read: string
  readonly rows: ReadonlyArray<Row>
}

/** The row of a code, the `reason` of an error envelope; `undefined` for one that is not published. */
export const lookup = (code: string): Row | undefined =>
  published.rows.find((row) => row.code === code)

/**
 * Whether a refusal of a submit proves that no task was made. A 5xx never does: the service may have
 * failed after it took the task. Nor does a 408 or a 499, which say that somebody stopped waiting. A
 * code that no document names is believed together with any other 4xx.
 *
 * @param status the HTTP status, or the one that the envelope names itself
 */
export const refuses = (code: string, status: number | undefined): boolean =>
  status !== undefined &&
  status >= 400 &&
  status < 500 &&
  !stoppedWaiting.has(status) &&
  lookup(code)?.undecided === undefined

/** Request timeout, and the gateways' own number for a caller who went away. */
const stoppedWaiting: ReadonlySet<number> = new Set([408, 499])

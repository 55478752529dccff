/**
 * The published error codes as data, and what we make of each. Owns the table and the look-up; decides
 * nothing about repeating (`Verdict` in the core does).
 */
import type { CodeKind } from "@zoetrope/core/CodeKind"
import type { Retryable } from "@zoetrope/core/Reason"

export interface Row {
  /** As it stands in `error.code`. */
  readonly code: string
  /** HTTP status; absent for codes that only a failed video has. */
  readonly http?: number
  readonly meaning: string
  /** The document's column "Try again". */
  readonly retryable: Retryable
  readonly kind: CodeKind
}

/**
 * In the document's order.
 *
 * @see https://acme.example/docs/films#errors (read 2026-11-20)
 */
export const published: ReadonlyArray<Row> = [
  {
    code: "invalid_request",
    http: 400,
    meaning: "a field is missing, unknown or out of range",
    retryable: "no",
    kind: "invalid-request",
  },
  {
    code: "bad_key",
    http: 401,
    meaning: "the key is unknown",
    retryable: "no",
    kind: "unauthorized",
  },
  {
    code: "not_in_plan",
    http: 403,
    meaning: "the account's plan has no films",
    retryable: "no",
    kind: "forbidden",
  },
  {
    code: "not_found",
    http: 404,
    meaning: "there is no such film, or it is older than a day",
    retryable: "no",
    kind: "not-found",
  },
  {
    code: "too_fast",
    http: 429,
    meaning: "more than 5 calls within a second",
    retryable: "yes",
    kind: "rate-limited",
  },
  {
    code: "too_many",
    http: 429,
    meaning: "2 films are being made already",
    retryable: "yes",
    kind: "concurrency-limited",
  },
  {
    code: "internal",
    http: 500,
    meaning: "a fault at Acme",
    retryable: "yes",
    kind: "provider-fault",
  },
  {
    code: "render_failed",
    meaning: "the film could not be made; it is not billed",
    retryable: "yes",
    kind: "generation-failed",
  },
  {
    code: "blocked",
    meaning: "content review stopped the film; it is not billed",
    retryable: "no",
    kind: "output-moderated",
  },
]

/** The row of a code; `undefined` for one that is not published. */
export const lookup = (code: string): Row | undefined => published.find((row) => row.code === code)

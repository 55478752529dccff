/**
 * The codes as the document's table has them, typed off for the simulator: not from the adapter's
 * table, so that the two can be held against each other.
 *
 * UNFINISHED: every row of it, by the code as it stands in an answer.
 *
 * @see https://placeholder-name.example/docs/errors (read UNFINISHED)
 */
export interface Code {
  /** HTTP status; absent for codes that only a failed task has. */
  readonly http?: number
  readonly message: string
}

export const codes: Readonly<Record<string, Code | undefined>> = {
  "UNFINISHED-invalid-request": { http: 400, message: "" },
  "UNFINISHED-wrong-key": { http: 401, message: "" },
  "UNFINISHED-not-entitled": { http: 403, message: "" },
  "UNFINISHED-not-found": { http: 404, message: "" },
  "UNFINISHED-too-fast": { http: 429, message: "" },
  "UNFINISHED-too-many": { http: 429, message: "" },
  "UNFINISHED-internal": { http: 500, message: "" },
  "UNFINISHED-generation-failed": { message: "" },
}

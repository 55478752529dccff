/**
 * The codes as the document's table has them, typed off for the simulator: not from the adapter's
 * table, so that the two can be held against each other.
 *
 * @see https://acme.example/docs/films#errors (read 2026-11-20)
 */
export interface Code {
  /** HTTP status; absent for codes that only a failed film has. */
  readonly http?: number
  readonly message: string
}

export const codes: Readonly<Record<string, Code | undefined>> = {
  invalid_request: { http: 400, message: "The request is not valid." },
  bad_key: { http: 401, message: "The key is unknown." },
  not_in_plan: { http: 403, message: "Your plan has no films." },
  not_found: { http: 404, message: "There is no such film." },
  too_fast: { http: 429, message: "Too many calls." },
  too_many: { http: 429, message: "Too many films at once." },
  internal: { http: 500, message: "Something went wrong." },
  render_failed: { message: "The film could not be made." },
  blocked: { message: "The film was stopped by our review." },
}

/**
 * The one error of this package: an argument that cannot be signed or verified with.
 *
 * It is thrown before anything is hashed, so a refused request never leaves with half a signature.
 * Its message never holds a secret key, a session token or the value of a header.
 */
export class SignInputError extends Error {
  readonly _tag = "SignInputError"
  override readonly name = "SignInputError"
  /** The argument at fault, such as `options.region` or `request.headers["X-Custom"]`. */
  readonly field: string

  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`)
    this.field = field
  }
}

/** A value from outside, short and on one line, for a message. */
export const shown = (value: unknown): string => {
  if (typeof value === "string") {
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
  }
  if (value === null) return "null"
  return typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : `a ${typeof value}`
}

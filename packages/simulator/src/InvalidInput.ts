/**
 * What the simulator throws when the person who runs it asks for something that cannot be: an
 * option out of range, an unknown fault, an input that is too large. Never thrown for a request of
 * a provider's client: those get the provider's own answer.
 */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput"
  /** The option or part that was refused. */
  readonly field: string

  constructor(field: string, given: unknown, allowed: string) {
    super(`${field}: got ${shown(given)}; allowed: ${allowed}`)
    this.field = field
  }
}

const shown = (given: unknown): string => {
  const text = typeof given === "string" ? JSON.stringify(given) : String(given)
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}

/** Refuses what is not a finite number of at least `least`. */
export const checkedNumber = (field: string, given: number, least: number): number => {
  if (typeof given !== "number" || !Number.isFinite(given) || given < least) {
    throw new InvalidInput(field, given, `a number of at least ${least}`)
  }
  return given
}

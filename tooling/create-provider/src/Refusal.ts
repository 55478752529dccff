/** Why nothing was made: what was given or found, what is allowed, and that nothing was written. */
export class Refusal extends Error {
  override readonly name = "Refusal"
}

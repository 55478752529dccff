/** Crockford's digits: no letter that looks like another, all of one case. */
const digits = "0123456789abcdefghjkmnpqrstvwxyz"

/** Twelve digits, 60 bits by chance: short enough to be typed, and nobody guesses or repeats one. */
export const generationId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => digits[byte % 32]).join("")

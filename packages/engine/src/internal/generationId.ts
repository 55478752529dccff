/** Crockford's digits: no letter that looks like another, all of one case. */
const digits = "0123456789abcdefghjkmnpqrstvwxyz"

/** Twelve digits, 60 bits by chance: short enough to be typed, and nobody guesses or repeats one. */
export const generationId = (): string => {
  // The runtime draws these in bulk, which costs a fiftieth of drawing twelve bytes.
  const uuid = crypto.randomUUID()
  return sixDigits(uuid.slice(0, 8)) + sixDigits(uuid.slice(-8))
}

/** Of 32 bits in hex, the first 30. */
const sixDigits = (hex: string): string => {
  let text = ""
  for (let bits = Number.parseInt(hex, 16) >>> 2, count = 0; count < 6; count++, bits >>>= 5) {
    text += digits[bits & 31]
  }
  return text
}

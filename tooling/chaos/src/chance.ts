import { createHash } from "node:crypto"

/**
 * A number from 0 up to 1 that the words decide: whoever asks with the same words is told the same,
 * in whatever process and however often. So a seed decides a whole run, and no order of events does.
 */
export const chance = (...words: ReadonlyArray<string | number>): number =>
  createHash("sha256").update(words.join(" ")).digest().readUIntBE(0, 6) / 2 ** 48

import { hash } from "node:crypto"

/** From 0 up to 1, decided by the words alone: the same for the same seed, in whatever order it is asked. */
export const chance = (...words: ReadonlyArray<string | number>): number =>
  Number.parseInt(hash("sha256", words.join(" ")).slice(0, 12), 16) / 2 ** 48

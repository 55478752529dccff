/** Chance that a seed decides: the same words, the same case, in whatever order cases are run. */
import { createHash } from "node:crypto"

export interface Chance {
  /** From 0 up to 1. */
  readonly next: () => number
  /** Whether something happens that happens so often, 0 to 1. */
  readonly often: (part: number) => boolean
  /** A whole number from `least` to `most`. */
  readonly whole: (least: number, most: number) => number
  readonly pick: <A>(among: readonly [A, ...ReadonlyArray<A>]) => A
  /** Of any list; `undefined` of an empty one. */
  readonly any: <A>(among: ReadonlyArray<A>) => A | undefined
  readonly bytes: (length: number) => Buffer
}

export const chanceOf = (...words: ReadonlyArray<string | number>): Chance => {
  let state = createHash("sha256").update(words.join(" ")).digest().readUInt32LE(0)
  /** Mulberry32. */
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  const any = <A>(among: ReadonlyArray<A>): A | undefined => among[whole(0, among.length - 1)]
  return {
    next,
    often: (part) => next() < part,
    whole,
    any,
    pick: (among) => any(among) ?? among[0],
    bytes: (length) => Buffer.from(Array.from({ length }, () => whole(0, 255))),
  }
}

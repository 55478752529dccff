/**
 * The price list, in credits. It changes often: a client must take credits from the answer, and so
 * must its tests.
 *
 * @see https://platform.vidu.cn/docs 模型定价 (copy of 2026-08)
 */
import type { Resolution } from "./Models.ts"

export interface Priced {
  readonly duration: number
  readonly resolution: Resolution
  readonly audio: boolean
  readonly offPeak: boolean
  readonly recommended: boolean
}

export type Price = (priced: Priced) => number

type ByResolution<A> = Readonly<Partial<Record<Resolution, A>>>

/** Off-peak costs half of it, rounded up; a recommended prompt costs 10 more in any case. */
const price =
  (full: (priced: Priced) => number): Price =>
  (priced) =>
    (priced.offPeak ? Math.ceil(full(priced) / 2) : full(priced)) + (priced.recommended ? 10 : 0)

/** So much for every second. */
export const q3Price = (perSecond: ByResolution<number>): Price =>
  price(({ duration, resolution }) => duration * (perSecond[resolution] ?? 0))

/** So much for the first second, for the second one, and for each further one; 15 more for sound. */
export const q2Price = (
  steps: ByResolution<readonly [first: number, second: number, further: number]>,
): Price =>
  price(({ duration, resolution, audio }) => {
    const [first, second, further] = steps[resolution] ?? [0, 0, 0]
    const seconds = first + (duration > 1 ? second : 0) + Math.max(0, duration - 2) * further
    return seconds + (audio ? 15 : 0)
  })

export const q1Price: Price = price(() => 80)

export const vidu20Price: Price = price(({ duration, resolution }) => {
  if (duration === 8) return 100
  return { "360p": 20, "540p": 0, "720p": 40, "1080p": 100 }[resolution]
})

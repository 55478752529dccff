/**
 * How few polls there can be, on average, for tasks whose true distribution is known: no schedule whose
 * pauses are `floor` or more, and that finds no more than `late` of the tasks later than `lag`, has fewer.
 *
 * A schedule that is free to find tasks late pays a price for each; the least it costs, less the price
 * of those that may be late, is below every schedule that keeps to the share, whatever the price
 * (weak duality). The highest of these bounds is taken. Polls lie on a grid of a 96th of the lag. It
 * shares no code with the product's solver.
 */
import type { Distribution } from "./Distribution.ts"

export interface Limits {
  /** Seconds. */
  readonly floor: number
  /** Seconds. */
  readonly lag: number
  /** Share of the tasks. */
  readonly late: number
}

export const leastPolls = (distribution: Distribution, limits: Limits): number => {
  const step = limits.lag / stepsOfLag
  let last = 1
  while (distribution.ended(last * step) < 1 - beyond) last += 1
  const ended = Float64Array.from({ length: last + 1 }, (_, at) => distribution.ended(at * step))
  // Concave in the price: thirds close in on its highest point.
  let low = -highest
  let high = highest
  const boundAt = (log: number) =>
    cost(ended, limits.floor / step, 2 ** log) - 2 ** log * limits.late
  while (high - low > 0.05) {
    const third = (high - low) / 3
    if (boundAt(low + third) < boundAt(high - third)) low += third
    else high -= third
  }
  return boundAt((low + high) / 2)
}

/** The least that polls and late tasks cost together; a pause of less than a step too little is allowed. */
const cost = (ended: Float64Array, floor: number, price: number): number => {
  const last = ended.length - 1
  const least = new Float64Array(last + 1)
  const at = (values: Float64Array, step: number) => values[Math.min(last, step)] ?? 0
  // The cheapest of the far steps, of those seen on the way back.
  let far = Number.POSITIVE_INFINITY
  for (let step = last - 1; step >= 0; step--) {
    const gone = at(ended, step)
    far = Math.min(far, price * gone + at(least, step + stepsOfLag))
    let best = far - price * gone
    for (let near = Math.floor(floor); near <= stepsOfLag; near++) {
      best = Math.min(best, at(least, step + near))
    }
    least[step] = 1 - gone + best
  }
  return least[0] ?? 0
}

const stepsOfLag = 96
/** As a power of two. */
const highest = 20
/** Nobody is meant to wait for the last of a million. */
const beyond = 1e-6

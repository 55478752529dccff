/**
 * When to poll, for tasks of which it is known how they end by and by: the fewest polls that find no
 * more than a given share of them late. Owns that optimum; refuses to know where the knowledge is from.
 */

/** Times are counted in steps of equal length, from the submit on. */
export interface Problem {
  /** The share of tasks that have ended by each step; never falls. */
  readonly ended: Float64Array
  /** Shortest pause between polls. */
  readonly floor: number
  /** An end that is found within so many steps is found in time; not below `floor`. */
  readonly lag: number
  /** The share of tasks that may be found later than that. */
  readonly late: number
}

/** For each step, the one to poll at next if the task still ran then; may lie beyond the last. */
export type Schedule = Int32Array

/**
 * The best schedule at the lowest price of a late task that keeps the late within their share.
 * Takes time in proportion to the steps.
 */
export const schedule = (problem: Problem): Schedule => {
  let low = 0
  let high = highest
  let found = bestAt(problem, 2 ** high)
  for (let round = 0; round < rounds; round++) {
    const middle = (low + high) / 2
    const tried = bestAt(problem, 2 ** middle)
    if (lateShare(problem, tried) <= problem.late) {
      high = middle
      found = tried
    } else low = middle
  }
  return found
}

/**
 * A poll costs 1, a task found late costs `price`. From the last step back, each takes the next step
 * that costs least with all that follows: a near one, within `lag`, by which nothing is late, or a far
 * one, by which everything is late that ends before its last `lag` steps. What of a far one's cost
 * depends on where the wait began is the same for all of them, so the best far one is simply kept.
 */
const bestAt = ({ ended, floor, lag }: Problem, price: number): Schedule => {
  const last = ended.length - 1
  const next = new Int32Array(last + 1)
  const cost = new Float64Array(last + 1)
  let far = Number.POSITIVE_INFINITY
  let farStep = last
  for (let step = last; step >= 0; step--) {
    const gone = ended[step] ?? 1
    const reach = step + lag
    if (reach > last) {
      next[step] = reach
      cost[step] = 1 - gone
      continue
    }
    const reached = price * gone + (cost[reach] ?? 0)
    if (reached <= far) {
      far = reached
      farStep = reach
    }
    let least = far - price * gone
    next[step] = farStep
    for (let near = step + floor; near <= reach; near++) {
      const nearCost = cost[near] ?? 0
      if (nearCost <= least) {
        least = nearCost
        next[step] = near
      }
    }
    cost[step] = 1 - gone + least
  }
  return next
}

const lateShare = ({ ended, lag }: Problem, next: Schedule): number => {
  const last = ended.length - 1
  let late = 0
  let step = 0
  while (step <= last) {
    const then = next[step] ?? last + 1
    const inTime = Math.min(last, then - lag)
    late += Math.max(0, (ended[inTime] ?? 1) - (ended[step] ?? 1))
    step = then
  }
  return late
}

/** Of the price, as a power of two: a million polls are too many for any task. */
const highest = 20
/** After these the price is known to about a third of a percent. */
const rounds = 12

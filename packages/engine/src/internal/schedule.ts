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
  /** A poll beyond `lag` is made by chance up to so many steps after it is due. */
  readonly scatter: number
  /** The share of tasks that may be found later than `lag`. */
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
    if (tried.late <= problem.late) {
      high = middle
      found = tried
    } else low = middle
  }
  return found.next
}

/** A schedule, and the share of tasks that it finds late. */
interface Tried {
  readonly next: Schedule
  readonly late: number
}

/**
 * A poll costs 1, a task found late costs `price`. From the last step back, each takes the next step
 * that costs least with all that follows: a near one, within `lag`, by which nothing is late, or a far
 * one, by which everything is late that ends before its last `lag` steps. What of a far one's cost
 * depends on where the wait began is the same for all of them, so the best far one is simply kept.
 */
const bestAt = ({ ended, floor, lag, scatter }: Problem, price: number): Tried => {
  const last = ended.length - 1
  const next = new Int32Array(last + 1)
  /** From a step on: what is paid, and the share that is found late. */
  const cost = new Float64Array(last + 1)
  const late = new Float64Array(last + 1)
  /** The same of a far poll at a step and of all after it, summed up for the mean of some in a row. */
  const costSum = new Float64Array(last + scatter + 2)
  const lateSum = new Float64Array(last + scatter + 2)
  const meanFrom = (sums: Float64Array, step: number): number => {
    const to = Math.min(last, step + scatter) + 1
    return ((sums[step] ?? 0) - (sums[to] ?? 0)) / (to - step)
  }
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
    lateSum[reach] = (lateSum[reach + 1] ?? 0) + gone + (late[reach] ?? 0)
    costSum[reach] = (costSum[reach + 1] ?? 0) + price * gone + (cost[reach] ?? 0)
    const reached = meanFrom(costSum, reach)
    if (reached <= far) {
      far = reached
      farStep = reach
    }
    let least = far - price * gone
    let then = farStep
    for (let near = step + floor; near <= reach; near++) {
      const nearCost = cost[near] ?? 0
      if (nearCost <= least) {
        least = nearCost
        then = near
      }
    }
    next[step] = then
    cost[step] = 1 - gone + least
    late[step] = then > reach ? meanFrom(lateSum, then) - gone : (late[then] ?? 0)
  }
  return { next, late: late[0] ?? 0 }
}

/** Of the price, as a power of two: a million polls are too many for any task. */
const highest = 20
/** After these the price is known to about a third of a percent. */
const rounds = 12

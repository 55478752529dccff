/** Whether tasks take longer and longer, or shorter and shorter, as far as their durations can tell. */
import type { Duration } from "../Generation.ts"

/**
 * Growth from one task to the next, as a natural logarithm: 0.01 is about one percent. It is the slope
 * of a straight line through the durations, less what chance may have made of it, and 0 where it would
 * not matter: over all of them, a trend of less than `interval` seconds.
 *
 * @param durations newest first
 */
export const trendOf = (durations: ReadonlyArray<Duration>, interval: number): number => {
  const count = durations.length
  if (count < fewest) return 0
  const logs = durations.map((duration) => Math.log(Math.max(tiny, typical(duration))))
  const middle = (count - 1) / 2
  const mean = logs.reduce((sum, log) => sum + log, 0) / count
  let both = 0
  let backs = 0
  let squares = 0
  for (const [back, log] of logs.entries()) {
    both += (back - middle) * (log - mean)
    backs += (back - middle) ** 2
    squares += (log - mean) ** 2
  }
  const slope = both / backs
  if (Math.abs(slope) * count * Math.exp(mean) < interval) return 0
  const variance = Math.max(0, squares - slope * both) / (count - 2) / backs
  const believed = Math.max(0, 1 - (doubt ** 2 * variance) / slope ** 2)
  // The line runs into the past.
  return -slope * believed
}

/** A wide span says little of where in it the task ended, except that nothing was seen to end early. */
const typical = ({ over, under }: Duration): number =>
  over > under / 2 ? (over + under) / 2 : under

const fewest = 12
/** Standard errors up to which a slope is taken for chance. */
const doubt = 2
const tiny = 1e-3

/** Whether tasks take longer and longer, or shorter and shorter, as far as their durations can tell. */
import type { Duration } from "../Generation.ts"

/**
 * Growth from one task to the next, as a natural logarithm: 0.01 is about one percent. It is the slope
 * of the straight line through the durations where it explains them, that is, where they lie closer
 * together without it. Else 0, as where it would not matter: less than `interval` seconds over them all.
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
  let squares = 0
  for (const [back, log] of logs.entries()) {
    both += (back - middle) * (log - mean)
    squares += (back - middle) ** 2
  }
  // Into the past: so much more or less for each task further back.
  const slope = both / squares
  if (Math.abs(slope) * count * Math.exp(mean) < interval) return 0
  const without = logs.map((log, back) => log - slope * back)
  return spread(without) < spread(logs) - clearly ? -slope : 0
}

/** A wide span says little of where in it the task ended, except that nothing was seen to end early. */
const typical = ({ over, under }: Duration): number =>
  over > under / 2 ? (over + under) / 2 : under

/**
 * How far values lie from their neighbours, as the mean logarithm of the distance across some of them
 * (Vasicek's estimate of the entropy, but for a constant). Two distant humps are as close as each is,
 * so a line drawn from one to the other by chance makes it greater.
 */
const spread = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const reach = Math.max(1, Math.floor(values.length / 16))
  let sum = 0
  for (let at = reach; at < values.length - reach; at++) {
    sum += Math.log(Math.max(alike, (sorted[at + reach] ?? 0) - (sorted[at - reach] ?? 0)))
  }
  return sum / (values.length - 2 * reach)
}

const fewest = 12
/** By so much, about 2 %, durations must lie closer together for a trend to be believed. */
const clearly = 0.02
/** Durations that differ by less, in their logarithm, differ by how they were polled. */
const alike = 0.002
const tiny = 1e-3

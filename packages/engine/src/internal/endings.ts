/**
 * When tasks end, as a distribution: estimated from polls, each of which saw a task run or saw it
 * ended and never the moment between. Owns the estimate; refuses to know what is decided by it.
 */
import type { Duration } from "../Generation.ts"
import { trendOf } from "./trend.ts"

export interface Seen {
  /** Newest first. */
  readonly durations: ReadonlyArray<Duration>
  /** Seconds that a task takes according to somebody who has seen none. */
  readonly usual: number
  /** Shorter than that, in seconds, a difference between tasks is of no interest. */
  readonly interval: number
}

/** Times are cut into steps of equal length. */
export interface Grid {
  /** Seconds. */
  readonly step: number
  readonly steps: number
}

/** The share of tasks that have ended by each step: from 0 at the submit to 1, never falling. */
export const endings = ({ durations, interval, usual }: Seen, grid: Grid): Float64Array => {
  const guess = guessOf(usual, grid)
  if (durations.length === 0) return cumulative(guess)
  const trend = trendOf(durations, interval)
  const spans = durations.map((duration, age) => spanOf(duration, age, trend, grid))
  const weight = spans.reduce((sum, span) => sum + span.weight, 0)
  const guessed = guessWeight / (1 + weight / guessFades)
  const likely = likeliest(spans, guess, guessed)
  const mass = smoothed(likely, weight)
  for (let at = 0; at < mass.length; at++) {
    mass[at] = ((mass[at] ?? 0) + guessed * (guess[at] ?? 0)) / (weight + guessed)
  }
  return cumulative(mass)
}

/** A duration by steps: the task ended after `from` and no later than `to`. */
interface Span {
  readonly from: number
  readonly to: number
  readonly weight: number
}

/** A duration that lies some tasks back counts less, and is what it would be today if the trend holds. */
const spanOf = ({ over, under }: Duration, age: number, trend: number, grid: Grid): Span => {
  const factor = Math.exp(Math.max(-largestShift, Math.min(largestShift, trend * (age + 1))))
  const from = Math.min(grid.steps - 1, Math.floor((over * factor) / grid.step))
  const to = Math.min(grid.steps, Math.ceil((under * factor) / grid.step))
  return { from, to: Math.max(from + 1, to), weight: 0.5 ** (age / halfLife) }
}

/**
 * The distribution under which such spans are likeliest (Turnbull's estimate), kept from extremes by
 * the guess: in turn, each span is shared out over its steps in proportion to what they have, and the
 * steps get what was shared out. A wide span so follows the narrow ones. What lies between two
 * neighbouring ends of spans always grows by the same factor, so one sum stands for all of its steps.
 * The answer weighs as much as the spans together.
 *
 * @see https://doi.org/10.1111/j.2517-6161.1976.tb01597.x (read 2026-11-20)
 */
const likeliest = (
  spans: ReadonlyArray<Span>,
  guess: Float64Array,
  guessed: number,
): Float64Array => {
  const ends = [...new Set([0, ...spans.flatMap(({ from, to }) => [from, to]), guess.length])]
  ends.sort((a, b) => a - b)
  const places = new Map(ends.map((end, place) => [end, place]))
  const cells = spans.map(({ from, to, weight }) => ({
    from: places.get(from) ?? 0,
    to: places.get(to) ?? 0,
    weight,
  }))
  const upTo = cumulative(guess)
  const start = Float64Array.from(
    ends.slice(1).map((end, place) => (upTo[end] ?? 0) - (upTo[ends[place] ?? 0] ?? 0)),
  )
  const mass = start.slice()
  const shared = new Float64Array(start.length)
  for (let round = 0; round < rounds; round++) {
    const by = cumulative(mass)
    const rate = new Float64Array(start.length + 1)
    for (const { from, to, weight } of cells) {
      addOver(rate, from, to, weight / Math.max(tiny, (by[to] ?? 0) - (by[from] ?? 0)))
    }
    sumUp(rate)
    for (let cell = 0; cell < start.length; cell++) {
      shared[cell] = (mass[cell] ?? 0) * (rate[cell] ?? 0)
      mass[cell] = (shared[cell] ?? 0) + guessed * (start[cell] ?? 0)
    }
  }
  const steps = guess.slice()
  for (let cell = 0; cell < start.length; cell++) {
    const factor = (shared[cell] ?? 0) / Math.max(tiny, start[cell] ?? 0)
    for (let at = ends[cell] ?? 0; at < (ends[cell + 1] ?? 0); at++) {
      steps[at] = (steps[at] ?? 0) * factor
    }
  }
  return steps
}

/**
 * Each step's mass spread evenly to both sides, half as far as it takes to meet enough of it: little
 * where tasks end close together, far where they are rare. What lies between two humps stays empty.
 * While few were seen, it is spread over a share of its own time at least.
 */
const smoothed = (mass: Float64Array, weight: number): Float64Array => {
  const { length } = mass
  const by = cumulative(mass)
  const enough = Math.min(smoothing * Math.sqrt(weight), 0.9 * weight)
  const within = (center: number, half: number): number =>
    (by[Math.min(length, center + half + 1)] ?? 0) - (by[Math.max(0, center - half)] ?? 0)
  const spread = new Float64Array(length + 1)
  let half = narrowest
  for (let at = 0; at < length; at++) {
    const one = mass[at] ?? 0
    if (one < tiny) continue
    while (half > narrowest && within(at, half - 1) >= enough) half--
    while (half < length && within(at, half) < enough) half++
    const reach = Math.max(narrowest, half >> 1, Math.round((spreadOfOne * at) / weight))
    const from = Math.max(0, at - reach)
    const to = Math.min(length, at + reach + 1)
    addOver(spread, from, to, one / (to - from))
  }
  sumUp(spread)
  return spread.subarray(0, length)
}

/** What is thought of a task before one was seen: somewhere about the usual, by a factor. */
const guessOf = (usual: number, { step, steps }: Grid): Float64Array => {
  const mass = new Float64Array(steps)
  let sum = 0
  for (let at = 0; at < steps; at++) {
    const seconds = (at + 0.5) * step
    const one = Math.exp(-((Math.log(seconds / usual) / guessSigma) ** 2) / 2) / seconds
    mass[at] = one
    sum += one
  }
  for (let at = 0; at < steps; at++) mass[at] = (mass[at] ?? 0) / sum
  return mass
}

const cumulative = (mass: Float64Array): Float64Array => {
  const by = new Float64Array(mass.length + 1)
  for (let at = 0; at < mass.length; at++) by[at + 1] = (by[at] ?? 0) + (mass[at] ?? 0)
  return by
}

/** Notes that the values from one step to before another are higher by so much; `sumUp` makes it so. */
const addOver = (changes: Float64Array, from: number, to: number, more: number): void => {
  changes[from] = (changes[from] ?? 0) + more
  changes[to] = (changes[to] ?? 0) - more
}

/** Turns changes into values; what rounding leaves below 0 becomes 0. */
const sumUp = (changes: Float64Array): void => {
  let sum = 0
  for (let at = 0; at < changes.length; at++) {
    sum += changes[at] ?? 0
    changes[at] = Math.max(0, sum)
  }
}

/** Of the guess, in tasks, beside those that were seen. */
const guessWeight = 0.5
/** With so many that were seen, it counts half of that. */
const guessFades = 10
/** Of the guess: two tasks in three lie within a factor of 3.3. */
const guessSigma = 1.2
/** A task so many tasks back counts half. */
const halfLife = 110
/** A trend is followed up to a factor of 2. */
const largestShift = Math.LN2
/** Times the root of how many tasks were seen: so many of them tell how far one is spread. */
const smoothing = 2
/** Where one task was seen, those like it are looked for up to such a share of its time away. */
const spreadOfOne = 0.3
/** Steps to each side that a mass is spread at least. */
const narrowest = 3
const rounds = 50
const tiny = 1e-12

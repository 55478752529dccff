/**
 * When to ask for a task again, by how long others like it took. Owns what "like it" means
 * (`cohortOf`), what their durations teach (`learn`) and the pause that follows (`pauseSeconds`).
 * Pure. Refuses what is not regular: failed polls and Retry-After are `Poll.pauseMillis` of the core.
 */
import { type AnyModel, type Field, fields, type Timing } from "@zoetrope/core/Model"
import type { Duration } from "./Generation.ts"
import { endings } from "./internal/endings.ts"
import { type Schedule, schedule } from "./internal/schedule.ts"

/**
 * The name under which durations are kept: the model, and what was chosen of its options. What is left
 * to its default is named as if it were given. Holds no text that a person wrote, no seed, no media;
 * numbers are rounded to two digits, so that many values do not make many cohorts.
 *
 * @example `volc-cv/jimeng-video-3.0-pro frames=121 aspect_ratio=16:9`
 */
export const cohortOf = (model: AnyModel, input: Readonly<Record<string, unknown>>): string =>
  [
    model.id,
    ...fieldsOf(model).flatMap((field) => {
      const option = optionOf(field, input[field.name] ?? field.default)
      return option === undefined ? [] : [`${field.name}=${option}`]
    }),
  ].join(" ")

export type { Schedule }

/** What the durations of one cohort teach. Made by `learn`, kept as long as they are the newest. */
export interface Learnt {
  readonly timing: Timing
  /** Seconds. */
  readonly step: number
  /** The share of tasks that have ended by each step. */
  readonly ended: Float64Array
  readonly next: Schedule
  /** So many newer durations would hardly change it. */
  readonly goodFor: number
}

/**
 * A few milliseconds of work, for all the pauses that are asked for until there are new durations. At
 * most 5 % of the tasks are to be found later than a poll at each one and a half floors would find 95 %
 * of them: 2.85 s after their end, where the floor is 2 s. With no durations, `timing.usual` is a guess.
 *
 * @param durations newest first
 */
export const learn = (timing: Timing, durations: ReadonlyArray<Duration>): Learnt => {
  const { floor } = timing.poll
  const interval = 1.5 * floor
  const lag = 0.95 * interval
  const range = rangeFactor * Math.max(2 * timing.usual, slowest(durations))
  const step = Math.max(lag / stepsOfLag, range / mostSteps)
  const ended = endings(
    { durations, usual: timing.usual, interval },
    { step, steps: Math.ceil(range / step) },
  )
  const floorSteps = Math.ceil(floor / step)
  // While little is known, little is risked.
  const late = (lateShare * durations.length) / (durations.length + 2)
  const lagSteps = Math.max(floorSteps, Math.round(lag / step))
  return {
    timing,
    step,
    ended,
    next: schedule({ ended, floor: floorSteps, lag: lagSteps, scatter: scatterSteps, late }),
    goodFor: Math.floor(durations.length / 64),
  }
}

/**
 * Seconds until the next poll of a task of this age, 0 at its submit, that still runs. Never below the
 * floor; never so long that a task is found minutes after its end, though nothing like it has been seen:
 * 60 ceilings or a twelfth of the link's life, and two ceilings for a task that 95 % would have outrun.
 *
 * Complete as it is: more jitter would only cost polls.
 *
 * @param random 0 to 1, anew for each pause: see `moveOf`
 */
export const pauseSeconds = (learnt: Learnt, ageSeconds: number, random: number): number => {
  const { link, poll } = learnt.timing
  const age = Math.max(0, ageSeconds)
  const here = Math.floor(age / learnt.step + rounding)
  const isOverdue = (learnt.ended[here] ?? 1) > overdueShare
  const longest = Math.min((isOverdue ? 2 : 60) * poll.ceiling, link / 12)
  const then = learnt.next[here]
  const wanted = then === undefined ? longest : then * learnt.step - age
  const moved = wanted + moveOf(wanted, learnt, random)
  return Math.max(poll.floor, Math.min(moved, longest))
}

/**
 * By how many seconds a long wait is moved by chance. Most end somewhat later than they might, which the
 * schedule reckons with: polls spread, and it is learnt between which of them tasks end. Some are broken
 * by one poll more, an interval early: without such, nobody would notice that tasks have become faster.
 */
const moveOf = (wanted: number, { step, timing }: Learnt, random: number): number => {
  const interval = 1.5 * timing.poll.floor
  if (wanted <= 2 * interval) return 0
  if (random < probeShare) return -interval
  return scatterSteps * step * ((random - probeShare) / (1 - probeShare))
}

/** Reading them off a schema takes longer than all the rest of accepting a generation. */
const fieldsOf = (model: AnyModel): ReadonlyArray<Field> => {
  const known = fieldsKnown.get(model) ?? fields(model)
  fieldsKnown.set(model, known)
  return known
}
const fieldsKnown = new WeakMap<AnyModel, ReadonlyArray<Field>>()

/** Only what a model publishes as an option: a number, a switch, one of a list. */
const optionOf = ({ choices, name, type }: Field, value: unknown): string | undefined => {
  if (/seed/i.test(name)) return undefined
  switch (type) {
    case "choice":
      return choices.find((choice) => choice === value)?.toString()
    case "boolean":
      return typeof value === "boolean" ? `${value}` : undefined
    case "integer":
    case "number":
      return typeof value === "number" && Number.isFinite(value)
        ? `${Number(value.toPrecision(2))}`
        : undefined
    default:
      return undefined
  }
}

/** Seconds at which the slowest of twenty still ran: a single straggler is not worth a finer grid. */
const slowest = (durations: ReadonlyArray<Duration>): number =>
  durations.map(({ over }) => over).toSorted((a, b) => b - a)[Math.floor(durations.length / 20)] ??
  0

/** Less than the 5 % that are meant: the best schedule for what was learnt of a few is not as good as it looks. */
const lateShare = 0.032
/** Of the long waits, so many are broken by one poll more. */
const probeShare = 0.08
/** A task that still runs when so many would have ended is overdue. */
const overdueShare = 0.95
/** Into how many steps the tolerated lag is cut. */
const stepsOfLag = 12
/** Over so many of them the end of a long wait is scattered. */
const scatterSteps = 8
const mostSteps = 8192
/** How far beyond the slowest is looked. */
const rangeFactor = 1.5
/** Of a step: an age that was made of steps is not rounded to the one before. */
const rounding = 1e-6

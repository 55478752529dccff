/**
 * Tasks one after the other, each polled until it is found ended: by the product, which learns only
 * from what its own polls have seen, and by fixed intervals. No clock and no network: counts and times
 * are the same on every machine.
 */
import type { Timing } from "@zoetrope/core/Model"
import type { Duration } from "@zoetrope/engine/Generation"
import * as Pacing from "@zoetrope/engine/Pacing"
import type { Distribution } from "./Distribution.ts"

export interface Course {
  /** The distribution of the tasks by their number, from 0. */
  readonly tasks: ReadonlyArray<Distribution>
  /** The first so many are learnt from and not counted. */
  readonly warmUp: number
}

export interface Found {
  readonly polls: number
  /** Seconds from a task's end to the poll that saw it. */
  readonly lag: number
}

export interface Simulated {
  readonly paced: ReadonlyArray<Found>
  /** The same tasks, polled each 3 s. */
  readonly each3: ReadonlyArray<Found>
  readonly each5: ReadonlyArray<Found>
}

/** That of the Volcengine models: a floor of 2 s. The tasks need not take as long as is usual. */
export const timing: Timing = {
  usual: 180,
  longest: 1800,
  poll: { floor: 2, ceiling: 5 },
  retention: 12 * 3600,
  link: 3600,
}

export const simulate = (course: Course, random: () => number): Simulated => {
  const paced: Array<Found> = []
  const each3: Array<Found> = []
  const each5: Array<Found> = []
  let durations: ReadonlyArray<Duration> = []
  let learnt = Pacing.learn(timing, durations)
  let unlearnt = 0
  for (const [number, distribution] of course.tasks.entries()) {
    const took = distribution.draw(random)
    const { duration, polls } = follow(learnt, took, random)
    durations = [duration, ...durations].slice(0, 128)
    unlearnt += 1
    if (unlearnt > learnt.goodFor) {
      learnt = Pacing.learn(timing, durations)
      unlearnt = 0
    }
    if (number >= course.warmUp) {
      paced.push({ polls, lag: duration.under - took })
      each3.push(fixed(3, took, random()))
      each5.push(fixed(5, took, random()))
    }
  }
  return { paced, each3, each5 }
}

const follow = (
  learnt: Pacing.Learnt,
  took: number,
  random: () => number,
): { readonly duration: Duration; readonly polls: number } => {
  let over = 0
  for (let polls = 1; ; polls++) {
    const under = over + Pacing.pauseSeconds(learnt, over, random())
    if (under >= took) return { duration: { over, under }, polls }
    over = under
  }
}

/** A loop that polls whatever there is each so many seconds: a task begins anywhere between two rounds. */
const fixed = (interval: number, took: number, phase: number): Found => {
  const first = interval * phase
  const more = Math.max(0, Math.ceil((took - first) / interval))
  return { polls: 1 + more, lag: first + more * interval - took }
}

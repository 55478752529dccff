/**
 * What is known of how long tasks take, by cohort: read once, and added to as tasks end. Thinking it
 * over costs some milliseconds, so it is done for every few new durations, and at most once a second.
 */
import type { Timing } from "@zoetrope/core/Model"
import { Clock, Effect, Exit } from "effect"
import type { Duration } from "../Generation.ts"
import { learn, type Learnt } from "../Pacing.ts"
import type { Store } from "../Store.ts"

export interface Experience {
  readonly learnt: (cohort: string, timing: Timing) => Effect.Effect<Learnt>
  readonly add: (cohort: string, duration: Duration) => void
}

interface Known {
  durations: ReadonlyArray<Duration>
  learnt: Learnt
  /** Durations that came since it was thought over. */
  fresh: number
  /** When that was, in milliseconds since 1970. */
  learntAt: number
}

/** Milliseconds. */
const pause = 1000

const mostDurations = 128
const mostCohorts = 256

export const make = (store: Pick<Store["Service"], "durations">): Experience => {
  const cohorts = new Map<string, Known>()
  const remember = (cohort: string, known: Known): void => {
    const [oldest] = cohorts.keys()
    if (cohorts.size >= mostCohorts && oldest !== undefined) cohorts.delete(oldest)
    cohorts.set(cohort, known)
  }
  return {
    learnt: Effect.fnUntraced(function* (cohort, timing) {
      const known = cohorts.get(cohort)
      const now = yield* Clock.currentTimeMillis
      if (known !== undefined) {
        // A clock that was set back must not stop it from learning.
        const isRested = Math.abs(now - known.learntAt) >= pause
        if (known.fresh > known.learnt.goodFor && isRested) {
          known.learnt = learn(timing, known.durations)
          known.fresh = 0
          known.learntAt = now
        }
        return known.learnt
      }
      // A store that is away teaches nothing for now; it is asked again the next time.
      const read = yield* Effect.exit(store.durations(cohort))
      if (Exit.isFailure(read)) return learn(timing, [])
      const durations = read.value
      const learnt = learn(timing, durations)
      remember(cohort, { durations, learnt, fresh: 0, learntAt: now })
      return learnt
    }),
    add: (cohort, duration) => {
      const known = cohorts.get(cohort)
      if (known === undefined) return
      known.durations = [duration, ...known.durations].slice(0, mostDurations)
      known.fresh += 1
    },
  }
}

/**
 * When a refused submit is tried again. The core bounds how often a program in its own process does
 * that; what stands in a store can wait for a provider that cannot be reached, since nothing was sent
 * and nothing is lost by waiting.
 */
import { delayBeforeRepeat } from "@zoetrope/core/Retry"
import type { TaskError } from "@zoetrope/core/TaskError"
import type { Moment } from "../Decision.ts"
import type { Generation, Task } from "../Generation.ts"

/** Milliseconds. Whoever is away for longer than a day is not just out of reach. */
const longestOutage = 86_400_000
const longestPause = 120_000

/** Milliseconds until the next attempt, or `undefined` when it is enough. */
export const delayBeforeAttempt = (
  moment: Moment,
  { createdAt }: Generation,
  { attempt }: Task,
  error: TaskError,
): number | undefined => {
  const usual = delayBeforeRepeat(error, attempt, moment.random)
  const isOutOfReach = error.reason._tag === "NothingSent" && error.verdict === "repeat"
  if (usual !== undefined || !isOutOfReach) return usual
  if (moment.now - createdAt > longestOutage) return undefined
  const pause = Math.min(longestPause, 1000 * 2 ** Math.min(attempt, 20))
  return Math.round(pause * (0.8 + 0.4 * moment.random))
}

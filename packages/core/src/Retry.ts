/**
 * How often and how slowly a refused submit is sent again. Owns the bounds; whether it may be sent
 * again at all is the verdict's. Pure: time and chance are arguments.
 */
import type { TaskError } from "./TaskError.ts"

interface Bound {
  readonly attempts: number
  readonly firstMillis: number
  readonly capMillis: number
}

/**
 * By kind of refusal. A full account empties when a task ends, which takes minutes; a permanently full
 * one (concurrency 0) must still come to an end. What is broken for four attempts is likely to stay broken.
 */
const bounds: { readonly [tag: string]: Bound } = {
  NothingSent: { attempts: 4, firstMillis: 1_000, capMillis: 10_000 },
  RateLimited: { attempts: 10, firstMillis: 1_000, capMillis: 30_000 },
  ConcurrencyLimited: { attempts: 24, firstMillis: 2_000, capMillis: 30_000 },
}
const otherwise: Bound = { attempts: 4, firstMillis: 2_000, capMillis: 30_000 }

/**
 * Milliseconds to wait before the next attempt, or `undefined` when it is enough.
 *
 * @param error why the last attempt was refused; its Retry-After is honoured, up to ten minutes
 * @param attempt the attempts made so far, 1 after the first
 * @param random 0 to 1
 */
export const delayBeforeRepeat = (
  error: TaskError,
  attempt: number,
  random: number,
): number | undefined => {
  if (error.verdict !== "repeat") return undefined
  const bound = bounds[error.reason._tag] ?? otherwise
  if (attempt >= bound.attempts) return undefined
  const backoff = Math.min(bound.capMillis, bound.firstMillis * 2 ** (attempt - 1))
  const asked = error.retryAfterMillis ?? 0
  if (asked > longestAskedMillis) return undefined
  return Math.max(asked, Math.round(backoff * (0.8 + 0.4 * random)))
}

/** Longer than this nobody is obeyed: a submit fails instead, and a poll comes sooner, since videos and links die meanwhile. */
export const longestAskedMillis = 600_000

/** How long an answer asks to wait before the next call, by its `Retry-After` header. */
import type { Answer } from "./Exchange.ts"

/**
 * Milliseconds; the header gives seconds or an HTTP date. `undefined` where it is absent, lies in the
 * past or says nothing readable.
 *
 * @param now epoch milliseconds at which the answer came
 */
export const retryAfterMillis = (
  answer: Pick<Answer, "headers">,
  now: number,
): number | undefined => {
  const header = answer.headers["retry-after"]?.trim()
  if (header === undefined || header === "") return undefined
  const millis = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(millis) && millis >= 0 ? millis : undefined
}

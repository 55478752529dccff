/**
 * Callbacks that were taken already: each is signed with a nonce, and whoever saw one could send it
 * again. Owns how long a nonce is remembered. In memory: what is sent again after a restart is at most
 * as old as the tolerance, and all that comes of it is a poll.
 */

export interface Nonces {
  readonly has: (nonce: string, now: number) => boolean
  readonly add: (nonce: string, now: number) => void
}

/** Only who has the account's key can make one. */
const most = 10_000

/** @param millis as long as a request with the same date could pass: twice the tolerance */
export const make = (millis: number): Nonces => {
  /** Oldest first, with the time until which each counts. */
  const until = new Map<string, number>()
  return {
    has: (nonce, now) => (until.get(nonce) ?? -Infinity) > now,
    add: (nonce, now) => {
      until.delete(nonce)
      until.set(nonce, now + millis)
      for (const [oldest, end] of until) {
        if (end > now && until.size <= most) break
        until.delete(oldest)
      }
    },
  }
}

/**
 * The runner's own time: milliseconds that only ever go on, whatever becomes of the machine's clock.
 * What is recorded is in UTC; what is waited for is by this.
 */
import type { Clock } from "effect"

export interface SteadyClock {
  readonly now: () => number
  /**
   * The moment in this time that is as far from now as `utc` is from the machine's now. What was
   * recorded was true at `writtenAt`: a machine's now before that is a clock that has been set back.
   */
  readonly fromUtc: (utc: number, writtenAt?: number) => number
}

export const make = (clock: Clock.Clock): SteadyClock => {
  const now = () => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n)
  return {
    now,
    fromUtc: (utc, writtenAt = -Infinity) =>
      now() + utc - Math.max(clock.currentTimeMillisUnsafe(), writtenAt),
  }
}

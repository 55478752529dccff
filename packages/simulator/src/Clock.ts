/**
 * The two clocks of the simulator, in whole milliseconds since 1970.
 *
 * `now` is the simulated time by which tasks progress, links die and limits count: it starts at the
 * real time, runs `speed` times as fast and can be advanced. `wall` is the time at the provider's
 * gateway, by which signatures are judged and which the `Date` header shows: the real time, wrong
 * by `skewSeconds` where a test wants it wrong. They are apart because a client signs with its own
 * real clock however fast the simulated tasks run.
 */
import { checkedNumber, InvalidInput } from "./InvalidInput.ts"

export interface Clock {
  /** Simulated, in milliseconds since 1970. */
  readonly now: () => number
  /** At the gateway, in milliseconds since 1970. */
  readonly wall: () => number
  /** Moves the simulated time forward; never back. */
  readonly advance: (seconds: number) => void
  /** Simulated seconds per real second. */
  readonly speed: number
}

export interface ClockOptions {
  /** Simulated seconds per real second; default 1. */
  readonly speed?: number | undefined
  /** How far the gateway's clock is ahead of ours, in seconds; negative is behind. Default 0. */
  readonly skewSeconds?: number | undefined
}

export const makeClock = (options: ClockOptions = {}): Clock => {
  const speed = checkedNumber("speed", options.speed ?? 1, 0.001)
  const skewSeconds = options.skewSeconds ?? 0
  if (!Number.isFinite(skewSeconds)) {
    throw new InvalidInput("skewSeconds", skewSeconds, "a finite number of seconds")
  }
  const startedAt = Date.now()
  // Elapsed time is taken from the monotonic clock: a correction of the machine's own clock must
  // not make simulated time run backwards.
  const started = performance.now()
  let advanced = 0
  return {
    speed,
    now: () => Math.floor(startedAt + (performance.now() - started) * speed + advanced),
    wall: () => Date.now() + skewSeconds * 1000,
    advance: (seconds) => {
      advanced += checkedNumber("seconds", seconds, 0) * 1000
    },
  }
}

/** What a simulated Vidu can be set to; everything else is as its documents have it. */
import { InvalidInput } from "@zoetrope/simulator"

export interface ViduSettings {
  /**
   * Whether to answer as relays do, which take `Authorization: Bearer KEY`. Vidu itself takes
   * `Token KEY`. Default false.
   */
  readonly relay?: boolean
  /** Tasks of one organisation that are worked on at once, from 1; default 5. */
  readonly concurrency?: number
  /** Credits that each organisation starts with, from 0; default 1,000,000. */
  readonly credits?: number
  /** Simulated seconds for which an off-peak task waits before its turn, from 0; default 1800. */
  readonly offPeakSeconds?: number
  /**
   * Simulated seconds before a failed callback is tried again, from 0; default 30, since no document
   * gives it.
   */
  readonly callbackRetrySeconds?: number
  /**
   * How callbacks name the state: the document's text says `status`, its sample has `state`. Default
   * `state`.
   */
  readonly callbackState?: "state" | "status"
}

/** With the defaults; throws `InvalidInput`. */
export const settle = (settings: ViduSettings): Required<ViduSettings> => {
  const settled: Required<ViduSettings> = {
    relay: false,
    concurrency: 5,
    credits: 1_000_000,
    offPeakSeconds: 1800,
    callbackRetrySeconds: 30,
    callbackState: "state",
    ...settings,
  }
  for (const [name, least] of numbers) {
    const given = settled[name]
    if (!Number.isFinite(given) || given < least) {
      throw new InvalidInput(name, given, `a number of at least ${least}`)
    }
  }
  return settled
}

const numbers = [
  ["concurrency", 1],
  ["credits", 0],
  ["offPeakSeconds", 0],
  ["callbackRetrySeconds", 0],
] as const

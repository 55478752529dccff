/** What a simulated Vidu can be set to; everything else is as its documents have it. */

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
  /** Simulated seconds before a failed callback is tried again, from 0; default 30. No document gives it. */
  readonly callbackRetrySeconds?: number
  /** How callbacks name the state: the document's text says `status`, its sample `state`. Default `state`. */
  readonly callbackState?: "state" | "status"
}

/** With the defaults; throws a `RangeError` that names what cannot be. */
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
  const least = { concurrency: 1, credits: 0, offPeakSeconds: 0, callbackRetrySeconds: 0 } as const
  for (const name of [
    "concurrency",
    "credits",
    "offPeakSeconds",
    "callbackRetrySeconds",
  ] as const) {
    if (!(settled[name] >= least[name])) {
      throw new RangeError(`${name} is ${settled[name]}; it must be a number from ${least[name]}`)
    }
  }
  return settled
}

/** Whether the server is away just now: told once when it goes and once when it is back, and kept for who asks. */
import { Effect } from "effect"
import { type CallFailed, type ServerError, serverError } from "./refusals.ts"

export interface Outage {
  /** A call has brought nothing, and is made again. */
  readonly seen: (error: CallFailed) => Effect.Effect<void>
  readonly over: Effect.Effect<void>
  readonly current: () => ServerError | undefined
}

export const make = (url: string): Outage => {
  let away: ServerError | undefined
  return {
    seen: (error) =>
      Effect.suspend(() => {
        const isNews = away === undefined
        away = serverError(error, url)
        return isNews ? Effect.logWarning(`${away.message}; trying again`) : Effect.void
      }),
    over: Effect.suspend(() => {
      const wasAway = away !== undefined
      away = undefined
      return wasAway ? Effect.logWarning(`the server at ${url} answers again`) : Effect.void
    }),
    current: () => away,
  }
}

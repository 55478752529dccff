/** How many event streams are open, of whom, and how many there may be. */
import { type Access, Problem } from "@zoetrope/api"
import { Context, Effect, Layer, type Scope } from "effect"

/** Event streams that may be open at once. */
export interface Most {
  /** Default 2048. */
  readonly total: number
  /** Of one key. Default 1024. */
  readonly perKey: number
}

export const defaultMost: Most = { total: 2048, perKey: 1024 }

export class Listeners extends Context.Service<
  Listeners,
  {
    /** Takes a place until the scope closes. */
    readonly enter: (
      caller: Access.Caller,
    ) => Effect.Effect<void, Problem.TooManyListeners, Scope.Scope>
    readonly count: Effect.Effect<number>
  }
>()("@zoetrope/server/Listeners") {}

export const layer = ({ perKey, total }: Most): Layer.Layer<Listeners> =>
  Layer.sync(Listeners, () => {
    const open = new Map<string, number>()
    let all = 0
    const change = (id: string, by: number): void => {
      const now = (open.get(id) ?? 0) + by
      if (now === 0) open.delete(id)
      else open.set(id, now)
      all += by
    }
    return Listeners.of({
      enter: ({ id }) =>
        Effect.acquireRelease(
          Effect.suspend(() => {
            const mine = open.get(id) ?? 0
            if (all >= total || mine >= perKey) {
              const detail =
                mine >= perKey
                  ? `this key has ${mine} event streams open, and may have no more`
                  : "the server has as many event streams open as it may"
              return Effect.fail(new Problem.TooManyListeners({ detail }))
            }
            return Effect.sync(() => change(id, 1))
          }),
          () => Effect.sync(() => change(id, -1)),
        ),
      count: Effect.sync(() => all),
    })
  })

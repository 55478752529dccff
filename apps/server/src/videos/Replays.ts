/**
 * Creates whose answer was lost. A stock client posts again, with no key, another boundary, and a count
 * of its retries; a person who wants the same twice posts with a count of 0. Owns the keys under which
 * the engine records creates of the first kind, so that a retry finds its generation again, also after
 * a restart: the caller, a digest of what was asked for, the half hour, and which one of several alike.
 */
import * as Digest from "@zoetrope/core/Digest"
import type { Accepted } from "@zoetrope/engine/Engine"
import { Store, type StoreError } from "@zoetrope/engine/Store"
import { Clock, Effect, Semaphore } from "effect"

/** Who asks for what, for which time. */
export interface Posted {
  /** Id of the caller's key, and whose generations it sees. */
  readonly caller: { readonly id: string; readonly owner: string }
  readonly model: string
  /** Files as bytes. */
  readonly input: unknown
  /** How often this very request was sent before, as the client says. */
  readonly retries: number
}

export interface Replays {
  /**
   * What an earlier sending of this request was accepted as; else what `accept` makes of it, under the
   * key that it is given.
   */
  readonly once: <E, R>(
    posted: Posted,
    accept: (key: string) => Effect.Effect<Accepted, E, R>,
  ) => Effect.Effect<Accepted, E | StoreError, R>
}

/** Milliseconds. A retry looks into its own slot and the one before: half an hour back at least. */
export const slotMillis = 30 * 60_000

export const make: Effect.Effect<Replays, never, Store> = Effect.gen(function* () {
  const store = yield* Store
  const places = new Map<string, Place>()
  /** How many alike there are in a slot, where there is more than one. */
  const counts = new Map<string, number>()
  /** The highest count of retries that a generation was the answer to. */
  const answered = new Map<string, number>()

  /** Those alike are taken one after the other: a retry may come while the first is still being written. */
  const inTurn = <A, E, R>(name: string, run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const place = places.get(name) ?? { semaphore: Semaphore.makeUnsafe(1), users: 0 }
        places.set(name, place)
        place.users += 1
        return place
      }),
      ({ semaphore }) => semaphore.withPermits(1)(run),
      (place) =>
        Effect.sync(() => {
          place.users -= 1
          if (place.users === 0) places.delete(name)
        }),
    )

  /** The newest one alike that no retry of this count was answered with: several may have been lost at once. */
  const lost = Effect.fnUntraced(function* (
    { caller, retries }: Posted,
    slots: ReadonlyArray<string>,
  ) {
    for (const slot of slots) {
      const alike: Array<Accepted["generation"]> = []
      for (let number = 0; ; number++) {
        const one = yield* store.byKey(caller.owner, keyOf(slot, number))
        if (one !== undefined) alike.push(one)
        else if (number >= (counts.get(slot) ?? 0)) break
      }
      const found = alike.findLast(({ id }) => (answered.get(id) ?? 0) < retries)
      if (found !== undefined) return found
    }
    return undefined
  })

  const once: Replays["once"] = Effect.fnUntraced(function* (posted, accept) {
    const { caller, input, model, retries } = posted
    const digest = yield* Digest.ofInput(model, input)
    const name = `${caller.id} ${digest}`
    const now = yield* Clock.currentTimeMillis
    const slot = slotOf(name, now)
    const run = Effect.gen(function* () {
      if (retries > 0) {
        const generation = yield* lost(posted, [slot, slotOf(name, now - slotMillis)])
        if (generation !== undefined) {
          remember(answered, generation.id, retries)
          return { generation, isNew: false, warnings: [] }
        }
      }
      for (let number = counts.get(slot) ?? 0; ; number++) {
        const accepted = yield* accept(keyOf(slot, number))
        // What there is already is for the one who asked first, unless this is the same one again.
        if (!accepted.isNew && retries === 0) continue
        if (number > 0) remember(counts, slot, number + 1)
        if (retries > 0) remember(answered, accepted.generation.id, retries)
        return accepted
      }
    })
    return yield* inTurn(name, run)
  })

  return { once }
})

interface Place {
  readonly semaphore: Semaphore.Semaphore
  users: number
}

const slotOf = (name: string, millis: number): string =>
  `${name} ${Math.floor(millis / slotMillis)}`

/** Holds blanks, which no key of a caller's own can. */
const keyOf = (slot: string, number: number): string => `videos ${slot} ${number}`

/** Entries of each map; both only save time or tell apart what was lost together. */
const most = 10_000

const remember = (map: Map<string, number>, key: string, value: number): void => {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}

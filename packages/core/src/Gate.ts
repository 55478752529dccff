/**
 * How much is asked of one account at once. Vendors count calls per second and tasks in flight by
 * account and limit group; so does the gate, first come, first served. It never refuses, it only
 * lets wait. In memory: the gate of one process.
 */
import { Clock, Context, Deferred, Effect, type Scope } from "effect"
import type { Limits } from "./Model.ts"

/** A place among the tasks in flight. */
export interface Place {
  /**
   * The task may go on without us (undecided, deadline, abort): its place stays taken for so long
   * after this one is given back, or until `free` is told its id.
   */
  readonly keep: (id: string, seconds: number) => void
}

export interface Gate {
  /** Waits for a place; it is given back when the scope closes. `onWait` is told once if there is none free. */
  readonly place: (
    key: string,
    limits: Limits,
    onWait?: () => void,
  ) => Effect.Effect<Place, never, Scope.Scope>
  /** The task of a kept place has ended. */
  readonly free: (key: string, id: string) => Effect.Effect<void>
  /** Waits for the moment of the next call. */
  readonly call: (key: string, limits: Limits) => Effect.Effect<void>
  /** The provider said that there are too many tasks: one less than there are now, for a while. */
  readonly lower: (key: string) => Effect.Effect<void>
}

/** For how long a lowered limit holds. */
const loweredMillis = 60_000

interface Group {
  held: number
  /** Id to the time when the place is free again. */
  readonly kept: Map<string, number>
  lowered: { readonly limit: number; readonly until: number } | undefined
  readonly queue: Array<Deferred.Deferred<void>>
  nextCall: number
}

export const make = (): Gate => {
  const groups = new Map<string, Group>()
  const groupOf = (key: string): Group => {
    let group = groups.get(key)
    if (group === undefined) {
      group = { held: 0, kept: new Map(), lowered: undefined, queue: [], nextCall: 0 }
      groups.set(key, group)
    }
    return group
  }
  const now = Clock.currentTimeMillis

  /** Whether a task may start now, and else when time alone may change that. */
  const look = (group: Group, limits: Limits, at: number): { free: boolean; until: number } => {
    for (const [id, until] of group.kept) if (until <= at) group.kept.delete(id)
    if (group.lowered !== undefined && group.lowered.until <= at) group.lowered = undefined
    const limit = Math.max(1, Math.min(limits.inFlight, group.lowered?.limit ?? Infinity))
    const until = Math.min(group.lowered?.until ?? Infinity, ...group.kept.values())
    return { free: group.held + group.kept.size < limit, until }
  }
  const wakeFirst = (group: Group) =>
    Effect.suspend(() => {
      const first = group.queue[0]
      return first === undefined ? Effect.void : Deferred.succeed(first, undefined)
    })

  const enter = Effect.fnUntraced(function* (group: Group, limits: Limits, onWait?: () => void) {
    if (group.queue.length === 0 && look(group, limits, yield* now).free) {
      group.held += 1
      return
    }
    onWait?.()
    let turn = Deferred.makeUnsafe<void>()
    group.queue.push(turn)
    yield* Effect.gen(function* () {
      while (true) {
        const at = yield* now
        const { free, until } = look(group, limits, at)
        if (group.queue[0] === turn && free) break
        const woken = Deferred.await(turn)
        yield* until === Infinity
          ? woken
          : Effect.raceFirst(woken, Effect.sleep(Math.max(1, until - at)))
        const index = group.queue.indexOf(turn)
        turn = Deferred.makeUnsafe<void>()
        group.queue[index] = turn
      }
      group.held += 1
    }).pipe(
      Effect.ensuring(
        Effect.suspend(() => {
          group.queue.splice(group.queue.indexOf(turn), 1)
          return wakeFirst(group)
        }),
      ),
    )
  })

  return {
    place: (key, limits, onWait) => {
      const group = groupOf(key)
      let keep: { readonly id: string; readonly seconds: number } | undefined
      return Effect.acquireRelease(
        Effect.as(Effect.interruptible(enter(group, limits, onWait)), {
          keep: (id: string, seconds: number) => {
            keep = { id, seconds }
          },
        }),
        () =>
          Effect.flatMap(now, (at) => {
            group.held -= 1
            if (keep !== undefined) group.kept.set(keep.id, at + keep.seconds * 1000)
            return wakeFirst(group)
          }),
      )
    },
    free: (key, id) =>
      Effect.suspend(() => {
        const group = groupOf(key)
        return group.kept.delete(id) ? wakeFirst(group) : Effect.void
      }),
    call: (key, limits) =>
      Effect.flatMap(now, (at) => {
        const group = groupOf(key)
        const turn = Math.max(at, group.nextCall)
        group.nextCall = turn + 1000 / limits.callsPerSecond
        return turn > at ? Effect.sleep(turn - at) : Effect.void
      }),
    lower: (key) =>
      Effect.map(now, (at) => {
        const group = groupOf(key)
        const current = Math.min(group.lowered?.limit ?? Infinity, group.held + group.kept.size)
        group.lowered = { limit: Math.max(1, current - 1), until: at + loweredMillis }
      }),
  }
}

/** The gate in use; one for the whole process unless another one is provided. */
export const Current = Context.Reference<Gate>("@zoetrope/core/Gate/Current", {
  defaultValue: make,
})

/**
 * How much is asked of one account at once. Vendors count calls per second and tasks in flight by
 * account and limit group; so does the gate, first come, first served. It never refuses, it only
 * lets wait. In memory: the gate of one process.
 */
import { Clock, Context, Deferred, Effect, Exit, type Scope } from "effect"
import type { Limits } from "./Model.ts"

/** A place among the tasks in flight. */
export interface Place {
  /**
   * The task may go on without us (undecided, deadline, abort): its place stays taken for so long
   * after this one is given back, or until `free` is told its task id, where it has one.
   */
  readonly keep: (seconds: number, taskId?: string) => void
}

export interface Gate {
  /** Waits for a place; it is given back when the scope closes. `onWait` is told once if there is none free. */
  readonly place: (
    key: string,
    limits: Limits,
    onWait?: () => void,
  ) => Effect.Effect<Place, never, Scope.Scope>
  /** The task of a kept place has ended. */
  readonly free: (key: string, taskId: string) => Effect.Effect<void>
  /** Waits for the moment of the next call. */
  readonly call: (key: string, limits: Limits) => Effect.Effect<void>
  /** The provider said that there are too many tasks: one less than there are now, for a while. */
  readonly lower: (key: string) => Effect.Effect<void>
}

/** For how long a lowered limit holds. */
const loweredMillis = 60_000

interface Waiter {
  signal: Deferred.Deferred<void>
}

interface Group {
  held: number
  /** Task id, or a mark of its own, to the time when the place is free again. */
  readonly kept: Map<string | symbol, number>
  lowered: { readonly limit: number; readonly until: number } | undefined
  /** In order of arrival. */
  readonly waiters: Array<Waiter>
  nextCall: number
}

/** A gate of its own: it knows nothing of what others let through. `Current` is the one that is asked. */
export const make = (): Gate => {
  const groups = new Map<string, Group>()
  const groupOf = (key: string): Group => {
    let group = groups.get(key)
    if (group === undefined) {
      group = { held: 0, kept: new Map(), lowered: undefined, waiters: [], nextCall: 0 }
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
      const first = group.waiters[0]
      return first === undefined ? Effect.void : Deferred.succeed(first.signal, undefined)
    })

  /** Returns when it is this caller's turn and a place is free. Takes nothing. */
  const turn = Effect.fnUntraced(function* (group: Group, limits: Limits, waiter: Waiter) {
    while (true) {
      const at = yield* now
      const { free, until } = look(group, limits, at)
      if (free && group.waiters[0] === waiter) return
      waiter.signal = Deferred.makeUnsafe()
      const woken = Deferred.await(waiter.signal)
      yield* until === Infinity
        ? woken
        : Effect.timeoutOrElse(woken, {
            duration: Math.max(1, until - at),
            orElse: () => Effect.void,
          })
    }
  })

  return {
    place: (key, limits, onWait) => {
      const group = groupOf(key)
      let kept: { readonly seconds: number; readonly id: string | symbol } | undefined
      const acquire = Effect.gen(function* () {
        const waiter: Waiter = { signal: Deferred.makeUnsafe() }
        group.waiters.push(waiter)
        if (group.waiters.length > 1 || !look(group, limits, yield* now).free) onWait?.()
        const exit = yield* Effect.exit(Effect.interruptible(turn(group, limits, waiter)))
        group.waiters.splice(group.waiters.indexOf(waiter), 1)
        if (Exit.isSuccess(exit)) group.held += 1
        yield* wakeFirst(group)
        yield* exit
        const place: Place = {
          keep: (seconds, taskId) => {
            kept = { seconds, id: taskId ?? Symbol("undecided") }
          },
        }
        return place
      })
      return Effect.acquireRelease(acquire, () =>
        Effect.flatMap(now, (at) => {
          group.held -= 1
          if (kept !== undefined) group.kept.set(kept.id, at + kept.seconds * 1000)
          return wakeFirst(group)
        }),
      )
    },
    free: (key, taskId) =>
      Effect.suspend(() => {
        const group = groupOf(key)
        return group.kept.delete(taskId) ? wakeFirst(group) : Effect.void
      }),
    call: (key, limits) =>
      Effect.flatMap(now, (at) => {
        const group = groupOf(key)
        const start = Math.max(at, group.nextCall)
        group.nextCall = start + 1000 / limits.callsPerSecond
        return start > at ? Effect.sleep(start - at) : Effect.void
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

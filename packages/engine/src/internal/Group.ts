/**
 * What one vendor counts together: an account and a limit group. Who holds a place among its tasks in
 * flight, who waits for one, and when the next call may go out. Plain data, told by the rows alone, so
 * that a restart knows it again.
 */
import type { Limits } from "@zoetrope/core/Model"
import type { Generation } from "../Generation.ts"

export interface Group {
  readonly limits: Limits
  /** Ids of those whose place is taken until they are seen to have ended. */
  readonly held: Set<string>
  /** Ids of undecided ones, to the time when their place is free again by itself. */
  readonly lapsing: Map<string, number>
  /** Waiting for a place: first asked, first served. */
  readonly turns: Array<Turn>
  /** Ids that wait to be polled, looked for or cancelled. */
  readonly calls: Array<string>
  nextCall: number
  lowered: { readonly limit: number; readonly until: number } | undefined
}

export interface Turn {
  readonly id: string
  readonly createdAt: number
}

export const make = (limits: Limits): Group => ({
  limits,
  held: new Set(),
  lapsing: new Map(),
  turns: [],
  calls: [],
  nextCall: 0,
  lowered: undefined,
})

/**
 * Until when a generation counts as in flight at its provider; `undefined` if it does not.
 *
 * @param longest seconds that its model's tasks ever took; an undecided one is over after that
 */
export const placeUntil = ({ state, task }: Generation, longest: number): number | undefined => {
  if (state === "submitting" || state === "running") return Infinity
  return state === "undecided" && task !== undefined ? task.sentAt + longest * 1000 : undefined
}

/** Takes a place until then, or gives it back. */
export const hold = (group: Group, id: string, until: number | undefined): void => {
  group.held.delete(id)
  group.lapsing.delete(id)
  if (until === Infinity) group.held.add(id)
  else if (until !== undefined) group.lapsing.set(id, until)
}

export const hasPlace = (group: Group, now: number): boolean => {
  for (const [id, until] of group.lapsing) if (until <= now) group.lapsing.delete(id)
  if (group.lowered !== undefined && group.lowered.until <= now) group.lowered = undefined
  const limit = Math.min(group.limits.inFlight, group.lowered?.limit ?? Infinity)
  return inFlight(group) < Math.max(1, limit)
}

const inFlight = ({ held, lapsing }: Group): number => held.size + lapsing.size

/** When time alone may let somebody on who waits now. */
export const nextChange = (group: Group, now: number): number => {
  const isWaiting = group.turns.length > 0 || group.calls.length > 0
  if (!isWaiting) return Infinity
  if (group.nextCall >= now + 1) return group.nextCall
  if (group.turns.length === 0) return Infinity
  let next = group.lowered?.until ?? Infinity
  for (const until of group.lapsing.values()) next = Math.min(next, until)
  return next
}

/** In order of when it was asked for, whenever it comes. */
export const line = (group: Group, turn: Turn): void => {
  const place = group.turns.findLastIndex(
    (other) =>
      other.createdAt < turn.createdAt ||
      (other.createdAt === turn.createdAt && other.id < turn.id),
  )
  group.turns.splice(place + 1, 0, turn)
}

/** Counts one call. */
export const call = (group: Group, now: number): void => {
  group.nextCall = Math.max(now, group.nextCall) + 1000 / group.limits.callsPerSecond
}

const loweredMillis = 60_000

/** The provider says that there are too many: one less than now, for a minute. */
export const lower = (group: Group, now: number): void => {
  const current = Math.min(group.lowered?.limit ?? Infinity, inFlight(group))
  group.lowered = { limit: Math.max(1, current - 1), until: now + loweredMillis }
}

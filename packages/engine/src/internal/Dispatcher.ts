/**
 * Which call may start now. What is due stands in a line: its account's for a turn or for a call, or
 * that of the videos to be fetched. It comes out when its provider may be called again, a place among
 * the tasks in flight is free (of a turn), and this machine has a slot for it. Owns order, limits and
 * fairness; refuses to know what a call does.
 */
import { type Action, nextAction } from "../nextAction.ts"
import * as DueTimes from "./DueTimes.ts"
import type { Entry } from "./Entry.ts"
import * as Group from "./Group.ts"

/** What this machine has on the wire at once. */
export interface Slots {
  readonly submits: number
  readonly calls: number
  readonly fetches: number
}

/** A call that may start. Its entry is busy, and has a slot. */
export interface Start {
  readonly entry: Entry
  readonly action: Exclude<Action, "rest">
  /** Gives the slot back; more than once does no harm. */
  readonly release: () => void
}

export interface Dispatcher {
  /** The entry is looked at again at this time, by the runner's clock; absent: not by itself. */
  readonly schedule: (entry: Entry, at: number | undefined) => void
  /** Its call is over. */
  readonly end: (entry: Entry) => void
  /** Everything that can start now: one call of each group in turn, so that none waits for another's crowd. */
  readonly starts: (now: number) => Generator<Start>
  /** When time alone will let somebody on. */
  readonly next: (now: number) => number
}

/**
 * @param entries all that are driven, by id
 * @param groups in the order in which they are served, which changes with every call
 * @param wake told whenever more may start than a moment ago
 */
export const make = (
  entries: ReadonlyMap<string, Entry>,
  groups: Map<string, Group.Group>,
  slots: Slots,
  wake: () => void,
): Dispatcher => {
  const due = DueTimes.make()
  const toFetch: Array<string> = []
  const free = { ...slots }

  const schedule = (entry: Entry, at: number | undefined): void => {
    entry.due = at
    if (at === undefined) return
    due.add(entry.generation.id, at)
    wake()
  }

  const lineUp = (entry: Entry): void => {
    const { createdAt, id } = entry.generation
    const { group, provider } = entry.account
    const action = nextAction(entry.generation)
    if (action === "rest" || action === entry.inLine) return
    if (action === "look" && provider.find === undefined) return
    entry.inLine = action
    if (action === "turn") Group.line(group, { id, createdAt })
    else if (action === "fetch") toFetch.push(id)
    else group.calls.push(id)
  }

  /** The entry comes out of its line, if what it stood there for still is what it needs. */
  const called = (id: string | undefined, slot: keyof Slots): Start | undefined => {
    const entry = entries.get(id ?? "")
    if (entry === undefined || entry.isBusy || entry.inLine === undefined) return undefined
    if (slotOf[entry.inLine] !== slot) return undefined
    entry.inLine = undefined
    const action = nextAction(entry.generation)
    if (action !== "rest" && slotOf[action] === slot) return start(entry, action, slot)
    lineUp(entry)
    return undefined
  }

  const start = (entry: Entry, action: Start["action"], slot: keyof Slots): Start => {
    free[slot] -= 1
    entry.isBusy = true
    let isHeld = true
    const release = () => {
      if (isHeld) free[slot] += 1
      isHeld = false
      wake()
    }
    return { entry, action, release }
  }

  /** One call of this group, if it may have one now. */
  const oneOf = (group: Group.Group, now: number): Start | undefined => {
    // Time is in whole milliseconds here: an account may have more than one call in each.
    if (group.nextCall >= now + 1) return undefined
    while (group.turns.length > 0 && free.submits > 0 && Group.hasPlace(group, now)) {
      const one = called(group.turns.shift()?.id, "submits")
      if (one === undefined) continue
      Group.call(group, now)
      Group.hold(group, one.entry.generation.id, Infinity)
      return one
    }
    while (group.calls.length > 0 && free.calls > 0) {
      const one = called(group.calls.shift(), "calls")
      if (one === undefined) continue
      Group.call(group, now)
      return one
    }
    return undefined
  }

  return {
    schedule,
    end: (entry) => {
      entry.isBusy = false
      const { id } = entry.generation
      // What became due meanwhile was passed over.
      if (entries.get(id) === entry && entry.due !== undefined) due.add(id, entry.due)
    },
    starts: function* (now) {
      for (let one = due.take(now); one !== undefined; one = due.take(now)) {
        const entry = entries.get(one.id)
        if (entry !== undefined && !entry.isBusy && entry.due === one.at) lineUp(entry)
      }
      while (toFetch.length > 0 && free.fetches > 0) {
        const one = called(toFetch.shift(), "fetches")
        if (one !== undefined) yield one
      }
      for (const [key, group] of groups) {
        const one = oneOf(group, now)
        if (one === undefined) continue
        // Who was served stands last, and is reached again in this same walk.
        groups.delete(key)
        groups.set(key, group)
        yield one
      }
    },
    next: (now) => {
      const times = [...groups.values()].map((group) => Group.nextChange(group, now))
      return Math.min(due.next() ?? Infinity, ...times)
    },
  }
}

/** Which of this machine's slots a call takes. */
const slotOf: Readonly<Record<Start["action"], keyof Slots>> = {
  turn: "submits",
  look: "calls",
  poll: "calls",
  cancel: "calls",
  fetch: "fetches",
}

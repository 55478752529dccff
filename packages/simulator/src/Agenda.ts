/**
 * What is to happen at moments of simulated time. Things are done in the order of their moments and
 * each is told its own, so that a clock that is advanced by an hour lets the hour happen as if it had
 * passed. They are done when someone looks (`run`) and, for what nobody looks at, by a timer.
 */
import type { Clock } from "./Clock.ts"

export interface Agenda {
  /** Does `what` once the simulated time has reached `due`, in milliseconds; never at once. */
  readonly at: (due: number, what: Happening) => void
  /** Does everything that is due by now. */
  readonly run: () => void
  /** Forgets everything, and whatever is still to come. */
  readonly close: () => void
}

/** Is told the moment for which it was due, which may be earlier than the clock's. */
export type Happening = (moment: number) => void

/** The longest that a timer of Node can wait. */
const LONGEST_TIMER = 2 ** 31 - 1

export const makeAgenda = (clock: Pick<Clock, "now" | "speed">): Agenda => {
  const entries = new Heap()
  let order = 0
  let running = false
  let timer: NodeJS.Timeout | undefined
  let armedFor = Number.POSITIVE_INFINITY
  let closed = false

  const arm = (): void => {
    const due = entries.first?.due ?? Number.POSITIVE_INFINITY
    if (due === armedFor) return
    clearTimeout(timer)
    armedFor = due
    if (due === Number.POSITIVE_INFINITY) return
    const wait = Math.ceil((due - clock.now()) / clock.speed)
    timer = setTimeout(
      () => {
        armedFor = Number.POSITIVE_INFINITY
        run()
      },
      Math.min(LONGEST_TIMER, Math.max(1, wait)),
    ).unref()
  }

  const run = (): void => {
    // What happens may look at other things that happen.
    if (running) return
    running = true
    try {
      const now = clock.now()
      for (let next = entries.first; next !== undefined && next.due <= now; next = entries.first) {
        entries.removeFirst()
        next.what(next.due)
      }
    } finally {
      running = false
      arm()
    }
  }

  return {
    at: (due, what) => {
      if (closed) return
      entries.add({ due, order: order++, what })
      if (!running) arm()
    },
    run,
    close: () => {
      closed = true
      clearTimeout(timer)
      entries.clear()
    },
  }
}

interface Entry {
  readonly due: number
  /** Things due at the same moment happen in the order in which they were put down. */
  readonly order: number
  readonly what: Happening
}

/** A binary heap, the earliest entry first: hundreds of thousands of tasks wait at once. */
class Heap {
  private readonly entries: Array<Entry> = []

  get first(): Entry | undefined {
    return this.entries[0]
  }

  clear(): void {
    this.entries.length = 0
  }

  add(entry: Entry): void {
    const { entries } = this
    let place = entries.push(entry) - 1
    while (place > 0) {
      const above = (place - 1) >> 1
      if (!isBefore(entry, entries[above]!)) break
      entries[place] = entries[above]!
      place = above
    }
    entries[place] = entry
  }

  removeFirst(): void {
    const { entries } = this
    const last = entries.pop()
    if (last === undefined || entries.length === 0) return
    let place = 0
    for (;;) {
      let below = 2 * place + 1
      if (below >= entries.length) break
      if (below + 1 < entries.length && isBefore(entries[below + 1]!, entries[below]!)) below += 1
      if (!isBefore(entries[below]!, last)) break
      entries[place] = entries[below]!
      place = below
    }
    entries[place] = last
  }
}

const isBefore = (a: Entry, b: Entry): boolean =>
  a.due < b.due || (a.due === b.due && a.order < b.order)

/**
 * Where tasks wait for each other: a lane lets so many of its tasks be worked on at once, and the
 * others take their turn in the order in which they were accepted.
 */
export interface Lane {
  /** Tasks that name the same lane share it. */
  readonly name: string
  /** Tasks worked on at once, from 1. */
  readonly width: number
}

/** One task's place in a lane. */
export interface Turn {
  /** Position among all tasks accepted. */
  readonly order: number
  /** Is called when it is the task's turn, at once or later, with that moment. */
  readonly begin: (moment: number) => void
}

export interface Lanes {
  readonly enter: (lane: Lane, turn: Turn, moment: number) => void
  /** Gives the place back, whether the task was still waiting or had begun; no harm if it had none. */
  readonly leave: (lane: Lane, turn: Turn, moment: number) => void
}

export const makeLanes = (): Lanes => {
  const lanes = new Map<string, { readonly waiting: Array<Turn>; readonly busy: Set<Turn> }>()
  return {
    enter: (lane, turn, moment) => {
      const { waiting, busy } = lanes.get(lane.name) ?? { waiting: [], busy: new Set<Turn>() }
      lanes.set(lane.name, { waiting, busy })
      if (busy.size < lane.width) {
        busy.add(turn)
        turn.begin(moment)
        return
      }
      const before = waiting.findLastIndex((other) => other.order < turn.order)
      waiting.splice(before + 1, 0, turn)
    },
    leave: (lane, turn, moment) => {
      const { waiting, busy } = lanes.get(lane.name) ?? {}
      if (waiting === undefined || busy === undefined) return
      if (!busy.delete(turn)) {
        const place = waiting.indexOf(turn)
        if (place >= 0) waiting.splice(place, 1)
        return
      }
      const next = busy.size < lane.width ? waiting.shift() : undefined
      if (next === undefined) return
      busy.add(next)
      next.begin(moment)
    },
  }
}

/** What is due when: a binary heap of times and ids. A thousand that wait cost nothing until they are due. */

export interface DueTimes {
  readonly add: (id: string, at: number) => void
  /** The earliest time, if there is one. */
  readonly next: () => number | undefined
  /** Takes out the earliest if it is due. An id comes once for each time that it was added with. */
  readonly take: (now: number) => Due | undefined
}

export interface Due {
  readonly id: string
  readonly at: number
}

export const make = (): DueTimes => {
  const heap: Array<Due> = []
  const timeAt = (place: number): number => heap[place]?.at ?? Infinity

  const rise = (item: Due): void => {
    let place = heap.length
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = heap[parent]
      if (above === undefined || above.at <= item.at) break
      heap[place] = above
      place = parent
    }
    heap[place] = item
  }
  const sink = (item: Due): void => {
    let place = 0
    while (true) {
      const left = 2 * place + 1
      const child = timeAt(left + 1) < timeAt(left) ? left + 1 : left
      const below = heap[child]
      if (below === undefined || below.at >= item.at) break
      heap[place] = below
      place = child
    }
    heap[place] = item
  }

  return {
    add: (id, at) => rise({ id, at }),
    next: () => heap[0]?.at,
    take: (now) => {
      const [first] = heap
      if (first === undefined || first.at > now) return undefined
      const last = heap.pop()
      if (last !== undefined && heap.length > 0) sink(last)
      return first
    },
  }
}

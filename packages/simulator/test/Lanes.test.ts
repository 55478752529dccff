import { describe, expect, it } from "vitest"
import { makeLanes } from "../src/Lanes.ts"

const makeTurns = () => {
  const begun: Array<readonly [order: number, moment: number]> = []
  const turn = (order: number) => ({
    order,
    begin: (moment: number) => {
      begun.push([order, moment])
    },
  })
  return { begun, turn }
}

describe("makeLanes", () => {
  it("lets so many begin, and the others in the order of their acceptance", () => {
    const lanes = makeLanes()
    const lane = { name: "studio", width: 2 }
    const { begun, turn } = makeTurns()
    const turns = [0, 1, 2, 3, 4].map(turn)
    // The fourth comes in before the third: it does not get past it.
    for (const order of [0, 1, 3, 2, 4]) lanes.enter(lane, turns[order]!, order)
    expect(begun).toEqual([
      [0, 0],
      [1, 1],
    ])
    lanes.leave(lane, turns[1]!, 10)
    lanes.leave(lane, turns[0]!, 20)
    expect(begun.slice(2)).toEqual([
      [2, 10],
      [3, 20],
    ])
  })

  it("gives a place back once, whoever leaves how often", () => {
    const lanes = makeLanes()
    const lane = { name: "studio", width: 1 }
    const { begun, turn } = makeTurns()
    const [first, second, third, stranger] = [turn(0), turn(1), turn(2), turn(3)]
    lanes.leave(lane, stranger, 0)
    for (const one of [first, second, third]) lanes.enter(lane, one, 0)
    lanes.leave(lane, stranger, 1)
    lanes.leave(lane, second, 1)
    expect(begun).toEqual([[0, 0]])
    lanes.leave(lane, first, 2)
    lanes.leave(lane, first, 3)
    expect(begun).toEqual([
      [0, 0],
      [2, 2],
    ])
  })

  it("keeps lanes of different names apart", () => {
    const lanes = makeLanes()
    const { begun, turn } = makeTurns()
    lanes.enter({ name: "a", width: 1 }, turn(0), 0)
    lanes.enter({ name: "b", width: 1 }, turn(1), 0)
    expect(begun).toHaveLength(2)
  })
})

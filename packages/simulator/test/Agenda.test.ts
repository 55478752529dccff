import { describe, expect, it } from "vitest"
import { makeAgenda } from "../src/Agenda.ts"

/** A clock that stands still until it is moved. */
const makeClock = () => {
  let now = 1000
  return {
    speed: 0.000_001,
    now: () => now,
    move: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

describe("makeAgenda", () => {
  it.each([1, 2, 7, 60, 500])(
    "does what is due of %d things, in the order of their moments, each told its own",
    (count) => {
      const clock = makeClock()
      const agenda = makeAgenda(clock)
      // In no order, and with many that are due at the same moment.
      const moments = Array.from({ length: count }, (_, index) => 1000 + ((index * 7919) % 101))
      const done: Array<readonly [moment: number, index: number]> = []
      moments.forEach((due, index) => agenda.at(due, (moment) => done.push([moment, index])))
      const inOrder = moments
        .map((moment, index) => [moment, index] as const)
        .toSorted(([a, i], [b, j]) => a - b || i - j)
      expect(done).toEqual([])
      for (let passed = 0; passed <= 100; passed += 20) {
        agenda.run()
        expect(done).toEqual(inOrder.filter(([moment]) => moment <= clock.now()))
        clock.move(20)
      }
      expect(done).toHaveLength(count)
      agenda.close()
    },
  )

  it("lets what happens put down more, which happens in its turn", () => {
    const clock = makeClock()
    const agenda = makeAgenda(clock)
    const done: Array<string> = []
    agenda.at(1010, (moment) => {
      done.push(`first at ${moment}`)
      agenda.at(moment + 10, (next) => done.push(`its own at ${next}`))
      agenda.run()
    })
    agenda.at(1015, () => done.push("second"))
    agenda.at(2000, () => done.push("never"))
    clock.move(100)
    agenda.run()
    expect(done).toEqual(["first at 1010", "second", "its own at 1020"])
    agenda.close()
    clock.move(5000)
    agenda.run()
    agenda.at(0, () => done.push("after the end"))
    agenda.run()
    expect(done).toHaveLength(3)
  })

  it("needs nobody to look where the clock runs", async () => {
    const started = performance.now()
    const clock = { speed: 1000, now: () => Math.floor((performance.now() - started) * 1000) }
    const agenda = makeAgenda(clock)
    const moments: Array<number> = []
    await new Promise<void>((resolve) => {
      agenda.at(20_000, (moment) => {
        moments.push(moment)
        resolve()
      })
      // Earlier than what the timer was set for.
      agenda.at(5000, (moment) => moments.push(moment))
    })
    expect(moments).toEqual([5000, 20_000])
    expect(clock.now()).toBeGreaterThanOrEqual(20_000)
    agenda.close()
  })
})

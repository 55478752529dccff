import * as fc from "fast-check"
import { expect, it } from "vitest"
import { make } from "../src/internal/DueTimes.ts"

it("gives back what is due, in order of time, and nothing that is not", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.nat(50), (times, now) => {
      const due = make()
      for (const [index, at] of times.entries()) due.add(`${index}`, at)
      const taken: Array<number> = []
      for (let one = due.take(now); one !== undefined; one = due.take(now)) {
        expect(times[Number(one.id)]).toBe(one.at)
        taken.push(one.at)
      }
      const sorted = times.toSorted((a, b) => a - b)
      expect(taken).toEqual(sorted.filter((at) => at <= now))
      expect(due.next()).toBe(sorted.find((at) => at > now))
    }),
  )
})

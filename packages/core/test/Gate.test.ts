import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Gate from "../src/Gate.ts"

const limits = { inFlight: 2, callsPerSecond: 4 }

/** Takes a place, notes its name, holds it for so long. */
const hold = (gate: Gate.Gate, log: Array<string>, name: string, seconds: number, inFlight = 2) =>
  Effect.scoped(
    Effect.gen(function* () {
      yield* gate.place("k", { ...limits, inFlight })
      log.push(name)
      yield* Effect.sleep(seconds * 1000)
    }),
  )

describe("places", () => {
  it.effect("are given in the order of arrival", () =>
    Effect.gen(function* () {
      const gate = Gate.make()
      const log: Array<string> = []
      for (const name of ["a", "b", "c", "d", "e"]) {
        yield* Effect.forkChild(hold(gate, log, name, 10))
        yield* TestClock.adjust(1)
      }
      expect(log).toEqual(["a", "b"])
      yield* TestClock.adjust("10 seconds")
      expect(log).toEqual(["a", "b", "c", "d"])
      yield* TestClock.adjust("10 seconds")
      expect(log).toEqual(["a", "b", "c", "d", "e"])
    }),
  )

  it.effect("are not lost by those who give up waiting", () =>
    Effect.gen(function* () {
      const gate = Gate.make()
      const log: Array<string> = []
      yield* Effect.forkChild(hold(gate, log, "a", 10, 1))
      yield* TestClock.adjust(1)
      const b = yield* Effect.forkChild(hold(gate, log, "b", 10, 1))
      yield* TestClock.adjust(1)
      yield* Effect.forkChild(hold(gate, log, "c", 10, 1))
      yield* TestClock.adjust(1)
      yield* Fiber.interrupt(b)
      yield* TestClock.adjust("11 seconds")
      expect(log).toEqual(["a", "c"])
    }),
  )

  it.effect("belong to one key each", () =>
    Effect.gen(function* () {
      const gate = Gate.make()
      yield* gate.place("one", { ...limits, inFlight: 1 })
      yield* gate.place("two", { ...limits, inFlight: 1 })
    }).pipe(Effect.scoped),
  )

  it.effect("tell once when they let somebody wait", () =>
    Effect.gen(function* () {
      const gate = Gate.make()
      let told = 0
      const onWait = () => (told += 1)
      const place = Effect.scoped(
        Effect.andThen(
          gate.place("k", { ...limits, inFlight: 1 }, onWait),
          Effect.sleep("5 seconds"),
        ),
      )
      yield* Effect.forkChild(place)
      yield* TestClock.adjust(1)
      expect(told).toBe(0)
      yield* Effect.forkChild(place)
      yield* TestClock.adjust("1 minute")
      expect(told).toBe(1)
    }),
  )
})

describe("a limit that the provider lowered", () => {
  it.effect("is one less than what was in flight, for a minute", () =>
    Effect.gen(function* () {
      const gate = Gate.make()
      const log: Array<string> = []
      yield* Effect.forkChild(hold(gate, log, "a", 200))
      yield* TestClock.adjust(1)
      yield* Effect.forkChild(hold(gate, log, "b", 10))
      yield* TestClock.adjust(1)
      yield* gate.lower("k")
      yield* Effect.forkChild(hold(gate, log, "c", 10))
      yield* TestClock.adjust("50 seconds")
      expect(log).toEqual(["a", "b"])
      yield* TestClock.adjust("20 seconds")
      expect(log).toEqual(["a", "b", "c"])
    }),
  )

  it.effect("never falls below one", () =>
    Effect.gen(function* () {
      const gate = Gate.make()
      const log: Array<string> = []
      for (let times = 0; times < 5; times++) yield* gate.lower("k")
      yield* Effect.forkChild(hold(gate, log, "a", 1))
      yield* TestClock.adjust(1)
      expect(log).toEqual(["a"])
    }),
  )
})

describe("a place that is kept", () => {
  const keeping = Effect.fnUntraced(function* () {
    const gate = Gate.make()
    const one = { ...limits, inFlight: 1 }
    yield* Effect.scoped(Effect.map(gate.place("k", one), (place) => place.keep(100, "task-1")))
    const log: Array<string> = []
    yield* Effect.forkChild(hold(gate, log, "next", 1, 1))
    return { gate, log }
  })

  it.effect("is free when its time is over", () =>
    Effect.gen(function* () {
      const { log } = yield* keeping()
      yield* TestClock.adjust("99 seconds")
      expect(log).toEqual([])
      yield* TestClock.adjust("2 seconds")
      expect(log).toEqual(["next"])
    }),
  )

  it.effect("is free when its task is known to have ended", () =>
    Effect.gen(function* () {
      const { gate, log } = yield* keeping()
      yield* TestClock.adjust("1 second")
      yield* gate.free("k", "task-2")
      yield* TestClock.adjust("1 second")
      expect(log).toEqual([])
      yield* gate.free("k", "task-1")
      yield* TestClock.adjust("1 second")
      expect(log).toEqual(["next"])
    }),
  )
})

describe("calls", () => {
  it.effect("are no more per second than allowed", () =>
    Effect.gen(function* () {
      const gate = Gate.make()
      let calls = 0
      yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 20 }), () =>
          Effect.map(gate.call("k", limits), () => {
            calls += 1
          }),
        ),
      )
      yield* TestClock.adjust(999)
      expect(calls).toBe(4)
      yield* TestClock.adjust("1 second")
      expect(calls).toBe(8)
    }),
  )
})

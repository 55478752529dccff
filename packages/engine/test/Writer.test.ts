import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { TestClock } from "effect/testing"
import { idOf, Store, type Write } from "../src/Store.ts"
import * as Writer from "../src/Writer.ts"
import { change, generation, insert } from "./storeSuite.ts"
import { memoryStore } from "./support/memoryStore.ts"

const inserts = (count: number, from = 0): ReadonlyArray<Write> =>
  Array.from({ length: count }, (_, index) => insert(generation(`g${from + index}`)))

const writing = <A, E>(
  body: (
    writer: Writer.Writer["Service"],
    memory: ReturnType<typeof memoryStore>,
  ) => Effect.Effect<A, E, Scope.Scope>,
  options: Writer.Options = {},
) =>
  Effect.gen(function* () {
    const memory = memoryStore()
    const writer = yield* Effect.provideService(
      Writer.make({ window: 0, ...options }),
      Store,
      memory.store,
    )
    return yield* body(writer, memory)
  }).pipe(Effect.scoped)

const together = (writer: Writer.Writer["Service"], writes: ReadonlyArray<Write>) =>
  Effect.forEach(writes, writer.write, { concurrency: "unbounded" })

const sizes = ({ flushes }: ReturnType<typeof memoryStore>) => flushes.map(({ length }) => length)

describe("the writer", () => {
  it.effect(
    "lets some milliseconds pass between commits, but keeps nobody waiting who comes to an idle one",
    () =>
      writing(
        (writer, memory) =>
          Effect.gen(function* () {
            yield* writer.write(insert(generation("first")))
            const others = yield* Effect.forkChild(together(writer, inserts(3)))
            yield* TestClock.adjust("4 millis")
            assert.deepStrictEqual(sizes(memory), [1])
            const late = yield* Effect.forkChild(writer.write(insert(generation("late"))))
            yield* TestClock.adjust("1 millis")
            yield* Fiber.join(others)
            yield* Fiber.join(late)
            assert.deepStrictEqual(sizes(memory), [1, 4])
          }),
        { window: 5 },
      ),
  )

  it.effect("does not wait for the time to pass when a whole batch is waiting", () =>
    writing(
      (writer, memory) =>
        Effect.gen(function* () {
          yield* writer.write(insert(generation("first")))
          yield* together(writer, inserts(3))
          assert.deepStrictEqual(sizes(memory), [1, 3])
        }),
      { window: 5, batch: 3 },
    ),
  )

  it.effect("commits together what comes together, and answers each with its own outcome", () =>
    writing((writer, memory) =>
      Effect.gen(function* () {
        const outcomes = yield* together(writer, [...inserts(3), change(generation("nobody"), "n")])
        assert.deepStrictEqual(outcomes, ["written", "written", "written", "stale"])
        assert.deepStrictEqual(sizes(memory), [4])
        yield* writer.write(insert(generation("later")))
        assert.deepStrictEqual(sizes(memory), [4, 1])
        // And so does what those write next whom one flush has answered.
        const two = (id: string) =>
          Effect.andThen(
            writer.write(insert(generation(id))),
            writer.write(insert(generation(`${id}2`))),
          )
        yield* Effect.forEach(["x", "y", "z"], two, { concurrency: "unbounded" })
        assert.deepStrictEqual(sizes(memory), [4, 1, 3, 3])
      }),
    ),
  )

  it.effect("commits no more at once than it may, and one write for a generation", () =>
    writing(
      (writer, memory) =>
        Effect.gen(function* () {
          const first = generation("g0")
          const next = change(first, "g0-1")
          const outcomes = yield* together(writer, [insert(first), next, ...inserts(4, 1)])
          assert.deepStrictEqual(new Set(outcomes), new Set(["written"]))
          assert.deepStrictEqual(sizes(memory), [3, 3])
          assert.isTrue(memory.flushes[1]?.includes(next))
        }),
      { batch: 3 },
    ),
  )

  it.effect("puts a failed flush back and says why, and answers nobody before it is recorded", () =>
    writing((writer, memory) =>
      Effect.gen(function* () {
        let isAway = true
        memory.faults.next = () => (isAway ? "before" : undefined)
        const fiber = yield* Effect.forkChild(together(writer, inserts(3)))
        yield* TestClock.adjust("1 hour")
        assert.isUndefined(fiber.pollUnsafe())
        assert.match((yield* writer.trouble)?.message ?? "", /the disk is away/)
        assert.strictEqual(yield* writer.waiting, 3)
        isAway = false
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* Fiber.join(fiber), ["written", "written", "written"])
        assert.isAtMost(memory.flushes.length, 2)
        assert.isUndefined(yield* writer.trouble)
        assert.strictEqual(yield* writer.waiting, 0)
      }),
    ),
  )

  it.effect("sends a flush again whose answer was lost, and learns that it had won", () =>
    writing((writer, memory) =>
      Effect.gen(function* () {
        const first = generation("a")
        yield* writer.write(insert(first))
        let answersToLose = 1
        memory.faults.next = () => (answersToLose-- > 0 ? "after" : undefined)
        const fiber = yield* Effect.forkChild(writer.write(change(first, "a-1", { remakes: 0 })))
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* Fiber.join(fiber), "written")
        assert.lengthOf(yield* memory.store.events("a"), 2)
      }),
    ),
  )

  it.effect("lets all others pass a write that the store cannot take", () =>
    writing((writer, memory) =>
      Effect.gen(function* () {
        const poison = insert(generation("poison"))
        memory.faults.next = (writes) => (writes.includes(poison) ? "before" : undefined)
        const stuck = yield* Effect.forkChild(writer.write(poison))
        const others = yield* Effect.forkChild(together(writer, inserts(9)))
        yield* TestClock.adjust("10 seconds")
        assert.lengthOf(yield* Fiber.join(others), 9)
        assert.isUndefined(stuck.pollUnsafe())
        assert.strictEqual(yield* writer.waiting, 1)
        // Once it is known, it holds up nobody for more than one pause.
        const later = yield* Effect.forkChild(together(writer, inserts(9, 20)))
        yield* TestClock.adjust("200 millis")
        assert.lengthOf(yield* Fiber.join(later), 9)
      }),
    ),
  )

  it.effect("goes on with a generation of which a write has failed alone", () =>
    writing((writer, memory) =>
      Effect.gen(function* () {
        const first = generation("a")
        let answersToLose = 2
        memory.faults.next = (writes) =>
          writes.some((write) => idOf(write) === "a") && answersToLose-- > 0 ? "after" : undefined
        // The other one passes it, so that it is known to fail by itself.
        const both = yield* Effect.forkChild(together(writer, [...inserts(1), insert(first)]))
        yield* TestClock.adjust("300 millis")
        assert.strictEqual(answersToLose, 0)
        const next = yield* Effect.forkChild(writer.write(change(first, "a-1", { remakes: 0 })))
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(yield* Fiber.join(both), ["written", "written"])
        assert.strictEqual(yield* Fiber.join(next), "written")
        assert.isTrue(memory.flushes.every((writes) => writes.length > 0))
      }),
    ),
  )

  it.effect("comes back to a write that has failed alone, however much there is to do", () =>
    writing((writer, memory) =>
      Effect.gen(function* () {
        let answersToLose = 2
        memory.faults.next = (writes) =>
          writes.some((write) => idOf(write) === "a") && answersToLose-- > 0 ? "after" : undefined
        const both = yield* Effect.forkChild(
          together(writer, [...inserts(1), insert(generation("a"))]),
        )
        yield* TestClock.adjust("300 millis")
        assert.strictEqual(answersToLose, 0)
        let others = 0
        const another = () => {
          others += 1
          if (others < 1000) writer.send(insert(generation(`other ${others}`)), another)
        }
        const seen = yield* Effect.forkChild(
          Effect.map(Fiber.join(both), () => {
            const before = others
            others = 1000
            return before
          }),
        )
        another()
        yield* TestClock.adjust("1 second")
        assert.isBelow(yield* Fiber.join(seen), 500)
      }),
    ),
  )

  it.effect("keeps a write whose caller stopped waiting", () =>
    writing((writer, memory) =>
      Effect.gen(function* () {
        let isAway = true
        memory.faults.next = () => (isAway ? "before" : undefined)
        const fiber = yield* Effect.forkChild(writer.write(insert(generation("a"))))
        yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(fiber)
        isAway = false
        yield* TestClock.adjust("1 second")
        assert.isDefined(yield* memory.store.get("a"))
      }),
    ),
  )

  it.effect(
    "flushes what is waiting when it closes, and does not hang on a store that is away",
    () =>
      Effect.gen(function* () {
        for (const fault of [undefined, "before"] as const) {
          const memory = memoryStore()
          const scope = yield* Scope.make()
          const writer = yield* Writer.make().pipe(
            Effect.provideService(Store, memory.store),
            Scope.provide(scope),
          )
          memory.faults.next = () => fault
          for (const write of inserts(2)) writer.send(write, () => undefined)
          yield* Scope.close(scope, Exit.void)
          assert.lengthOf(yield* memory.store.list({}), fault === undefined ? 2 : 0)
        }
      }),
  )
})

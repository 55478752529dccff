import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import { pass, vendor } from "./support/driving.ts"
import { machine } from "./support/embedded.ts"
import { lost, refOf } from "./support/vendor.ts"

const request = { model: "fake/one", input: { prompt: "a cat" } }

describe("the engine", () => {
  it.effect("records what is asked for, and drives it to its end", () =>
    Effect.gen(function* () {
      const fake = vendor({})
      const { drive, engine } = yield* machine().start([fake])
      const { generation, isNew } = yield* engine.submit(request)
      assert.isTrue(isNew)
      yield* pass("1 minute")
      assert.lengthOf(fake.calls.submits, 0)
      yield* drive()
      yield* pass("3 minutes")
      const record = yield* engine.record(generation.id)
      assert.strictEqual(record.generation.state, "done")
      assert.deepStrictEqual(record.input, { prompt: "a cat" })
      assert.lengthOf(record.artifacts, 1)
      assert.lengthOf(record.tasks, 1)
    }),
  )

  it.effect("refuses an input, a model and an account before anything is recorded", () =>
    Effect.gen(function* () {
      const { engine } = yield* machine().start([vendor({})])
      const input = yield* Effect.flip(engine.submit({ ...request, input: { prompts: 1 } }))
      assert.strictEqual(input._tag === "TaskError" && input.reason._tag, "InvalidInput")
      const model = yield* Effect.flip(engine.submit({ ...request, model: "fake/two" }))
      assert.include(model.message, 'there is no model "fake/two"; there is: fake/one')
      const account = yield* Effect.flip(engine.submit({ ...request, account: "work" }))
      assert.include(account.message, 'of an account "work"')
      assert.deepStrictEqual(yield* engine.list(), [])
    }),
  )

  it.effect("gives one key one generation, and refuses it for anything else", () =>
    Effect.gen(function* () {
      const { engine } = yield* machine().start([vendor({})])
      const all = yield* Effect.forEach(
        [1, 2, 3, 4],
        () => engine.submit({ ...request, key: "k" }),
        { concurrency: "unbounded" },
      )
      const [first, ...others] = all
      assert.lengthOf(
        all.filter(({ isNew }) => isNew),
        1,
      )
      for (const one of others) assert.strictEqual(one.generation.id, first?.generation.id)
      const other = { ...request, input: { prompt: "a dog" }, key: "k" }
      const refused = yield* Effect.flip(engine.submit(other))
      assert.strictEqual(refused._tag, "KeyReused")
      assert.include(refused.message, first?.generation.id ?? "no first one")
      // Owners do not see each other's keys.
      assert.isTrue((yield* engine.submit({ ...other, owner: "somebody" })).isNew)
      assert.lengthOf(yield* engine.list(), 2)
    }),
  )

  it.effect("is found by the beginning of its id, where that is enough", () =>
    Effect.gen(function* () {
      const { engine } = yield* machine().start([vendor({})])
      const { generation } = yield* engine.submit(request)
      const { id } = yield* engine.get(generation.id.slice(0, 6))
      assert.strictEqual(id, generation.id)
      for (const wrong of ["", "zzzzzz!", "%", "_"]) {
        assert.strictEqual((yield* Effect.flip(engine.get(wrong)))._tag, "UnknownGeneration")
      }
    }),
  )

  it.effect("lets another process ask, and take over when the one that drives has gone", () =>
    Effect.gen(function* () {
      const fake = vendor({})
      const { start } = machine()
      const first = yield* start([fake])
      const second = yield* start([fake])
      yield* first.drive()
      yield* second.drive()
      const asked = yield* second.engine.submit(request)
      yield* pass("2 seconds")
      assert.lengthOf(fake.calls.submits, 1)
      assert.strictEqual((yield* first.engine.get(asked.generation.id)).state, "running")
      yield* first.stop
      const over = yield* Effect.forkChild(second.engine.settled(asked.generation.id))
      yield* pass("3 minutes")
      assert.strictEqual((yield* Fiber.join(over)).state, "done")
      assert.lengthOf(fake.calls.submits, 1)
    }),
  )

  it.effect("drives an account only by its own key, whatever its name is", () =>
    Effect.gen(function* () {
      const { start } = machine()
      const real = vendor({})
      const other = vendor({})
      const stranger = { ...other, provider: { ...other.provider, key: "bbbbbbbbbbbb" } }
      const first = yield* start([real])
      const { generation } = yield* first.engine.submit(request)
      const second = yield* start([stranger])
      yield* second.drive()
      yield* pass("5 minutes")
      assert.strictEqual((yield* second.engine.get(generation.id)).state, "queued")
      assert.lengthOf(other.calls.submits, 0)
    }),
  )

  it.effect("drives only those that it may, while the others keep their places", () =>
    Effect.gen(function* () {
      const fake = vendor({})
      const { drive, engine } = yield* machine().start([fake])
      const one = yield* engine.submit(request)
      const two = yield* engine.submit({ ...request, input: { prompt: "a dog" } })
      yield* drive({ only: ({ id }) => id === two.generation.id })
      yield* pass("5 minutes")
      assert.strictEqual((yield* engine.get(one.generation.id)).state, "queued")
      assert.strictEqual((yield* engine.get(two.generation.id)).state, "done")
      assert.lengthOf(fake.calls.submits, 1)
    }),
  )

  it.effect("cancels what was not sent, and says what cannot be cancelled any more", () =>
    Effect.gen(function* () {
      const { drive, engine } = yield* machine().start([vendor({})])
      const { generation } = yield* engine.submit(request)
      assert.strictEqual((yield* engine.cancel(generation.id)).state, "cancelled")
      yield* drive()
      const done = yield* engine.submit({ ...request, input: { prompt: "a dog" } })
      yield* pass("3 minutes")
      const refused = yield* Effect.flip(engine.cancel(done.generation.id))
      assert.strictEqual(refused._tag, "NotNow")
      assert.include(refused.message, "it has ended already: done")
    }),
  )

  it.effect("tells a provider where to report a task, and polls at once when it does", () =>
    Effect.gen(function* () {
      const addresses: Array<string | undefined> = []
      const fake = vendor({})
      const { provider } = fake
      const listening: typeof fake = {
        ...fake,
        provider: {
          ...provider,
          submit: (asked) => {
            addresses.push(asked.callbackUrl)
            return provider.submit(asked)
          },
        },
      }
      const { drive, engine } = yield* machine().start([listening], {
        callbackUrl: ({ id, token }) => `https://example.test/${id}/${token}`,
      })
      yield* drive()
      const { generation } = yield* engine.submit(request)
      yield* pass("6 seconds")
      const [token] = fake.calls.submits
      assert.deepStrictEqual(addresses, [`https://example.test/${generation.id}/${token}`])
      const polls = fake.calls.polls.length
      yield* engine.nudge(generation.id)
      yield* pass("500 millis")
      assert.lengthOf(fake.calls.polls, polls + 1)
    }),
  )

  it.effect("settles an undecided one by a person's word, and only by a task that is its own", () =>
    Effect.gen(function* () {
      const fake = vendor({ submits: [lost, lost, "accepted"] })
      const { drive, engine } = yield* machine().start([fake])
      yield* drive()
      const { generation } = yield* engine.submit(request)
      const other = yield* engine.submit({ ...request, input: { prompt: "a dog" } })
      yield* pass("10 seconds")
      assert.strictEqual((yield* engine.settled(generation.id)).state, "undecided")
      const [token = ""] = fake.calls.submits
      const foreign = { ...refOf(token), key: "bbbbbbbbbbbb" }
      const refused = yield* Effect.flip(
        engine.settle(generation.id, { _tag: "Found", ref: foreign }),
      )
      assert.strictEqual(refused._tag === "TaskError" && refused.reason._tag, "ForeignHandle")
      yield* engine.settle(generation.id, { _tag: "Found", ref: refOf(token) })
      const taken = yield* Effect.flip(
        engine.settle(other.generation.id, { _tag: "Found", ref: refOf(token) }),
      )
      assert.include(taken.message, `belongs to generation ${generation.id}`)
      yield* pass("3 minutes")
      assert.strictEqual((yield* engine.get(generation.id)).state, "done")
      const given = yield* engine.settle(other.generation.id, { _tag: "GiveUp" })
      assert.strictEqual(given.state, "failed")
      assert.lengthOf(fake.calls.submits, 2)
    }),
  )

  it.effect(
    "looks at once for the task of a process that died long ago, before a person is asked",
    () =>
      Effect.gen(function* () {
        const fake = vendor({ submits: [{ afterSeconds: 7200 }], canFind: true })
        const first = machine()
        const { drive, engine } = yield* first.start([fake])
        yield* drive()
        const { generation } = yield* engine.submit(request)
        yield* pass("1 hour")
        assert.strictEqual((yield* engine.get(generation.id)).state, "submitting")
        // The same store on another machine: what held the lock is dead.
        const second = yield* machine(first.memory).start([fake])
        yield* second.drive()
        const over = yield* Effect.forkChild(second.engine.settled(generation.id))
        yield* pass("1 minute")
        assert.strictEqual((yield* Fiber.join(over)).state, "done")
        assert.lengthOf(fake.calls.submits, 1)
        // The answer that comes in the end changes nothing.
        yield* pass("2 hours")
        assert.strictEqual((yield* engine.get(generation.id)).state, "done")
      }),
  )

  it.effect("takes over a task by its handle, once, and not of another account", () =>
    Effect.gen(function* () {
      const fake = vendor({})
      const { drive, engine, stop } = yield* machine().start([fake])
      yield* drive()
      const { generation } = yield* engine.submit(request)
      yield* pass("10 seconds")
      const ref = (yield* engine.get(generation.id)).task?.ref
      if (ref === undefined) throw new Error("it has no task")
      yield* stop

      const elsewhere = yield* machine().start([fake])
      yield* elsewhere.drive()
      const taken = yield* elsewhere.engine.adopt(ref)
      assert.isTrue(taken.isNew)
      const again = yield* elsewhere.engine.adopt(ref)
      assert.isFalse(again.isNew)
      assert.strictEqual(again.generation.id, taken.generation.id)
      yield* pass("3 minutes")
      assert.strictEqual((yield* elsewhere.engine.get(taken.generation.id)).state, "done")
      assert.lengthOf(fake.calls.submits, 1)
      const refused = yield* Effect.flip(
        elsewhere.engine.adopt({ ...ref, key: "bbbbbbbbbbbb", taskId: "another" }),
      )
      assert.strictEqual(refused._tag === "TaskError" && refused.reason._tag, "ForeignHandle")
    }),
  )

  it.effect("forgets only what has ended, and lets its files go", () =>
    Effect.gen(function* () {
      const { start, swept } = machine()
      const { drive, engine } = yield* start([vendor({})])
      const { generation } = yield* engine.submit(request)
      const refused = yield* Effect.flip(engine.remove(generation.id))
      assert.include(refused.message, "it is queued; cancel or settle it first")
      yield* drive()
      yield* pass("3 minutes")
      yield* engine.remove(generation.id)
      assert.strictEqual((yield* Effect.flip(engine.get(generation.id)))._tag, "UnknownGeneration")
      assert.deepStrictEqual(swept, ["aa"])
    }),
  )

  it.effect("tells of each change as it comes, its own and those of others", () =>
    Effect.gen(function* () {
      const fake = vendor({})
      const { start } = machine()
      const driver = yield* start([fake])
      const watcher = yield* start([fake])
      const states: Array<string> = []
      yield* Effect.forkChild(
        Stream.runForEach(watcher.engine.changes, ({ state }) =>
          Effect.sync(() => states.push(state)),
        ),
      )
      yield* pass("1 second")
      yield* driver.drive()
      yield* driver.engine.submit(request)
      yield* pass("3 minutes")
      assert.deepStrictEqual([...new Set(states)].slice(-2), ["running", "done"])
    }),
  )
})

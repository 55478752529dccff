import { assert, describe, it } from "@effect/vitest"
import * as R from "@zoetrope/core/Reason"
import type { TaskState } from "@zoetrope/core/TaskState"
import { toHandle } from "@zoetrope/core/TaskRef"
import { Effect, Fiber, Logger, Result } from "effect"
import { beforeEach } from "vitest"
import { decide } from "../src/decide.ts"
import { NotKept } from "../src/Keep.ts"
import { change, generation, insert, task } from "./storeSuite.ts"
import { driving, pass, vendor } from "./support/driving.ts"
import { memoryStore } from "./support/memoryStore.ts"
import { failure, lost, refOf, succeeded } from "./support/vendor.ts"

const account = { provider: "fake", accountKey: "aaaaaaaaaaaa" }
const full = new NotKept({ why: "no space left", deadLink: false, inMillis: 30_000 })
const dead = new NotKept({ why: "the link is dead", deadLink: true, inMillis: 0 })
const failed = (retryable: R.Retryable): TaskState => ({
  _tag: "Failed",
  error: failure("task", new R.ProviderFault({ retryable })),
})

let logged: Array<string> = []
beforeEach(() => {
  logged = []
})
/** Everything that would have been printed. */
const logging = Logger.layer([
  Logger.map(Logger.formatLogFmt, (line) => {
    logged.push(line)
  }),
])

describe("the runner", () => {
  it.effect("brings a generation from its turn to its file", () =>
    Effect.gen(function* () {
      const fake = vendor({})
      const { ask, kinds, memory, runner, state } = yield* driving([fake])
      yield* ask("a")
      yield* pass("30 seconds")
      assert.strictEqual(yield* state("a"), "running")
      yield* pass("60 seconds")
      assert.deepStrictEqual(yield* kinds("a"), [
        "accepted",
        "submitting",
        "submitted",
        "fetching",
        "done",
      ])
      assert.lengthOf(yield* memory.store.artifacts("a"), 1)
      assert.lengthOf(fake.calls.submits, 1)
      assert.isUndefined(runner.versionOf("a"))
      // Paced by what its model usually takes, and not asked about again afterwards.
      const polls = fake.calls.polls.length
      assert.isBelow(polls, 32)
      yield* pass("1 hour")
      assert.lengthOf(fake.calls.polls, polls)
    }),
  )

  it.effect("sends nothing before its mark is on the disk", () =>
    Effect.gen(function* () {
      const memory = memoryStore()
      const fake = vendor({})
      const { ask, state } = yield* driving([fake], memory)
      let isAway = false
      memory.faults.next = () => (isAway ? "before" : undefined)
      yield* ask("a")
      isAway = true
      yield* pass("1 hour")
      assert.lengthOf(fake.calls.submits, 0)
      isAway = false
      yield* pass("1 second")
      assert.strictEqual(yield* state("a"), "running")
      const [row] = yield* memory.store.tasks("a")
      assert.deepStrictEqual(fake.calls.submits, [row?.token])
    }),
  )

  it.effect("records an answer whatever becomes of what is learnt", () =>
    Effect.gen(function* () {
      const { store, ...memory } = memoryStore()
      const fake = vendor({})
      const { ask, state } = yield* driving([fake], {
        ...memory,
        store: { ...store, durations: () => Effect.die("they cannot be read") },
      })
      yield* ask("a")
      yield* pass("3 minutes")
      assert.strictEqual(yield* state("a"), "done")
      assert.lengthOf(fake.calls.submits, 1)
    }),
  )

  it.effect("keeps to the places of an account, first come, first served", () =>
    Effect.gen(function* () {
      const fake = vendor({})
      const { ask, memory, state } = yield* driving([fake])
      for (const [index, id] of ["c", "a", "e", "b", "d"].entries())
        yield* ask(id, "default", index)
      yield* pass("10 seconds")
      assert.deepStrictEqual(
        (yield* memory.store.live(account)).map((one) => one.state),
        ["running", "running", "queued", "queued", "queued"],
      )
      yield* pass("10 minutes")
      for (const id of "abcde") assert.strictEqual(yield* state(id), "done")
      assert.strictEqual(fake.calls.mostInFlight, 2)
      const order = (yield* memory.store.list({})).toReversed().map((one) => one.task?.token)
      assert.deepStrictEqual(fake.calls.submits, order)
    }),
  )

  it.effect("never sends an undecided one again, shows it, and gives its place back in time", () =>
    Effect.gen(function* () {
      const fake = vendor({ submits: [lost, lost, "accepted"] })
      const { ask, state } = yield* driving([fake])
      for (const [index, id] of ["a", "b", "c"].entries()) yield* ask(id, "default", index)
      yield* pass("999 seconds")
      assert.strictEqual(yield* state("a"), "undecided")
      assert.strictEqual(yield* state("c"), "queued")
      yield* pass("10 seconds")
      assert.strictEqual(yield* state("c"), "running")
      yield* pass("1 day")
      assert.strictEqual(yield* state("a"), "undecided")
      assert.lengthOf(fake.calls.submits, 3)
    }),
  )

  it.effect("looks an undecided one up where the provider can", () =>
    Effect.gen(function* () {
      const fake = vendor({ submits: [lost], canFind: true })
      const { ask, kinds } = yield* driving([fake])
      yield* ask("a")
      yield* pass("5 minutes")
      assert.deepStrictEqual(yield* kinds("a"), [
        "accepted",
        "submitting",
        "undecided",
        "submitted",
        "fetching",
        "done",
      ])
      assert.lengthOf(fake.calls.submits, 1)
    }),
  )

  it.effect("repeats a refused submit as a row of its own, after its pause", () =>
    Effect.gen(function* () {
      const busy = failure("submit", new R.ConcurrencyLimited({ retryable: "yes" }))
      const fake = vendor({ submits: [busy, busy, "accepted"] })
      const { ask, memory, state } = yield* driving([fake])
      yield* ask("a")
      yield* pass("1 second")
      assert.lengthOf(fake.calls.submits, 1)
      yield* pass("5 minutes")
      assert.strictEqual(yield* state("a"), "done")
      assert.deepStrictEqual(
        (yield* memory.store.tasks("a")).map((row) => [row.state, row.attempt]),
        [
          ["refused", 1],
          ["refused", 2],
          ["succeeded", 3],
        ],
      )
    }),
  )

  it.effect("makes again what may be made again, once", () =>
    Effect.gen(function* () {
      const fake = vendor({ state: () => failed("yes") })
      const { ask, memory, state } = yield* driving([fake])
      yield* ask("a")
      yield* pass("10 minutes")
      assert.strictEqual(yield* state("a"), "failed")
      assert.lengthOf(yield* memory.store.tasks("a"), 2)
      assert.lengthOf(fake.calls.submits, 2)
    }),
  )

  it.effect("survives an outage of an hour, shown while it lasts", () =>
    Effect.gen(function* () {
      const down = failure("poll", new R.Unavailable({ detail: "503" }))
      const fake = vendor({
        state: (age) =>
          age > 10 && age < 3610 ? down : age < 60 ? { _tag: "Running" } : succeeded,
      })
      const { ask, memory, state } = yield* driving([fake])
      yield* ask("a")
      yield* pass("30 minutes")
      assert.match((yield* memory.store.get("a"))?.error?.message ?? "", /503/)
      yield* pass("32 minutes")
      assert.strictEqual(yield* state("a"), "done")
      assert.lengthOf(fake.calls.submits, 1)
      // At the pace of failures: at most one poll a minute, once it lasts.
      assert.isBelow(fake.calls.polls.length, 90)
    }),
  )

  it.effect("waits for space on the disk and says so, and has a dead link renewed", () =>
    Effect.gen(function* () {
      const fake = vendor({ keeps: [full, full, full, dead, "kept"] })
      const { ask, kinds, memory, state } = yield* driving([fake])
      yield* ask("a")
      yield* pass("100 seconds")
      const waiting = (yield* memory.store.get("a")) ?? assert.fail("it is gone")
      assert.strictEqual(waiting.state, "fetching")
      assert.strictEqual(waiting.hindrance, "no space left")
      assert.deepStrictEqual(yield* memory.store.artifacts("a"), [])
      yield* pass("100 seconds")
      assert.strictEqual(yield* state("a"), "done")
      assert.deepStrictEqual((yield* kinds("a")).slice(3), [
        "fetching",
        "hindered",
        "hindered",
        "done",
      ])
      assert.strictEqual(fake.calls.keeps, 5)
    }),
  )

  it.effect("goes on where another one ended, and sends nothing again", () =>
    Effect.gen(function* () {
      const fake = vendor({})
      const memory = memoryStore()
      const first = yield* driving([fake], memory)
      for (const [index, id] of ["a", "b", "c"].entries()) yield* first.ask(id, "default", index)
      yield* pass("30 seconds")
      yield* first.stop
      assert.lengthOf(fake.calls.submits, 2)
      yield* pass("1 hour")
      const second = yield* driving([fake], memory)
      yield* pass("10 minutes")
      for (const id of "abc") assert.strictEqual(yield* second.state(id), "done")
      assert.lengthOf(fake.calls.submits, 3)
      assert.strictEqual(fake.calls.mostInFlight, 2)
    }),
  )

  it.effect(
    "calls what a dead one had marked undecided, never sends it, and takes a late answer",
    () =>
      Effect.gen(function* () {
        const fake = vendor({})
        const memory = memoryStore()
        const sent = task("token")
        const marked = generation("a", { state: "submitting", task: sent, stamp: "token" })
        yield* memory.store.flush([insert(marked)])
        const { kinds, observe, state } = yield* driving([fake], memory)
        yield* pass("1 hour")
        const undecided = (yield* memory.store.get("a")) ?? assert.fail("it is gone")
        assert.strictEqual(undecided.state, "undecided")
        assert.match(undecided.error?.message ?? "", /the program ended before it had an answer/)
        const answer = Result.succeed({ ref: refOf("elsewhere"), warnings: [] })
        yield* observe(undecided, { _tag: "Answered", task: sent, answer })
        assert.strictEqual(yield* state("a"), "running")
        assert.deepStrictEqual(yield* kinds("a"), ["accepted", "undecided", "submitted"])
        assert.lengthOf(fake.calls.submits, 0)
      }),
  )

  it.effect("reads the answer of a submit that is on the wire when it closes", () =>
    Effect.gen(function* () {
      const fake = vendor({ submits: [{ afterSeconds: 20 }] })
      const { ask, state, stop } = yield* driving([fake])
      yield* ask("a")
      yield* pass("5 seconds")
      const closing = yield* Effect.forkChild(stop)
      yield* pass("5 seconds")
      assert.isUndefined(closing.pollUnsafe())
      yield* pass("10 seconds")
      yield* Fiber.join(closing)
      assert.strictEqual(yield* state("a"), "running")
    }),
  )

  it.effect("lets no account wait for another one's crowd", () =>
    Effect.gen(function* () {
      const [crowd, single] = [vendor({}), vendor({ account: "other" })]
      const { ask, state } = yield* driving([crowd, single], memoryStore(), {
        submits: 1,
        calls: 1,
      })
      for (let index = 0; index < 50; index++) yield* ask(`c${index}`, "default", index)
      yield* ask("a", "other", 1000)
      yield* pass("2 minutes")
      assert.strictEqual(yield* state("a"), "done")
    }),
  )

  it.effect("reads and decides anew when somebody else has written meanwhile", () =>
    Effect.gen(function* () {
      const fake = vendor({ submits: [{ afterSeconds: 5 }] })
      const { ask, memory, state } = yield* driving([fake])
      yield* ask("a")
      yield* pass("1 second")
      // Another process takes it for an orphan, wrongly, and a person gives it up.
      const marked = (yield* memory.store.get("a")) ?? assert.fail("it is gone")
      const moment = { now: 1000, random: 0, stamp: "theirs" }
      const orphan = decide(moment, marked, { _tag: "Orphaned" })
      assert(orphan._tag === "Write")
      yield* memory.store.flush([{ _tag: "Change", change: orphan.change }])
      yield* pass("5 seconds")
      assert.strictEqual(yield* state("a"), "running")
      // And another one ends it behind our back: an end is never left, whatever we observe.
      const running = (yield* memory.store.get("a")) ?? assert.fail("it is gone")
      yield* memory.store.flush([change(running, "ended", { state: "failed" })])
      yield* pass("10 minutes")
      assert.strictEqual(yield* state("a"), "failed")
      assert.lengthOf(fake.calls.submits, 1)
    }),
  )

  for (const [what, observation, last] of [
    [
      "ends it where that was a wish to cancel",
      { _tag: "CancelAsked" },
      ["cancel-asked", "cancelled"],
    ],
    [
      "takes its turn again where that was another process's guess",
      { _tag: "Orphaned" },
      ["undecided", "refused", "submitting", "submitted"],
    ],
  ] as const) {
    it.effect(`never sends a mark that was written over before it knew of it, and ${what}`, () =>
      Effect.gen(function* () {
        const fake = vendor({})
        const memory = memoryStore()
        let isHeard = false
        memory.faults.next = (writes) =>
          !isHeard && writes.some(({ _tag }) => _tag === "Change") ? "after" : undefined
        const { ask, kinds } = yield* driving([fake], memory)
        yield* ask("a")
        yield* pass("1 second")
        const marked = (yield* memory.store.get("a")) ?? assert.fail("it is gone")
        assert.strictEqual(marked.state, "submitting")
        // Another process, on the same store.
        const decision = decide({ now: 1000, random: 0, stamp: "theirs" }, marked, observation)
        assert(decision._tag === "Write")
        isHeard = true
        yield* memory.store.flush([{ _tag: "Change", change: decision.change }])
        yield* pass("10 seconds")
        assert.deepStrictEqual((yield* kinds("a")).slice(2), [...last])
        const [first, ...others] = yield* memory.store.tasks("a")
        assert.strictEqual(first?.state, "refused")
        assert.deepStrictEqual(
          fake.calls.submits,
          others.map(({ token }) => token),
        )
      }),
    )
  }

  for (const [canCancel, last] of [
    [true, ["cancel-asked", "cancel-accepted", "cancelled"]],
    [false, ["cancel-asked", "cancel-refused"]],
  ] as const) {
    it.effect(
      `cancels ${canCancel ? "at the provider" : "nothing that it cannot, and says so"}`,
      () =>
        Effect.gen(function* () {
          let isCancelled = false
          const state = (): TaskState => ({ _tag: isCancelled ? "Cancelled" : "Running" })
          const fake = vendor({ canCancel, state, onCancel: () => (isCancelled = true) })
          const { ask, kinds, memory, observe } = yield* driving([fake])
          yield* ask("a")
          yield* pass("10 seconds")
          const now = (yield* memory.store.get("a")) ?? assert.fail("it is gone")
          yield* observe(now, { _tag: "CancelAsked" })
          yield* pass("30 seconds")
          assert.deepStrictEqual((yield* kinds("a")).slice(3), [...last])
        }),
    )
  }

  it.effect("tells in the log of a task that was paid and whose generation is gone by then", () =>
    Effect.gen(function* () {
      const fake = vendor({ submits: [{ afterSeconds: 20 }] })
      const { ask, memory, state } = yield* driving([fake])
      yield* ask("a")
      yield* pass("1 second")
      // Another process takes it for an orphan, wrongly; a person gives it up, and removes it.
      let row = (yield* memory.store.get("a")) ?? assert.fail("it is gone")
      const observations = [
        { _tag: "Orphaned" },
        { _tag: "Settled", how: { _tag: "GiveUp" } },
      ] as const
      for (const [index, observation] of observations.entries()) {
        const moment = { now: 1000, random: 0, stamp: `theirs ${index}` }
        const decision = decide(moment, row, observation)
        assert(decision._tag === "Write")
        yield* memory.store.flush([{ _tag: "Change", change: decision.change }])
        row = decision.change.generation
      }
      assert.strictEqual(row.state, "failed")
      yield* memory.store.flush([{ _tag: "Remove", id: "a", from: row.stamp }])
      yield* pass("30 seconds")
      assert.isUndefined(yield* state("a"))
      const [token] = fake.calls.submits
      const handle = toHandle({ ...refOf(token ?? ""), key: fake.provider.key })
      assert.include(logged.join("\n"), `accepted as task ${token}`)
      assert.include(logged.join("\n"), handle.slice(0, 20))
    }).pipe(Effect.provide(logging)),
  )

  it.effect("never repeats what a provider that throws has to say", () =>
    Effect.gen(function* () {
      const fake = vendor({ canFind: true })
      const { poll, submit } = fake.provider
      const fail = (): never => {
        throw new TypeError("Authorization: secret")
      }
      const calls = { polls: 0 }
      const provider: typeof fake.provider = {
        ...fake.provider,
        submit: (request) => Effect.andThen(submit(request), Effect.sync(fail)),
        poll: (ref) => {
          calls.polls += 1
          return calls.polls === 1 ? fail() : calls.polls === 2 ? Effect.sync(fail) : poll(ref)
        },
      }
      const { ask, memory, state } = yield* driving([{ ...fake, provider }])
      yield* ask("a")
      yield* pass("10 minutes")
      assert.strictEqual(yield* state("a"), "done")
      assert.lengthOf(fake.calls.submits, 1)
      const events = yield* memory.store.events("a")
      assert.include(JSON.stringify(events), "TypeError")
      assert.notInclude(JSON.stringify(events), "secret")
      assert.notInclude(logged.join("\n"), "secret")
    }).pipe(Effect.provide(logging)),
  )

  it.effect("follows the task that a person names, and leaves what it has no account for", () =>
    Effect.gen(function* () {
      const fake = vendor({ submits: [lost, "accepted"] })
      const { ask, memory, observe, runner, state, writer } = yield* driving([fake])
      yield* ask("a")
      const foreign = generation("foreign", { accountKey: "bbbbbbbbbbbb" })
      yield* writer.write(insert(foreign))
      runner.adopt(foreign)
      yield* pass("1 minute")
      const undecided = (yield* memory.store.get("a")) ?? assert.fail("it is gone")
      assert.strictEqual(undecided.state, "undecided")
      const token = fake.calls.submits[0] ?? assert.fail("nothing was sent")
      const ref = { ...refOf(token), key: fake.provider.key }
      yield* observe(undecided, { _tag: "Settled", how: { _tag: "Found", ref } })
      yield* pass("1 minute")
      assert.strictEqual(yield* state("a"), "done")
      assert.strictEqual(yield* state("foreign"), "queued")
    }),
  )
})

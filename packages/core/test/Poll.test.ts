import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Result } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { notFoundGraceSeconds, pauseMillis, stepOf, wait } from "../src/Poll.ts"
import type { Polled } from "../src/Provider.ts"
import * as R from "../src/Reason.ts"
import { TaskError } from "../src/TaskError.ts"
import type { TaskEvent } from "../src/TaskEvent.ts"
import type { TaskState } from "../src/TaskState.ts"
import { failure, fakeProvider, model, refOf, succeeded } from "./support/fakeProvider.ts"

const { provider } = fakeProvider({})
const ref = refOf("t")
const ok = (state: TaskState): Result.Result<Polled, TaskError> =>
  Result.succeed({ state, warnings: [], requestId: "req-1" })
const poll = (reason: R.Reason): Result.Result<Polled, TaskError> =>
  Result.fail(failure("poll", reason))
const no = { retryable: "no" } as const

const rows: ReadonlyArray<[string, Result.Result<Polled, TaskError>, age: number, step: string]> = [
  ["queued", ok({ _tag: "Queued" }), 1, "Wait"],
  ["running", ok({ _tag: "Running" }), 1, "Wait"],
  ["succeeded", ok(succeeded), 1, "Done"],
  ["not found within the grace", ok({ _tag: "NotFound", message: "none" }), 59.9, "Wait"],
  ["not found after the grace", ok({ _tag: "NotFound", message: "none" }), 60, "End Unproven ask"],
  ["expired", ok({ _tag: "Expired", message: "gone" }), 1, "End Unproven ask"],
  ["cancelled", ok({ _tag: "Cancelled" }), 1, "End Cancelled stop"],
  [
    "failed",
    ok({ _tag: "Failed", error: failure("task", new R.Moderated({ ...no, stage: "input" })) }),
    1,
    "End Moderated stop",
  ],
  [
    "failed, retryable",
    ok({
      _tag: "Failed",
      error: failure("task", new R.Moderated({ retryable: "yes", stage: "output" })),
    }),
    1,
    "End Moderated remake",
  ],
  ["nothing sent", poll(new R.NothingSent({ detail: "" })), 1, "Wait"],
  ["a gateway error", poll(new R.Unavailable({ detail: "" })), 1, "Wait"],
  ["QPS", poll(new R.RateLimited(no)), 1, "Wait"],
  ["concurrency", poll(new R.ConcurrencyLimited(no)), 1, "Wait"],
  ["an internal error without data", poll(new R.ProviderFault(no)), 1, "Wait"],
  ["refused credentials", poll(new R.Unauthorized(no)), 1, "Wait"],
  ["no entitlement", poll(new R.Forbidden(no)), 1, "Wait"],
  ["a refused request", poll(new R.InvalidRequest(no)), 1, "End InvalidRequest stop"],
  ["an unknown code", poll(new R.UnknownCode({ detail: "1" })), 1, "End UnknownCode stop"],
]

describe("what an answer to a poll means", () => {
  it.each(rows)("%s", (_, answer, age, expected) => {
    const step = stepOf(provider, ref, answer, age)
    const told =
      step._tag === "End" ? `End ${step.error.reason._tag} ${step.error.verdict}` : step._tag
    expect(told).toBe(expected)
    if (step._tag === "End") expect(step.error.ref).toEqual(ref)
  })

  it("gives a young task a minute to become known", () => {
    expect(notFoundGraceSeconds).toBe(60)
  })
})

describe("the pause between polls", () => {
  const pace = {
    timing: model.timing,
    ageSeconds: 0,
    failures: 0,
    refused: false,
    retryAfterMillis: undefined,
    random: 0,
  }

  it("is slow early, at the floor when it is due, slow when it is overdue", () => {
    const at = (ageSeconds: number) => pauseMillis({ ...pace, ageSeconds })
    expect([at(0), at(49), at(50), at(199), at(200), at(600)]).toEqual([
      5000, 5000, 2000, 2000, 5000, 10_000,
    ])
  })

  it("doubles from failure to failure, up to a minute", () => {
    const after = (failures: number) => pauseMillis({ ...pace, failures })
    expect([1, 2, 3, 5, 6, 1000].map(after)).toEqual([2000, 4000, 8000, 32_000, 60_000, 60_000])
  })

  it("is slow where only a person can help", () => {
    expect(pauseMillis({ ...pace, failures: 1, refused: true })).toBe(30_000)
  })

  it("is never under the floor, nor before a Retry-After of at most ten minutes", () => {
    fc.assert(
      fc.property(
        fc.record({
          ageSeconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
          failures: fc.nat(2000),
          refused: fc.boolean(),
          retryAfterMillis: fc.option(fc.nat(1e6), { nil: undefined }),
          random: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        (given) => {
          const millis = pauseMillis({ timing: model.timing, ...given })
          expect(millis).toBeGreaterThanOrEqual(2000)
          expect(millis).toBeGreaterThanOrEqual(Math.min(given.retryAfterMillis ?? 0, 600_000))
          expect(millis).toBeLessThanOrEqual(
            Math.max(72_000, Math.min(given.retryAfterMillis ?? 0, 600_000)),
          )
        },
      ),
    )
  })
})

const unavailable = failure("poll", new R.Unavailable({ detail: "HTTP 503" }))

describe("the wait", () => {
  it.effect("survives an outage of three hours and loses nothing", () =>
    Effect.gen(function* () {
      const outage = Array.from({ length: 500 }, () => unavailable)
      const { calls, provider: down } = fakeProvider({
        polls: [{ _tag: "Queued" }, ...outage, succeeded],
      })
      const events: Array<TaskEvent> = []
      const fiber = yield* Effect.forkChild(
        wait(down, ref, { onState: (event) => events.push(event) }),
      )
      yield* TestClock.adjust("3 hours")
      expect(fiber.pollUnsafe()).toBeUndefined()
      expect(calls.polls).toBeLessThan(200)
      const failed = events.find((event) => event._tag === "PollFailed")
      expect(failed?.error.message).toContain("HTTP 503")
      expect(failed?.error.ref).toEqual(ref)
      yield* TestClock.adjust("8 hours")
      const waited = yield* Fiber.join(fiber)
      expect(waited.state).toEqual(succeeded)
      expect(waited.polls).toBe(502)
    }),
  )

  it.effect("does not sleep through a video's life because somebody asked for a day", () =>
    Effect.gen(function* () {
      const day = new R.Unavailable({ detail: "HTTP 503", retryAfterMillis: 86_400_000 })
      const { provider: down } = fakeProvider({ polls: [failure("poll", day), succeeded] })
      const fiber = yield* Effect.forkChild(wait(down, ref))
      yield* TestClock.adjust("10 minutes")
      expect((yield* Fiber.join(fiber)).state).toEqual(succeeded)
    }),
  )

  it.effect("ends at its deadline with the handle, the states seen and the last error", () =>
    Effect.gen(function* () {
      const { provider: slow } = fakeProvider({
        polls: [{ _tag: "Queued" }, { _tag: "Running" }, { _tag: "Running" }, unavailable],
      })
      const fiber = yield* Effect.forkChild(Effect.exit(wait(slow, ref, { deadlineSeconds: 60 })))
      yield* TestClock.adjust("61 seconds")
      const exit = yield* Fiber.join(fiber)
      const error = Exit.findErrorOption(exit)
      expect(error._tag).toBe("Some")
      if (error._tag === "Some") {
        expect(error.value.ref).toEqual(ref)
        expect(error.value.verdict).toBe("wait")
        expect(error.value.reason).toMatchObject({
          _tag: "StillRunning",
          waitedSeconds: 60,
          seen: ["Queued", "Running"],
        })
        expect(error.value.message).toContain("HTTP 503")
      }
    }),
  )

  it.effect("waits by default as long as the provider remembers the task", () =>
    Effect.gen(function* () {
      const { provider: slow } = fakeProvider({ polls: [{ _tag: "Running" }] })
      const fiber = yield* Effect.forkChild(
        Effect.exit(wait(slow, ref, { poll: { floor: 600, ceiling: 600 } })),
      )
      yield* TestClock.adjust("11 hours")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 hour")
      expect(Exit.isFailure(yield* Fiber.join(fiber))).toBe(true)
    }),
  )

  it.effect("counts the grace of an unknown task from its submit, not from the wait", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("10 minutes")
      const { calls, provider: blank } = fakeProvider({
        polls: [{ _tag: "NotFound", message: "none" }],
      })
      const error = yield* Effect.flip(wait(blank, ref))
      expect(error.reason._tag).toBe("Unproven")
      expect(calls.polls).toBe(1)
    }),
  )

  it.effect("refuses another account's handle before any call", () =>
    Effect.gen(function* () {
      const { calls, provider: mine } = fakeProvider({})
      const error = yield* Effect.flip(wait(mine, { ...ref, key: "bbbbbbbbbbbb" }))
      expect(error.reason._tag).toBe("ForeignHandle")
      expect(error.ref?.taskId).toBe("t")
      expect(calls.polls).toBe(0)
    }),
  )

  it.effect("is not moved by a listener that throws", () =>
    Effect.gen(function* () {
      const { provider: good } = fakeProvider({})
      const waited = yield* wait(good, ref, {
        onState: () => {
          throw new Error("the program's own mistake")
        },
      })
      expect(waited.state).toEqual(succeeded)
    }),
  )
})

import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Gate from "../src/Gate.ts"
import * as R from "../src/Reason.ts"
import * as Task from "../src/Task.ts"
import type { TaskEvent } from "../src/TaskEvent.ts"
import type { TaskState } from "../src/TaskState.ts"
import { failure, fakeProvider, model, refOf, succeeded } from "./support/fakeProvider.ts"

const input = { prompt: "a cat" }
const running: TaskState = { _tag: "Running" }
const lostStart = {
  account: "default",
  model: model.id,
  at: "1970-01-01T00:00:00.000Z",
  inputDigest: "d",
  detail: "connection reset",
  look: "Look in the console.",
}
const unknown = failure("submit", new R.OutcomeUnknown(lostStart))
/** The provider could be told the key, so there is something to look for. */
const marked = failure("submit", new R.OutcomeUnknown({ ...lostStart, key: "start-1" }))
const moderated = (retryable: R.Retryable): TaskState => ({
  _tag: "Failed",
  error: failure("task", new R.Moderated({ retryable, stage: "output" }), { code: "50511" }),
})

/** Runs with a gate of its own and all the time it wants; tells what happened. */
const play = Effect.fnUntraced(function* (
  script: Parameters<typeof fakeProvider>[0],
  options: Task.RunOptions = {},
  adjust: Parameters<typeof TestClock.adjust>[0] = "10 hours",
) {
  const { calls, provider } = fakeProvider(script)
  const events: Array<TaskEvent> = []
  const prepared = yield* Task.prepare(provider, model, input)
  const fiber = yield* Effect.forkChild(
    Effect.exit(
      Task.runPrepared(provider, prepared, {
        ...options,
        onState: (event) => {
          events.push(event)
          options.onState?.(event)
        },
      }),
    ).pipe(Effect.provideService(Gate.Current, Gate.make())),
  )
  yield* TestClock.adjust(adjust)
  const exit = yield* Fiber.join(fiber)
  return { calls, events, exit, error: Exit.isFailure(exit) ? errorOf(exit.cause) : undefined }
})
const errorOf = (cause: Cause.Cause<unknown>) => {
  const found = Cause.findErrorOption(cause)
  if (found._tag === "None") throw new Error(Cause.pretty(cause))
  return found.value
}
const tags = (events: ReadonlyArray<TaskEvent>) => events.map((event) => event._tag)

describe("a task from input to result", () => {
  it.effect("is submitted once and polled until it is there", () =>
    Effect.gen(function* () {
      const { calls, events, exit } = yield* play({
        polls: [{ _tag: "Queued" }, running, succeeded],
      })
      expect(Exit.isSuccess(exit) && exit.value.tasks.map((ref) => ref.taskId)).toEqual(["task-1"])
      expect(calls).toMatchObject({ submits: 1, polls: 3 })
      expect(tags(events)).toEqual(["Submitting", "Submitted", "Polled", "Polled", "Polled"])
    }),
  )

  it.effect("is refused before anything is sent where the input is wrong", () =>
    Effect.gen(function* () {
      const { calls, provider } = fakeProvider({})
      for (const prompt of ["forbidden", "longer than twenty characters"]) {
        const error = yield* Effect.flip(Task.run(provider, model, { prompt }))
        expect(error.reason._tag).toBe("InvalidInput")
        expect(error.message).toContain("prompt")
        expect(error.message).toContain("https://example.test/one")
        expect(error.message).toContain("Nothing was sent and nothing was paid.")
      }
      expect(calls.submits).toBe(0)
    }),
  )

  it.effect("is refused before anything is sent where an option is wrong", () =>
    Effect.gen(function* () {
      const { calls, provider } = fakeProvider({})
      const wrong: ReadonlyArray<[Task.RunOptions, string]> = [
        [{ deadlineSeconds: -1 }, "/options/deadlineSeconds"],
        [{ deadlineSeconds: Number.NaN }, "/options/deadlineSeconds"],
        [{ remakes: 0.5 }, "/options/remakes"],
        [{ remakes: Infinity }, "/options/remakes"],
        [{ poll: { floor: 0, ceiling: 1 } }, "/options/poll/floor"],
        [{ poll: { floor: 2, ceiling: 1 } }, "/options/poll/ceiling"],
        // What a program without types may give.
        [{ poll: { floor: "1" as unknown as number, ceiling: 1 } }, "/options/poll/floor"],
      ]
      for (const [options, path] of wrong) {
        const error = yield* Effect.flip(Task.run(provider, model, { prompt: "a" }, options))
        expect(error.reason).toMatchObject({ _tag: "InvalidInput", issues: [{ path }] })
        expect(error.message).toContain("Nothing was sent and nothing was paid.")
      }
      expect(calls.submits).toBe(0)
    }),
  )

  it.effect("is not asked about where an option of the wait is wrong, and its handle is told", () =>
    Effect.gen(function* () {
      const { calls, provider } = fakeProvider({})
      const ref = refOf("t1")
      const error = yield* Effect.flip(Task.wait(provider, ref, { deadlineSeconds: -1 }))
      expect(error).toMatchObject({ ref, operation: "poll", reason: { _tag: "InvalidInput" } })
      expect(calls.polls).toBe(0)
    }),
  )

  it.effect("sends a submit again only on proof that it was not accepted", () =>
    Effect.gen(function* () {
      const { calls, events } = yield* play({
        submits: [
          failure("submit", new R.NothingSent({ detail: "ENOTFOUND" })),
          failure("submit", new R.RateLimited({ retryable: "yes" })),
          failure("submit", new R.ProviderFault({ retryable: "yes" })),
          "accepted",
        ],
      })
      expect(calls.submits).toBe(4)
      expect(tags(events).filter((tag) => tag === "Repeating")).toHaveLength(3)
    }),
  )

  it.effect("never sends an undecided submit again", () =>
    Effect.gen(function* () {
      const { calls, error } = yield* play({ submits: [unknown] }, { remakes: 5 })
      expect(calls.submits).toBe(1)
      expect(error).toMatchObject({ verdict: "ask", reason: { _tag: "OutcomeUnknown" } })
    }),
  )

  it.effect("calls a provider that throws undecided, and does not ask it again", () =>
    Effect.gen(function* () {
      const fail = (): never => {
        throw new TypeError("Authorization: secret")
      }
      for (const submit of [() => Effect.sync(fail), fail]) {
        const { provider } = fakeProvider({})
        let submits = 0
        const broken: typeof provider = {
          ...provider,
          submit: () => {
            submits += 1
            return submit()
          },
        }
        const events: Array<TaskEvent> = []
        const prepared = yield* Task.prepare(broken, model, input)
        const error = yield* Effect.flip(
          Task.runPrepared(broken, prepared, { onState: (event) => events.push(event) }),
        ).pipe(Effect.provideService(Gate.Current, Gate.make()))
        expect(error).toMatchObject({ verdict: "ask", reason: { _tag: "OutcomeUnknown" } })
        expect(error.message).toContain("TypeError")
        expect(error.message).not.toContain("secret")
        expect(tags(events)).toEqual(["Submitting", "Undecided"])
        expect(submits).toBe(1)
      }
    }),
  )

  it.effect("goes on with a task that was paid although a poll of it throws", () =>
    Effect.gen(function* () {
      const { provider } = fakeProvider({})
      let polls = 0
      const broken: typeof provider = {
        ...provider,
        poll: (ref) =>
          (polls += 1) === 1
            ? Effect.die(new TypeError("Authorization: secret"))
            : provider.poll(ref),
      }
      const events: Array<TaskEvent> = []
      const prepared = yield* Task.prepare(broken, model, input)
      const fiber = yield* Effect.forkChild(
        Task.runPrepared(broken, prepared, { onState: (event) => events.push(event) }).pipe(
          Effect.provideService(Gate.Current, Gate.make()),
        ),
      )
      yield* TestClock.adjust("1 hour")
      const { tasks } = yield* Fiber.join(fiber)
      expect(tasks).toHaveLength(1)
      const failed = events.find((event) => event._tag === "PollFailed")
      expect(failed?.error.message).toContain("TypeError")
      expect(failed?.error.message).not.toContain("secret")
    }),
  )

  it.effect("does not repeat a refusal that its document does not call retryable", () =>
    Effect.gen(function* () {
      for (const retryable of ["no", "undocumented"] as const) {
        const { calls } = yield* play({
          submits: [failure("submit", new R.ConcurrencyLimited({ retryable }))],
        })
        expect(calls.submits).toBe(1)
      }
    }),
  )

  it.effect("gives up on an account that stays full", () =>
    Effect.gen(function* () {
      const { calls, error } = yield* play({
        submits: [failure("submit", new R.ConcurrencyLimited({ retryable: "yes" }))],
      })
      expect(calls.submits).toBe(24)
      expect(error).toMatchObject({ operation: "submit", reason: { _tag: "ConcurrencyLimited" } })
    }),
  )
})

describe("an undecided submit of a provider that can look", () => {
  const lost = Effect.fnUntraced(function* (
    finds: ReadonlyArray<"found" | "absent" | "failed" | "broken">,
    submitted = marked,
  ) {
    const { calls, provider } = fakeProvider({ submits: [submitted] })
    const keys: Array<string> = []
    const events: Array<TaskEvent> = []
    let looked = 0
    const able = {
      ...provider,
      submit: (request: Parameters<typeof provider.submit>[0]) => {
        keys.push(request.key)
        return provider.submit(request)
      },
      find: (request: Parameters<typeof provider.submit>[0]) => {
        keys.push(request.key)
        const answer = finds[looked++] ?? "absent"
        if (answer === "broken") return Effect.die(new TypeError("Authorization: secret"))
        return answer === "failed"
          ? Effect.fail(failure("find", new R.Unavailable({ detail: "HTTP 503" })))
          : Effect.succeed(answer === "found" ? refOf("task-1") : undefined)
      },
    }
    const prepared = yield* Task.prepare(able, model, input)
    const fiber = yield* Effect.forkChild(
      Effect.exit(
        Task.runPrepared(able, prepared, { onState: (event) => events.push(event) }),
      ).pipe(Effect.provideService(Gate.Current, Gate.make())),
    )
    yield* TestClock.adjust("1 minute")
    return { calls, events, exit: yield* Fiber.join(fiber), keys, looked }
  })

  it.effect("is settled by what it finds, and is paid once", () =>
    Effect.gen(function* () {
      const { calls, events, exit, keys } = yield* lost(["failed", "broken", "found"])
      expect(Exit.isSuccess(exit) && exit.value.tasks.map((ref) => ref.taskId)).toEqual(["task-1"])
      expect(calls.submits).toBe(1)
      expect(tags(events)).toEqual(["Submitting", "Undecided", "Submitted", "Polled"])
      expect(new Set(keys).size).toBe(1)
      expect(keys).toHaveLength(4)
    }),
  )

  it.effect("stays undecided where nothing is found: absence proves nothing", () =>
    Effect.gen(function* () {
      const { calls, exit, looked } = yield* lost([])
      expect(Exit.isFailure(exit) && errorOf(exit.cause)).toMatchObject({
        reason: { _tag: "OutcomeUnknown" },
      })
      expect(calls.submits).toBe(1)
      expect(looked).toBe(3)
    }),
  )

  it.effect("is not looked for where no key travelled with it, and nobody waits", () =>
    Effect.gen(function* () {
      const { exit, looked } = yield* lost(["found"], unknown)
      expect(Exit.isFailure(exit) && errorOf(exit.cause)).toMatchObject({
        reason: { _tag: "OutcomeUnknown" },
      })
      expect(looked).toBe(0)
    }),
  )
})

describe("making a task again", () => {
  it.effect("happens once where the document calls the failure retryable", () =>
    Effect.gen(function* () {
      const { calls, events, exit } = yield* play({ polls: [running, moderated("yes"), succeeded] })
      expect(calls.submits).toBe(2)
      expect(Exit.isSuccess(exit) && exit.value.tasks.map((ref) => ref.taskId)).toEqual([
        "task-1",
        "task-2",
      ])
      expect(tags(events)).toContain("Remaking")
    }),
  )

  it.effect("stays within its budget", () =>
    Effect.gen(function* () {
      const always = { polls: [moderated("yes")] }
      expect((yield* play(always)).calls.submits).toBe(2)
      expect((yield* play(always, { remakes: 0 })).calls.submits).toBe(1)
      const { calls, error } = yield* play(always, { remakes: 3 })
      expect(calls.submits).toBe(4)
      expect(error).toMatchObject({ code: "50511", ref: { taskId: "task-4" } })
    }),
  )

  it.effect("tells what was made before where no further task can be made", () =>
    Effect.gen(function* () {
      const refusal = failure("submit", new R.Forbidden({ retryable: "no" }))
      const { calls, error } = yield* play({
        submits: ["accepted", refusal],
        polls: [moderated("yes")],
      })
      expect(calls.submits).toBe(2)
      expect(error).toMatchObject({
        operation: "submit",
        ref: { taskId: "task-1" },
        message: expect.stringMatching(/No further task was made; the task task-1 before it ended/),
      })
    }),
  )

  it.effect("keeps an undecided one undecided, and without the failed task's handle", () =>
    Effect.gen(function* () {
      const { error } = yield* play({ submits: ["accepted", unknown], polls: [moderated("yes")] })
      expect(error).toMatchObject({ reason: { _tag: "OutcomeUnknown" } })
      expect(error).not.toHaveProperty("ref")
    }),
  )

  it.effect("never says of a failed task that it goes on, when aborted before the next", () =>
    Effect.gen(function* () {
      const controller = new AbortController()
      const { calls, error } = yield* play(
        {
          submits: ["accepted", failure("submit", new R.RateLimited({ retryable: "yes" }))],
          polls: [moderated("yes")],
        },
        {
          signal: controller.signal,
          onState: (event) => {
            if (event._tag === "Repeating") controller.abort()
          },
        },
      )
      expect(calls.submits).toBe(2)
      expect(error).toMatchObject({
        reason: { _tag: "Aborted" },
        ref: { taskId: "task-1" },
        message: expect.stringContaining("No further task was made; the task task-1 before it"),
      })
    }),
  )

  it.effect("never happens for what is not documented, or proves nothing", () =>
    Effect.gen(function* () {
      const ends: ReadonlyArray<TaskState> = [
        moderated("no"),
        moderated("undocumented"),
        { _tag: "Expired", message: "expired" },
        { _tag: "NotFound", message: "not found" },
        { _tag: "Cancelled" },
        {
          _tag: "Failed",
          error: failure("task", new R.Unproven({ state: "no_link", detail: "no link" })),
        },
      ]
      for (const end of ends) {
        const { calls, error } = yield* play({ polls: [running, end] }, { remakes: 9 })
        expect(calls.submits).toBe(1)
        expect(error).toMatchObject({ ref: { taskId: "task-1" } })
      }
    }),
  )
})

describe("aborting", () => {
  const start = Effect.fnUntraced(function* (script: Parameters<typeof fakeProvider>[0]) {
    const { calls, provider } = fakeProvider(script)
    const controller = new AbortController()
    const events: Array<TaskEvent> = []
    const prepared = yield* Task.prepare(provider, model, input)
    const fiber = yield* Effect.forkChild(
      Effect.flip(
        Task.runPrepared(provider, prepared, {
          signal: controller.signal,
          onState: (event) => events.push(event),
        }),
      ).pipe(Effect.provideService(Gate.Current, Gate.make())),
    )
    return { abort: Effect.sync(() => controller.abort()), calls, events, fiber }
  })

  it.effect("before the submit: nothing is sent", () =>
    Effect.gen(function* () {
      const { calls, provider } = fakeProvider({})
      const error = yield* Effect.flip(
        Task.run(provider, model, input, { signal: AbortSignal.abort() }),
      )
      expect(error).toMatchObject({ reason: { _tag: "Aborted" } })
      expect(error.message).toContain("nothing was paid")
      expect(calls.submits).toBe(0)
    }),
  )

  it.effect("during the POST: its answer is still read, and the handle is there", () =>
    Effect.gen(function* () {
      const { abort, calls, fiber, events } = yield* start({ submits: [{ afterSeconds: 30 }] })
      yield* TestClock.adjust("10 seconds")
      yield* abort
      yield* TestClock.adjust("10 seconds")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("10 seconds")
      const error = yield* Fiber.join(fiber)
      expect(error).toMatchObject({ reason: { _tag: "Aborted" }, ref: { taskId: "task-1" } })
      expect(tags(events)).toEqual(["Submitting", "Submitted"])
      expect(calls).toMatchObject({ submits: 1, polls: 0 })
    }),
  )

  it.effect("during a POST whose answer is lost: undecided, never 'nothing was paid'", () =>
    Effect.gen(function* () {
      const { provider } = fakeProvider({})
      const lost = {
        ...provider,
        submit: () => Effect.andThen(Effect.sleep("30 seconds"), Effect.fail(unknown)),
      }
      const prepared = yield* Task.prepare(lost, model, input)
      const controller = new AbortController()
      const gate = Gate.make()
      const fiber = yield* Effect.forkChild(
        Effect.flip(Task.runPrepared(lost, prepared, { signal: controller.signal })).pipe(
          Effect.provideService(Gate.Current, gate),
        ),
      )
      yield* TestClock.adjust("10 seconds")
      controller.abort()
      yield* TestClock.adjust("20 seconds")
      const error = yield* Fiber.join(fiber)
      expect(error).toMatchObject({ verdict: "ask", reason: { _tag: "OutcomeUnknown" } })
      expect(error.message).not.toContain("nothing was paid")

      const one = { ...model.limits, inFlight: 1 }
      const next = yield* Effect.forkChild(Effect.scoped(gate.place("fake aaaaaaaaaaaa one", one)))
      yield* TestClock.adjust("900 seconds")
      expect(next.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("100 seconds")
      yield* Fiber.join(next)
    }),
  )

  it.effect("during the wait: at once, with the handle", () =>
    Effect.gen(function* () {
      const { abort, fiber } = yield* start({ polls: [running] })
      yield* TestClock.adjust("7 seconds")
      yield* abort
      const error = yield* Fiber.join(fiber)
      expect(error).toMatchObject({ reason: { _tag: "Aborted" }, ref: { taskId: "task-1" } })
      expect(error.message).toContain("goes on at the provider")
    }),
  )

  it.effect("between two attempts: no other attempt follows", () =>
    Effect.gen(function* () {
      const { abort, calls, fiber } = yield* start({
        submits: [failure("submit", new R.RateLimited({ retryable: "yes" }))],
      })
      yield* TestClock.adjust("500 millis")
      yield* abort
      expect((yield* Fiber.join(fiber)).reason._tag).toBe("Aborted")
      yield* TestClock.adjust("1 hour")
      expect(calls.submits).toBe(1)
    }),
  )

  it.effect("by interruption during the POST: the handle is told before the fiber ends", () =>
    Effect.gen(function* () {
      const { provider } = fakeProvider({ submits: [{ afterSeconds: 30 }] })
      const events: Array<TaskEvent> = []
      const prepared = yield* Task.prepare(provider, model, input)
      const fiber = yield* Effect.forkChild(
        Task.runPrepared(provider, prepared, { onState: (event) => events.push(event) }).pipe(
          Effect.provideService(Gate.Current, Gate.make()),
        ),
      )
      yield* TestClock.adjust("10 seconds")
      yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* TestClock.adjust("20 seconds")
      yield* Fiber.await(fiber)
      expect(tags(events)).toEqual(["Submitting", "Submitted"])
    }),
  )
})

describe("places of an account", () => {
  const together = Effect.fnUntraced(function* (
    script: Parameters<typeof fakeProvider>[0],
    n: number,
  ) {
    const { calls, provider } = fakeProvider(script)
    const gate = Gate.make()
    const prepared = yield* Task.prepare(provider, model, input)
    const run = Task.runPrepared(provider, prepared).pipe(
      Effect.exit,
      Effect.provideService(Gate.Current, gate),
    )
    const fiber = yield* Effect.forkChild(
      Effect.all(
        Array.from({ length: n }, () => run),
        { concurrency: n },
      ),
    )
    return { calls, fiber, gate, provider }
  })

  it.effect("are no more than the model's limit", () =>
    Effect.gen(function* () {
      const { calls, fiber } = yield* together({ polls: [running] }, 5)
      yield* TestClock.adjust("1 minute")
      expect(calls.submits).toBe(2)
      yield* Fiber.interrupt(fiber)
    }),
  )

  it.effect("are as many as the account has bought, whatever the model says by itself", () =>
    Effect.gen(function* () {
      const { calls, provider } = fakeProvider({ polls: [running] })
      const bigger = {
        ...provider,
        models: [{ ...model, limits: { ...model.limits, inFlight: 4 } }],
      }
      const prepared = yield* Task.prepare(bigger, model, input)
      const run = Effect.exit(Task.runPrepared(bigger, prepared))
      const fiber = yield* Effect.forkChild(
        Effect.all([run, run, run, run, run], { concurrency: 5 }).pipe(
          Effect.provideService(Gate.Current, Gate.make()),
        ),
      )
      yield* TestClock.adjust("1 minute")
      expect(calls.submits).toBe(4)
      yield* Fiber.interrupt(fiber)
    }),
  )

  it.effect("are given on when a task ends", () =>
    Effect.gen(function* () {
      const { calls, fiber } = yield* together({}, 5)
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      expect(calls.submits).toBe(5)
    }),
  )

  it.effect("stay taken by an undecided submit for the model's longest known duration", () =>
    Effect.gen(function* () {
      const { calls, fiber } = yield* together({ submits: [unknown, unknown, "accepted"] }, 3)
      yield* TestClock.adjust("999 seconds")
      expect(calls.submits).toBe(2)
      yield* TestClock.adjust("2 minutes")
      yield* Fiber.join(fiber)
      expect(calls.submits).toBe(3)
    }),
  )

  it.effect("stay taken by a task whose wait was given up, until it is known to have ended", () =>
    Effect.gen(function* () {
      const { calls, provider } = fakeProvider({
        polls: [running, running, running, running, succeeded],
      })
      const gate = Gate.make()
      const inGate = Effect.provideService(Gate.Current, gate)
      const prepared = yield* Task.prepare(provider, model, input)
      const given = yield* Effect.forkChild(
        Effect.flip(Task.runPrepared(provider, prepared, { deadlineSeconds: 0 })).pipe(inGate),
      )
      yield* TestClock.adjust("1 second")
      const { ref } = yield* Fiber.join(given)
      const full = { ...model.limits, inFlight: 1 }
      const place = yield* Effect.forkChild(
        Effect.scoped(gate.place("fake aaaaaaaaaaaa one", full)).pipe(inGate),
      )
      yield* TestClock.adjust("1 second")
      expect(place.pollUnsafe()).toBeUndefined()
      if (ref === undefined) throw new Error("no handle")
      const waiting = yield* Effect.forkChild(Task.wait(provider, ref).pipe(inGate))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(waiting)
      yield* Fiber.join(place)
      expect(calls.submits).toBe(1)
    }),
  )
})

import * as R from "@zoetrope/core/Reason"
import type { TaskState } from "@zoetrope/core/TaskState"
import { Result } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decide } from "../src/decide.ts"
import type { Change, Decision } from "../src/Decision.ts"
import { type Generation, hasEnded, type Task } from "../src/Generation.ts"
import { nextAction } from "../src/nextAction.ts"
import type { Observation } from "../src/Observation.ts"
import { learn, pauseSeconds } from "../src/Pacing.ts"
import { failure, lost, model, provider, queued, refOf, succeeded } from "./support/vendor.ts"

const learnt = learn(model.timing, [])

const at = (now: number, stamp = `s${now}`) => ({ now, random: 0.5, stamp })

const written = (decision: Decision): Change => {
  if (decision._tag !== "Write") throw new Error(`nothing was written: ${JSON.stringify(decision)}`)
  return decision.change
}
const after = (generation: Generation, observation: Observation, now = 1000): Generation =>
  written(decide(at(now), generation, observation)).generation

const newest = (generation: Generation): Task => {
  if (generation.task === undefined) throw new Error("there is no row")
  return generation.task
}
const answered = (generation: Generation, failed?: R.Reason): Observation => ({
  _tag: "Answered",
  task: newest(generation),
  answer:
    failed === undefined
      ? Result.succeed({ ref: refOf("t1"), warnings: [] })
      : Result.fail(failure("submit", failed)),
})
const polled = (
  answer: TaskState | R.Reason,
  taskId = "t1",
  failures = 0,
  ageSeconds = 100,
): Observation => ({
  _tag: "Polled",
  provider,
  learnt,
  ref: refOf(taskId),
  answer:
    "message" in answer && answer instanceof Error
      ? Result.fail(failure("poll", answer))
      : Result.succeed({ state: answer, warnings: [] }),
  failures,
  ageSeconds,
  ranSeconds: 95,
})
const failedTask = (retryable: R.Retryable): TaskState => ({
  _tag: "Failed",
  error: failure("task", new R.ProviderFault({ retryable })),
})

const submitting = after(queued(), { _tag: "Turn" })
const running = after(submitting, answered(submitting))
const fetching = after(running, polled(succeeded))
const artifacts = [{ kind: "video", sha256: "aa", bytes: 3, path: "artifacts/aa/aa" }] as const

describe("a submit", () => {
  it("is a row of its own, with a token of its own, in the write that leaves the queue", () => {
    const change = written(decide(at(1000, "token"), queued(), { _tag: "Turn" }))
    expect(change.from).toBe("s0")
    expect(change.task).toEqual({
      number: 1,
      token: "token",
      state: "submitting",
      attempt: 1,
      sentAt: 1000,
    })
    expect(change.generation).toMatchObject({ state: "submitting", stamp: "token", version: 2 })
    expect(nextAction(change.generation)).toBe("rest")
  })
  it("refused and retryable waits its pause, and is then a new row that counts on", () => {
    const refused = after(submitting, answered(submitting, new R.NothingSent({ detail: "dns" })))
    expect(refused).toMatchObject({ state: "queued", task: { state: "refused" }, dueAt: 2000 })
    const again = newest(after(refused, { _tag: "Turn" }, 2000))
    expect(again).toMatchObject({ number: 2, attempt: 2 })
    expect(again.token).not.toBe(newest(refused).token)
  })
  it("refused too often fails, and so does one that must not be repeated", () => {
    const fourth: Generation = { ...submitting, task: { ...newest(submitting), attempt: 4 } }
    const fault = new R.ProviderFault({ retryable: "yes" })
    expect(after(submitting, answered(submitting, fault)).state).toBe("queued")
    expect(after(fourth, answered(fourth, fault)).state).toBe("failed")
    const forbidden = new R.Forbidden({ retryable: "no" })
    expect(after(submitting, answered(submitting, forbidden)).state).toBe("failed")
  })
  it("that could not be sent waits for the provider, a day if need be", () => {
    const thirtieth: Generation = { ...submitting, task: { ...newest(submitting), attempt: 30 } }
    const away = answered(thirtieth, new R.NothingSent({ detail: "" }))
    const hour = 3_600_000
    expect(after(thirtieth, away, hour)).toMatchObject({ state: "queued", dueAt: hour + 120_000 })
    expect(after(thirtieth, away, 25 * hour).state).toBe("failed")
  })
  it("of unknown outcome is undecided, looked for, and never queued", () => {
    const undecided = after(submitting, answered(submitting, lost.reason))
    expect(undecided).toMatchObject({
      state: "undecided",
      task: { state: "undecided" },
      dueAt: 2000,
    })
    expect(nextAction(undecided)).toBe("look")
    expect(decide(at(5000), undecided, { _tag: "Turn" })._tag).toBe("Refuse")
    const looked = { _tag: "Looked", task: newest(undecided), found: undefined } as const
    expect(decide(at(5000), undecided, looked)).toEqual({ _tag: "Keep", dueAt: 9000 })
    expect(after(undecided, { ...looked, found: refOf("t9") })).toMatchObject({
      state: "running",
      task: { ref: { taskId: "t9" } },
    })
  })
  it("that was marked and not sent ends with a wish to cancel, and else waits for its turn again", () => {
    const withheld: Observation = { _tag: "Withheld", task: newest(submitting) }
    const wished = after(submitting, { _tag: "CancelAsked" })
    expect(after(wished, withheld)).toMatchObject({
      state: "cancelled",
      task: { state: "refused" },
    })
    const undecided = after(submitting, { _tag: "Orphaned" })
    const queuedAgain = { state: "queued", task: { state: "refused" }, dueAt: 1000 }
    expect(after(undecided, withheld)).toMatchObject(queuedAgain)
    expect(after(undecided, withheld).error).toBeUndefined()
    const settled = after(undecided, { _tag: "Settled", how: { _tag: "Again" } })
    expect(after(settled, withheld)).toMatchObject(queuedAgain)
    // Another row, or a task that exists after all: nothing is changed by it.
    const next = after(settled, { _tag: "Turn" }, 2000)
    for (const other of [next, running, fetching]) {
      expect(decide(at(3000), other, withheld)).toEqual({ _tag: "Keep", dueAt: other.dueAt })
    }
  })
  it("of a process that is gone is undecided, and says with what it can be recognised", () => {
    const undecided = after(submitting, { _tag: "Orphaned" })
    expect(undecided.error?.reason).toMatchObject({
      _tag: "OutcomeUnknown",
      at: "1970-01-01T00:00:01.000Z",
      key: "s1000",
      inputDigest: "d".repeat(64),
    })
    // The answer comes after all.
    expect(after(undecided, answered(submitting))).toMatchObject({ state: "running" })
    const refusal = answered(submitting, new R.NothingSent({ detail: "" }))
    expect(after(undecided, refusal)).toMatchObject({ state: "queued" })
  })
  it("answered after a new one was sent keeps its handle in its own row", () => {
    const undecided = after(submitting, { _tag: "Orphaned" })
    const again = after(undecided, { _tag: "Settled", how: { _tag: "Again" } })
    const second = after(again, { _tag: "Turn" }, 3000)
    const change = written(decide(at(4000), second, answered(submitting)))
    expect(change.task).toMatchObject({ number: 1, ref: { taskId: "t1" } })
    expect(change.generation).toMatchObject({ state: "submitting", task: { number: 2 } })
    expect(change.event).toMatchObject({ kind: "late-answer" })
    // Not sent yet: then the late answer is the one that is followed, and nothing is paid twice.
    expect(after(again, answered(submitting))).toMatchObject({
      state: "running",
      task: { number: 1 },
    })
  })
})

describe("a poll", () => {
  const rows: ReadonlyArray<readonly [string, Observation, Partial<Generation>]> = [
    ["a video", polled(succeeded), { state: "fetching", progress: 100 }],
    [
      "a failure that may be made again",
      polled(failedTask("yes")),
      { state: "queued", remakes: 0 },
    ],
    ["a failure that may not", polled(failedTask("no")), { state: "failed" }],
    ["expired", polled({ _tag: "Expired", message: "gone" }), { state: "undecided" }],
    ["cancelled", polled({ _tag: "Cancelled" }), { state: "cancelled" }],
    [
      "a foreign handle",
      polled(new R.ForeignHandle({ expected: "", given: "" })),
      { state: "undecided" },
    ],
    ["an unknown code", polled(new R.UnknownCode({ detail: "7" })), { state: "undecided" }],
    ["progress", polled({ _tag: "Running", progress: 40 }), { state: "running", progress: 40 }],
    ["an outage", polled(new R.Unavailable({ detail: "503" }), "t1", 1), { state: "running" }],
  ]
  for (const [name, observation, expected] of rows) {
    it(`that says ${name}`, () =>
      expect(after(running, observation, 200_000)).toMatchObject(expected))
  }
  it("with no news writes nothing, and is paced by experience", () => {
    const moment = at(100_000)
    const pause = pauseSeconds(learnt, 100, moment.random) * 1000
    expect(pause).toBeGreaterThanOrEqual(2000)
    const decision = decide(moment, running, polled({ _tag: "Running" }))
    expect(decision).toEqual({ _tag: "Keep", dueAt: 100_000 + pause })
  })
  it("that is the first comes when experience says, and at once for a wish to cancel", () => {
    const first = (generation: Generation) => {
      const observation = answered(generation)
      return observation._tag === "Answered"
        ? after(generation, { ...observation, learnt }, 1000).dueAt
        : undefined
    }
    expect(first(submitting)).toBeGreaterThanOrEqual(3000)
    expect(first({ ...submitting, cancel: "asked" })).toBe(1000)
  })
  it("not found is nothing for a minute, and undecided later", () => {
    const missing = (ageSeconds: number) =>
      polled({ _tag: "NotFound", message: "no such task" }, "t1", 0, ageSeconds)
    expect(decide(at(0), running, missing(59))._tag).toBe("Keep")
    expect(after(running, missing(60)).state).toBe("undecided")
  })
  it("of another task, or after the end, is nothing", () => {
    expect(decide(at(1), running, polled(failedTask("no"), "t2"))).toEqual({
      _tag: "Keep",
      dueAt: running.dueAt,
    })
    const done = after(fetching, { _tag: "Kept", artifacts })
    expect(decide(at(1), done, polled(failedTask("yes")))._tag).toBe("Keep")
  })
  it("shows an outage once, and takes it away when it is over", () => {
    const out = polled(new R.Unavailable({ detail: "503" }), "t1", 1)
    const troubled = after(running, out)
    expect(troubled.error?.reason._tag).toBe("Unavailable")
    expect(decide(at(9000), troubled, out)._tag).toBe("Keep")
    expect(after(troubled, polled({ _tag: "Running" }))).not.toHaveProperty("error")
  })
  it("that takes back a video it has named makes nothing again", () => {
    const dead = { _tag: "NotKept", why: "dead", inMillis: 0, deadLink: true } as const
    const renewing = after(fetching, dead)
    expect(nextAction(renewing)).toBe("poll")
    const undecided = after(renewing, polled(failedTask("yes")))
    expect(undecided).toMatchObject({ state: "undecided", task: { state: "succeeded" } })
    expect(decide(at(9), undecided, polled(failedTask("yes")))._tag).toBe("Keep")
  })

  it("is due at once when the provider sends word, whatever time the row has", () => {
    const undecided = after(submitting, answered(submitting, lost.reason))
    for (const generation of [running, undecided]) {
      for (const dueAt of [0, 500, 9_000]) {
        expect(after({ ...generation, dueAt }, { _tag: "Nudged" })).toMatchObject({
          state: generation.state,
          dueAt: 1000,
        })
      }
    }
    const { dueAt: _, ...rested } = undecided
    expect(after(rested, { _tag: "Nudged" }).dueAt).toBe(1000)
    for (const generation of [queued(), submitting, fetching]) {
      expect(decide(at(1000), generation, { _tag: "Nudged" })._tag).toBe("Keep")
    }
  })
})

describe("keeping", () => {
  it("records the file and the end in one write, and forgets the links", () => {
    const change = written(decide(at(2000), fetching, { _tag: "Kept", artifacts }))
    expect(change.artifacts).toEqual(artifacts)
    expect(change.generation.state).toBe("done")
    expect(JSON.stringify(change)).not.toContain("https://")
  })
  it("says what stands in the way, once, and stays", () => {
    const full = {
      _tag: "NotKept",
      why: "no space left",
      inMillis: 30_000,
      deadLink: false,
    } as const
    const waiting = after(fetching, full)
    expect(waiting).toMatchObject({ state: "fetching", hindrance: "no space left", dueAt: 31_000 })
    expect(nextAction(waiting)).toBe("fetch")
    expect(decide(at(31_000), waiting, full)).toEqual({ _tag: "Keep", dueAt: 61_000 })
    expect(after(waiting, { _tag: "Kept", artifacts })).not.toHaveProperty("hindrance")
  })
})

describe("a person", () => {
  const ask: Observation = { _tag: "CancelAsked" }
  it("cancels at once what was not sent, and asks the provider about what was", () => {
    expect(after(queued(), ask).state).toBe("cancelled")
    const asked = after(running, ask)
    expect(nextAction(asked)).toBe("cancel")
    const answer = Result.succeed({ message: "taken back" })
    const accepted = after(asked, { _tag: "CancelAnswered", answer })
    expect(accepted).toMatchObject({ state: "running", cancel: "accepted" })
    expect(after(accepted, polled({ _tag: "Cancelled" })).state).toBe("cancelled")
    expect(after(accepted, polled(succeeded)).state).toBe("fetching")
    expect(after(accepted, polled(failedTask("yes"))).state).toBe("cancelled")
  })
  it("hears when the provider will not, and the task goes on", () => {
    const asked = after(running, ask)
    const refusal = Result.fail(failure("cancel", new R.CancelRefused({ detail: "too late" })))
    expect(after(asked, { _tag: "CancelAnswered", answer: refusal })).toMatchObject({
      cancel: "no",
    })
    const outage = Result.fail(failure("cancel", new R.Unavailable({ detail: "503" })))
    expect(decide(at(0), asked, { _tag: "CancelAnswered", answer: outage })._tag).toBe("Keep")
  })
  it("is told why not", () => {
    const undecided = after(submitting, { _tag: "Orphaned" })
    for (const generation of [fetching, undecided, after(fetching, { _tag: "Kept", artifacts })]) {
      expect(decide(at(0), generation, ask)._tag).toBe("Refuse")
    }
    const again = { _tag: "Settled", how: { _tag: "Again" } } as const
    expect(decide(at(0), running, again)).toMatchObject({ why: expect.stringContaining("running") })
  })
  it("settles what is undecided, in three ways", () => {
    const undecided = after(submitting, { _tag: "Orphaned" })
    const settle = (how: Extract<Observation, { _tag: "Settled" }>["how"]) =>
      after(undecided, { _tag: "Settled", how })
    expect(settle({ _tag: "Again" })).toMatchObject({ state: "queued" })
    expect(settle({ _tag: "Found", ref: refOf("x") })).toMatchObject({
      state: "running",
      task: { ref: { taskId: "x" } },
    })
    expect(settle({ _tag: "GiveUp" }).state).toBe("failed")
  })
})

describe("whatever is observed, in whatever order", () => {
  const reasons: ReadonlyArray<R.Reason> = [
    lost.reason,
    new R.NothingSent({ detail: "" }),
    new R.RateLimited({ retryable: "yes", retryAfterMillis: 700 }),
    new R.Unavailable({ detail: "" }),
    new R.UnknownCode({ detail: "" }),
  ]
  type Make = (generation: Generation) => Observation | undefined
  const makes = fc.constantFrom<Make>(
    () => ({ _tag: "Turn" }),
    (generation) => (generation.task === undefined ? undefined : answered(generation)),
    ...reasons.map(
      (reason): Make =>
        (generation) =>
          generation.task === undefined ? undefined : answered(generation, reason),
    ),
    () => ({ _tag: "Orphaned" }),
    ...[succeeded, failedTask("yes"), failedTask("no"), { _tag: "Cancelled" } as const].map(
      (state): Make =>
        () =>
          polled(state),
    ),
    ...reasons.map(
      (reason): Make =>
        () =>
          polled(reason),
    ),
    () => ({ _tag: "Kept", artifacts }),
    () => ({ _tag: "NotKept", why: "full", inMillis: 5, deadLink: false }),
    () => ({ _tag: "NotKept", why: "dead", inMillis: 5, deadLink: true }),
    () => ({ _tag: "CancelAsked" }),
    () => ({ _tag: "Settled", how: { _tag: "Again" } }),
  )
  it("each write names what it was decided on, moves on by one, and no end is left", () => {
    let ends = 0
    fc.assert(
      fc.property(fc.array(makes, { maxLength: 40 }), (sequence) => {
        let now = 0
        let generation = queued()
        let rows = 0
        for (const make of sequence) {
          const observation = make(generation)
          if (observation === undefined) continue
          now += 1000
          const decision = decide(at(now), generation, observation)
          if (decision._tag !== "Write") continue
          const { change } = decision
          expect(change.from).toBe(generation.stamp)
          expect(change.generation.version).toBe(generation.version + 1)
          expect(change.event?.version ?? change.generation.version).toBe(change.generation.version)
          if (hasEnded(generation.state)) expect(change.generation.state).toBe(generation.state)
          if (change.task?.state === "submitting") rows += 1
          expect(change.generation.task?.number ?? 0).toBe(rows)
          expect(change.generation.remakes).toBeGreaterThanOrEqual(0)
          expect((change.artifacts?.length ?? 0) > 0).toBe(
            change.generation.state === "done" && generation.state !== "done",
          )
          generation = change.generation
        }
        if (hasEnded(generation.state)) ends += 1
      }),
      { numRuns: 2000 },
    )
    expect(ends).toBeGreaterThan(100)
  })
})

/** What the outcome of a poll proves: mostly nothing about the task. */
import * as Poll from "@zoetrope/core/Poll"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { Clock, Effect, Result } from "effect"
import { accept, type Bench, impatient, submit } from "../Bench.ts"
import type { Check } from "../Check.ts"
import { words } from "../internal/outcome.ts"
import { pollInto } from "../internal/polls.ts"
import * as Wire from "../Wire.ts"

export const statusOutage: Check = {
  name: "an outage of the status endpoint leaves the task untouched",
  why: "A task that is given up for a 503 was paid for, and its video is made and never fetched.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const complaints = yield* pollInto(bench, outages)
    const huge = yield* pollInto(bench, ["huge"], { starts: [bench.starts[0]] })
    return [...complaints, ...huge, ...(yield* unreachable(bench)), ...(yield* outlasted(bench))]
  }),
}

const outages = [
  ...[429, 500, 502, 503, 504].flatMap((status) => [
    String(status),
    `${status}:body=empty`,
    `${status}:body=html`,
  ]),
  "401",
  "403",
  "404:body=html",
  "html",
  "malformed",
  "empty",
  "truncate@0.5",
  "reset-before",
  "lost-answer",
]

const unreachable = Effect.fnUntraced(function* (bench: Bench) {
  const ref = yield* accept(bench)
  const provider = yield* bench.make({ baseUrl: yield* Wire.closedAddress })
  const outcome = yield* Effect.result(provider.poll(ref))
  return Result.isFailure(outcome) && outcome.failure.verdict === "wait"
    ? []
    : [`nobody listens: ${words(outcome)}; wanted the verdict wait`]
})

/** Out for longer than anybody waits: the handle comes back, and with it the video. */
const outlasted = Effect.fnUntraced(function* (bench: Bench) {
  const ref = yield* accept(bench)
  bench.simulator.faults.add("poll:503:body=html:n=all")
  const given = yield* Effect.result(
    Poll.wait(bench.provider, ref, { ...impatient, deadlineSeconds: 0.2 }),
  )
  bench.simulator.faults.clear()
  const complaints =
    Result.isFailure(given) && given.failure.ref?.taskId === ref.taskId
      ? []
      : [`an outage up to the deadline: ${words(given)} without the handle`]
  yield* bench.finish
  const waited = yield* Effect.result(Poll.wait(bench.provider, ref, impatient))
  return Result.isSuccess(waited)
    ? complaints
    : [...complaints, `after the outage: ${words(waited)}; wanted the video`]
})

export const slowStatus: Check = {
  name: "a poll without an answer ends when its time is up, and leaves the task untouched",
  why: "One poll that hangs for ever is a video that is never fetched.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const provider = yield* bench.make({ timeoutSeconds: 0.3 })
    const startedAt = yield* Clock.currentTimeMillis
    const complaints = yield* pollInto(bench, ["delay=2s", "slow=20"], {
      starts: [bench.starts[0]],
      provider,
    })
    const seconds = ((yield* Clock.currentTimeMillis) - startedAt) / 1000
    return seconds < 4 ? complaints : [...complaints, `two polls with 0.3 s each took ${seconds} s`]
  }),
}

export const retryAfter: Check = {
  name: "what an answer asks to wait is passed on",
  why: "Who calls again before the time that was asked for is kept out for longer.",
  money: false,
  run: Effect.fnUntraced(function* (bench) {
    const complaints: Array<string> = []
    const ref = yield* accept(bench)
    for (const fault of ["429:retry-after=7", "503:body=html:retry-after=7"]) {
      bench.simulator.faults.add(`poll:${fault}`)
      const outcome = yield* Effect.result(bench.provider.poll(ref))
      const asked = Result.isFailure(outcome) ? outcome.failure.retryAfterMillis : undefined
      if (asked !== 7000) complaints.push(`poll, ${fault}: to wait ${asked} ms; wanted 7000`)
    }
    bench.simulator.faults.add("submit:429:retry-after=7")
    const outcome = yield* Effect.result(submit(bench.provider, bench.starts[0]))
    const failure = Result.isFailure(outcome) ? outcome.failure : undefined
    if (failure?.verdict === "repeat" && failure.retryAfterMillis !== 7000) {
      complaints.push(`submit, 429: to wait ${failure.retryAfterMillis} ms; wanted 7000`)
    }
    return complaints
  }),
}

export const forgotten: Check = {
  name: "a task that the service does not know is shown to a person",
  why: "The video may exist and be billed: neither made again by itself, nor called a failure.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const complaints: Array<string> = []
    for (const start of bench.starts) {
      const ref = yield* accept(bench, start)
      const unheardOf: TaskRef = { ...ref, taskId: neighbourOf(ref.taskId) }
      complaints.push(...(yield* shown(bench, unheardOf, `${start.model.id}, an unknown id`)))
    }
    const { retentionSeconds } = bench.subject.dialect
    if (!Number.isFinite(retentionSeconds)) return complaints
    const ref = yield* accept(bench)
    yield* bench.pass(2 * retentionSeconds + bench.taskSeconds)
    const old = yield* Effect.result(bench.provider.poll(ref))
    // A service that never forgets still has the video, which is as well.
    if (Result.isSuccess(old) && old.success.state._tag === "Succeeded") return complaints
    return [...complaints, ...(yield* shown(bench, ref, "a task older than its retention"))]
  }),
}

/** Waited for while the task is young, then left to a person. */
const shown = Effect.fnUntraced(function* (bench: Bench, ref: TaskRef, what: string) {
  const outcome = yield* Effect.result(bench.provider.poll(ref))
  const young = Poll.stepOf(bench.provider, ref, outcome, 1)
  const old = Poll.stepOf(bench.provider, ref, outcome, 3600)
  const complaints: Array<string> = []
  if (young._tag === "Done" || (young._tag === "End" && young.error.verdict !== "ask")) {
    complaints.push(`${what}, 1 s after its submit: ${words(outcome)} ends the wait`)
  }
  if (old._tag !== "End" || old.error.verdict !== "ask") {
    complaints.push(`${what}, an hour after its submit: ${words(outcome)} is not left to a person`)
  }
  return complaints
})

/** An id of the same form that was never given. */
const neighbourOf = (id: string): string => {
  const last = id.at(-1) ?? ""
  return id.slice(0, -1) + (last === "1" ? "2" : "1")
}

/** Whoever gives up waiting loses nothing, at whatever moment. */
import * as Task from "@zoetrope/core/Task"
import type { TaskEvent } from "@zoetrope/core/TaskEvent"
import * as Artifact from "@zoetrope/node/Artifact"
import { Effect, Fiber, Option, Result } from "effect"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { accept, type Bench, impatient, ungated } from "../Bench.ts"
import type { Check } from "../Check.ts"
import { folder } from "../internal/folder.ts"
import { type Outcome, words } from "../internal/outcome.ts"

export const aborts: Check = {
  name: "an abort in any phase loses nothing",
  why: "Ctrl-C must never cost a video: once a submit has left, its answer is read and its handle kept.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    return [
      ...(yield* beforeSubmit(bench)),
      ...(yield* duringSubmit(bench)),
      ...(yield* duringLostSubmit(bench)),
      ...(yield* duringPoll(bench)),
      ...(yield* betweenPolls(bench)),
      ...(yield* duringDownload(bench)),
    ]
  }),
}

const beforeSubmit = Effect.fnUntraced(function* (bench: Bench) {
  const run = running(bench)
  run.abort()
  const { outcome } = yield* run.ended
  const complaints = abortedWith(outcome, undefined) ? [] : [`before the submit: ${words(outcome)}`]
  return bench.wire.seen.length === 0
    ? complaints
    : [...complaints, "before the submit: it was sent all the same"]
})

const duringSubmit = Effect.fnUntraced(function* (bench: Bench) {
  bench.wire.next(async (service) => {
    const reply = await service()
    run.abort()
    await sleep(100)
    return reply
  })
  const run = running(bench)
  const { events, outcome } = yield* run.ended
  const id = bench.accepted().at(-1)?.id
  const told = events.some((event) => event._tag === "Submitted" && event.ref.taskId === id)
  return abortedWith(outcome, id) && told
    ? []
    : [`during the submit, which was accepted as ${id}: ${words(outcome)}, told: ${tags(events)}`]
})

const duringLostSubmit = Effect.fnUntraced(function* (bench: Bench) {
  bench.wire.next(async (service) => {
    await service()
    run.abort()
    await sleep(100)
    return "reset"
  })
  const run = running(bench)
  const { events, outcome } = yield* run.ended
  const undecided = Result.isFailure(outcome) && outcome.failure.reason._tag === "OutcomeUnknown"
  return undecided && events.some((event) => event._tag === "Undecided")
    ? []
    : [`during a submit whose answer is lost: ${words(outcome)}, told: ${tags(events)}`]
})

const duringPoll = Effect.fnUntraced(function* (bench: Bench) {
  bench.wire.next(
    (service) => service(),
    async (service) => {
      run.abort()
      await sleep(100)
      return service()
    },
  )
  const run = running(bench)
  const { outcome } = yield* run.ended
  const id = bench.accepted().at(-1)?.id
  return abortedWith(outcome, id) ? [] : [`during a poll of ${id}: ${words(outcome)}`]
})

const betweenPolls = Effect.fnUntraced(function* (bench: Bench) {
  const run = running(bench, {
    poll: { floor: 30, ceiling: 30 },
    onState: ({ _tag }) => void (_tag === "Polled" && setTimeout(run.abort, 20)),
  })
  const ended = yield* Effect.timeoutOption(run.ended, 3000)
  if (Option.isNone(ended)) return ["between polls: the wait goes on"]
  const { outcome } = ended.value
  const id = bench.accepted().at(-1)?.id
  const ref = Result.isFailure(outcome) ? outcome.failure.ref : undefined
  if (ref === undefined || !abortedWith(outcome, id)) {
    return [`between polls of ${id}: ${words(outcome)}`]
  }
  yield* bench.finish
  const later = yield* Effect.result(ungated(Task.wait(bench.provider, ref, impatient)))
  return Result.isSuccess(later) ? [] : [`waited for again after an abort: ${words(later)}`]
})

const duringDownload = Effect.fnUntraced(function* (bench: Bench) {
  const ref = yield* accept(bench)
  yield* bench.finish
  const { state } = yield* ungated(Task.wait(bench.provider, ref, impatient))
  const to = yield* folder
  const options = { url: state.outputs[0].url, to: join(to, "a.mp4"), allow: { loopback: true } }
  bench.simulator.faults.add("download:slow=200")
  const saving = yield* Effect.forkChild(Artifact.save(options))
  yield* Effect.sleep(100)
  yield* Fiber.interrupt(saving)
  bench.simulator.faults.clear()
  const left = yield* Effect.promise(() => readdir(to))
  const again = yield* Effect.result(Artifact.save(options))
  return [
    ...(left.length === 0 ? [] : [`during the download: ${left.join(", ")} is left behind`]),
    ...(Result.isSuccess(again) ? [] : [`fetched again after an abort: ${again.failure.message}`]),
  ]
})

/** A whole run that can be aborted. Without `find`, so that what is undecided is so at once. */
const running = (bench: Bench, options: Pick<Task.RunOptions, "onState" | "poll"> = {}) => {
  const { find: _, ...provider } = bench.provider
  const controller = new AbortController()
  const events: Array<TaskEvent> = []
  const [{ input, model }] = bench.starts
  const ended = Task.run(provider, model, input, {
    ...impatient,
    ...options,
    signal: controller.signal,
    onState: (event) => {
      events.push(event)
      options.onState?.(event)
    },
  }).pipe(
    Effect.result,
    ungated,
    Effect.map((outcome) => ({ outcome, events })),
  )
  return { ended, abort: () => controller.abort() }
}

const abortedWith = (outcome: Outcome, taskId: string | undefined): boolean =>
  Result.isFailure(outcome) &&
  outcome.failure.reason._tag === "Aborted" &&
  outcome.failure.ref?.taskId === taskId

const tags = (events: ReadonlyArray<TaskEvent>): string =>
  events.map((event) => event._tag).join(", ")

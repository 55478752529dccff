/** From a task that exists to its end, and from its video to a file. */
import { pauseMillis, stepOf } from "@zoetrope/core/Poll"
import type { TaskError } from "@zoetrope/core/TaskError"
import { Result } from "effect"
import type { Decision, Moment } from "../Decision.ts"
import type { Artifact, Generation, State, Task } from "../Generation.ts"
import type { Observation } from "../Observation.ts"
import { type Learnt, pauseSeconds } from "../Pacing.ts"
import { cancelled, ended, keep, running, undecided, write } from "./writing.ts"

/** States in which what the provider says of the task counts. */
const followed: ReadonlySet<State> = new Set(["running", "fetching", "undecided"])

export const polled = (
  moment: Moment,
  generation: Generation,
  observation: Extract<Observation, { readonly _tag: "Polled" }>,
): Decision => {
  const { ageSeconds, answer, provider, ranSeconds, ref } = observation
  const { task } = generation
  if (!followed.has(generation.state) || task?.ref?.taskId !== ref.taskId) {
    return keep(generation.dueAt)
  }
  const step = stepOf(provider, ref, answer, ageSeconds)
  switch (step._tag) {
    case "Wait":
      return waiting(moment, generation, task, observation)
    case "Done":
      return write(
        moment,
        generation,
        {
          state: "fetching",
          task: { ...task, state: "succeeded", outputs: step.state.outputs },
          dueAt: moment.now,
          progress: 100,
          error: undefined,
        },
        generation.state === "fetching"
          ? undefined
          : ["fetching", "the video exists at the provider"],
        generation.state === "running"
          ? { duration: { over: Math.min(ranSeconds, ageSeconds), under: ageSeconds } }
          : {},
      )
    case "End":
      return endOfTask(moment, generation, task, step.error)
  }
}

/** Written whatever the row has for a time: polls that find nothing new move it in memory alone. */
export const nudged = (moment: Moment, generation: Generation): Decision =>
  generation.state === "running" || generation.state === "undecided"
    ? write(moment, generation, { dueAt: moment.now }, undefined)
    : keep(generation.dueAt)

const waiting = (
  moment: Moment,
  generation: Generation,
  task: Task,
  { ageSeconds, answer, failures, learnt }: Extract<Observation, { readonly _tag: "Polled" }>,
): Decision => {
  const failure = Result.isFailure(answer) ? answer.failure : undefined
  const state = Result.isSuccess(answer) ? answer.success.state : undefined
  const dueAt = moment.now + pauseOf(learnt, ageSeconds, failures, failure, moment.random)
  if (generation.state === "undecided") {
    return state === undefined || state._tag === "NotFound"
      ? keep(dueAt)
      : running(moment, generation, task, undefined, ["settled", "the provider knows the task"])
  }
  const progress =
    state?._tag === "Running" ? (state.progress ?? generation.progress) : generation.progress
  const isNews = codeOf(failure) !== codeOf(generation.error)
  if (progress === generation.progress && !isNews) return keep(dueAt)
  return write(
    moment,
    generation,
    { dueAt, progress, error: failure },
    isNews && failure !== undefined ? ["poll-failed", failure.message] : undefined,
  )
}

/** Milliseconds. What went wrong is paced by the core, what goes well by experience. */
const pauseOf = (
  learnt: Learnt,
  ageSeconds: number,
  failures: number,
  failure: TaskError | undefined,
  random: number,
): number =>
  failure === undefined
    ? pauseSeconds(learnt, ageSeconds, random) * 1000
    : pauseMillis({
        timing: learnt.timing,
        ageSeconds,
        failures,
        refused: failure.reason._tag === "Unauthorized" || failure.reason._tag === "Forbidden",
        retryAfterMillis: failure.retryAfterMillis,
        random,
      })

/** Two errors of one code need not be told twice. */
const codeOf = (error: TaskError | undefined): string | undefined =>
  error === undefined ? undefined : `${error.reason._tag} ${error.code ?? ""}`

const endOfTask = (
  moment: Moment,
  generation: Generation,
  task: Task,
  error: TaskError,
): Decision => {
  const isCancelAccepted = generation.cancel === "accepted"
  // What ends only our asking proves nothing; nor does a change of mind, once there was a video.
  const isProven = error.operation === "task" && error.verdict !== "ask"
  if (!isProven || task.state === "succeeded") {
    if (isCancelAccepted && task.state !== "succeeded") {
      return cancelled(moment, generation, { ...task, state: "cancelled" }, error.message)
    }
    return generation.state === "undecided"
      ? keep(undefined)
      : undecided(moment, generation, task, error)
  }
  if (error.reason._tag === "Cancelled") {
    return cancelled(moment, generation, { ...task, state: "cancelled" }, error.message)
  }
  const failed: Task = { ...task, state: "failed" }
  if (generation.cancel !== "no") return cancelled(moment, generation, failed, error.message)
  return error.verdict === "remake" && generation.remakes > 0
    ? write(
        moment,
        generation,
        {
          state: "queued",
          task: failed,
          error,
          remakes: generation.remakes - 1,
          dueAt: moment.now,
          progress: undefined,
        },
        ["remaking", error.message],
      )
    : ended(moment, generation, "failed", { task: failed, error }, ["failed", error.message])
}

export const kept = (
  moment: Moment,
  generation: Generation,
  artifacts: ReadonlyArray<Artifact>,
): Decision => {
  const { task } = generation
  if (generation.state !== "fetching" || task === undefined) return keep(generation.dueAt)
  return ended(
    moment,
    generation,
    "done",
    { task: withoutLinks(task), error: undefined, hindrance: undefined },
    [
      "done",
      artifacts.map(({ kind, sha256 }) => `${kind} kept, ${sha256.slice(0, 12)}…`).join(", "),
    ],
    { artifacts },
  )
}

export const notKept = (
  moment: Moment,
  generation: Generation,
  { deadLink, inMillis, why }: Extract<Observation, { readonly _tag: "NotKept" }>,
): Decision => {
  const { task } = generation
  if (generation.state !== "fetching" || task === undefined) return keep(generation.dueAt)
  const dueAt = moment.now + inMillis
  if (deadLink && task.outputs !== undefined) {
    return write(moment, generation, { task: withoutLinks(task), dueAt, hindrance: why }, [
      "hindered",
      why,
    ])
  }
  return generation.hindrance === why
    ? keep(dueAt)
    : write(moment, generation, { dueAt, hindrance: why }, ["hindered", why])
}

const withoutLinks = ({ outputs: _links, ...task }: Task): Task => task

export const cancelAnswered = (
  moment: Moment,
  generation: Generation,
  { answer }: Extract<Observation, { readonly _tag: "CancelAnswered" }>,
): Decision => {
  if (generation.state !== "running" || generation.cancel !== "asked") {
    return keep(generation.dueAt)
  }
  if (Result.isSuccess(answer)) {
    // Accepted is not ended: the next poll tells, and a video that was faster is kept.
    return write(moment, generation, { cancel: "accepted", dueAt: moment.now }, [
      "cancel-accepted",
      answer.success.message,
    ])
  }
  const { message, reason } = answer.failure
  return passing.has(reason._tag)
    ? keep(moment.now + cancelPauseMillis)
    : write(moment, generation, { cancel: "no", dueAt: moment.now }, ["cancel-refused", message])
}

/** What says nothing about whether the provider would cancel. */
const passing: ReadonlySet<string> = new Set([
  "NothingSent",
  "OutcomeUnknown",
  "Unavailable",
  "RateLimited",
])
const cancelPauseMillis = 5_000

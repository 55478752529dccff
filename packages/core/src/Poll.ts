/**
 * Waiting for a task that exists. Owns what a poll's answer means for the wait (`stepOf`), how long to
 * pause (`pauseMillis`), and the one loop that polls. It never cancels, never forgets, never submits.
 */
import { Clock, Effect, Random, Result } from "effect"
import { optionIssues } from "./internal/optionIssues.ts"
import { type Timing, timingFor } from "./Model.ts"
import type { Polled, Provider } from "./Provider.ts"
import { Cancelled, InvalidInput, type Reason, StillRunning, Unproven } from "./Reason.ts"
import { longestAskedMillis } from "./Retry.ts"
import { TaskError, withRef } from "./TaskError.ts"
import { type OnState, tell } from "./TaskEvent.ts"
import type { TaskRef } from "./TaskRef.ts"
import type { Succeeded } from "./TaskState.ts"

/** A task younger than this may be unknown to the service without that meaning anything. */
export const notFoundGraceSeconds = 60

/** What an answer means for the wait. */
export type Step =
  | { readonly _tag: "Wait" }
  | { readonly _tag: "Done"; readonly state: Succeeded }
  | { readonly _tag: "End"; readonly error: TaskError }

/** Pure: an answer to a poll and the age of the task, to the next step. */
export const stepOf = (
  provider: Provider,
  ref: TaskRef,
  answer: Result.Result<Polled, TaskError>,
  ageSeconds: number,
): Step => {
  const end = (reason: Reason, requestId?: string): Step => ({
    _tag: "End",
    error: taskError(provider, ref, "task", reason, requestId),
  })
  if (Result.isFailure(answer)) {
    return answer.failure.verdict === "wait"
      ? { _tag: "Wait" }
      : { _tag: "End", error: withRef(answer.failure, ref) }
  }
  const { requestId, state } = answer.success
  switch (state._tag) {
    case "Queued":
    case "Running":
      return { _tag: "Wait" }
    case "Succeeded":
      return { _tag: "Done", state }
    case "Failed":
      return { _tag: "End", error: withRef(state.error, ref) }
    case "Cancelled":
      return end(new Cancelled(), requestId)
    case "Expired":
      return end(new Unproven({ state: "expired", detail: state.message }), requestId)
    case "NotFound":
      return ageSeconds < notFoundGraceSeconds
        ? { _tag: "Wait" }
        : end(new Unproven({ state: "not_found", detail: state.message }), requestId)
  }
}

/** What the pause before the next poll depends on. */
export interface Pace {
  readonly timing: Timing
  readonly ageSeconds: number
  /** Polls in a row that brought no answer. */
  readonly failures: number
  /** The last poll was refused for its credentials: only a person can mend that. */
  readonly refused: boolean
  readonly retryAfterMillis: number | undefined
  /** 0 to 1. */
  readonly random: number
}

/**
 * Pure: milliseconds until the next poll. Slow while the task cannot be ready, at the floor around the
 * time it usually is, slower again when it is long overdue; doubling from failure to failure. Never
 * under the floor, never before a Retry-After of ten minutes or less; up to a fifth more by chance,
 * so that tasks spread.
 */
export const pauseMillis = (pace: Pace): number => {
  const { ceiling, floor } = pace.timing.poll
  const seconds = pace.refused
    ? ceiling * 6
    : pace.failures > 0
      ? Math.min(ceiling * 12, floor * 2 ** Math.min(pace.failures - 1, 16))
      : regular(pace.ageSeconds / pace.timing.usual, floor, ceiling)
  const asked = Math.min(pace.retryAfterMillis ?? 0, longestAskedMillis)
  return Math.max(asked, Math.ceil(seconds * 1000 * (1 + 0.2 * pace.random)))
}

/** By age in units of the usual duration. */
const regular = (age: number, floor: number, ceiling: number): number => {
  if (age < 0.5) return ceiling
  if (age < 2) return floor
  return age < 6 ? ceiling : ceiling * 2
}

export interface WaitOptions {
  /** Seconds from now, 0 to ask once; by default as long as the provider remembers the task. */
  readonly deadlineSeconds?: number | undefined
  /** Pauses other than the model's, in seconds: for tests, demos and simulators. */
  readonly poll?: Timing["poll"] | undefined
  /** Is told of each step as it happens; see `TaskEvent`. What it throws is ignored. */
  readonly onState?: OnState | undefined
}

export interface Waited {
  readonly ref: TaskRef
  readonly state: Succeeded
  readonly polls: number
  readonly warnings: ReadonlyArray<string>
}

/** For models that this program does not know: a handle is enough to go on. */
const unknownTiming: Timing = {
  usual: 180,
  longest: 3600,
  poll: { floor: 2, ceiling: 5 },
  retention: 43_200,
  link: 3600,
}

/**
 * Polls until the task ends or the deadline passes. Every failure carries the handle. An outage of any
 * length up to the deadline loses nothing.
 */
export const wait = Effect.fn("Poll.wait")(function* (
  provider: Provider,
  ref: TaskRef,
  options: WaitOptions = {},
) {
  const issues = optionIssues(options)
  if (issues.length > 0)
    return yield* taskError(provider, ref, "poll", new InvalidInput({ issues }))
  const model = provider.models.find((one) => one.id === ref.model)
  const timing: Timing = {
    ...(model === undefined ? unknownTiming : timingFor(model, ref)),
    ...(options.poll === undefined ? {} : { poll: options.poll }),
  }
  const deadline = options.deadlineSeconds ?? timing.retention
  const startedAt = yield* monotonicSeconds
  const ageAtStart = Math.max(
    0,
    ((yield* Clock.currentTimeMillis) - Date.parse(ref.submittedAt)) / 1000,
  )
  const seen: Array<string> = []
  const warnings = new Set<string>()
  let polls = 0
  let failures = 0

  while (true) {
    const answer = yield* Effect.result(provider.poll(ref))
    polls += 1
    const waited = (yield* monotonicSeconds) - startedAt
    const ageSeconds = ageAtStart + waited
    const step = stepOf(provider, ref, answer, ageSeconds)
    const failed = Result.isFailure(answer) ? answer.failure : undefined
    failures = failed === undefined ? 0 : failures + 1

    const pause = pauseMillis({
      timing,
      ageSeconds,
      failures,
      refused: failed?.reason._tag === "Unauthorized" || failed?.reason._tag === "Forbidden",
      retryAfterMillis: failed?.retryAfterMillis,
      random: yield* Random.next,
    })
    const inMillis = Math.min(pause, Math.max(0, Math.round((deadline - waited) * 1000)))

    if (Result.isSuccess(answer)) {
      const { state } = answer.success
      if (seen.at(-1) !== state._tag) seen.push(state._tag)
      for (const warning of answer.success.warnings) warnings.add(warning)
      tell(options.onState, {
        _tag: "Polled",
        ref,
        state,
        polls,
        elapsedSeconds: ageSeconds,
        warnings: answer.success.warnings,
        ...(step._tag === "Wait" ? { inMillis } : {}),
      })
    } else if (step._tag === "Wait") {
      const error = withRef(answer.failure, ref)
      tell(options.onState, {
        _tag: "PollFailed",
        ref,
        error,
        polls,
        elapsedSeconds: ageSeconds,
        inMillis,
      })
    }

    if (step._tag === "End") return yield* step.error
    if (step._tag === "Done") {
      const waitedFor: Waited = { ref, state: step.state, polls, warnings: [...warnings] }
      return waitedFor
    }
    if (waited >= deadline) {
      return yield* taskError(
        provider,
        ref,
        "poll",
        new StillRunning({
          waitedSeconds: waited,
          seen,
          ...(failed === undefined ? {} : { lastError: failed.message }),
        }),
      )
    }
    yield* Effect.sleep(inMillis)
  }
})

/** Whole milliseconds of a clock that nobody sets, in seconds. */
const monotonicSeconds = Clock.clockWith((clock) =>
  Effect.sync(() => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n) / 1000),
)

const taskError = (
  provider: Provider,
  ref: TaskRef,
  operation: TaskError["operation"],
  reason: Reason,
  requestId?: string,
): TaskError =>
  new TaskError({
    provider: provider.id,
    account: provider.account,
    model: ref.model,
    operation,
    reason,
    ref,
    ...(requestId === undefined ? {} : { requestId }),
  })

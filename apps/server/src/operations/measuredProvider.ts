/**
 * A provider whose calls are counted: whose they were, what came of them, how long they took; and each
 * task that it accepts is told to the log. Changes nothing of a call. Works on plain values, so the engine needs to know nothing of it.
 */
import type { Provider } from "@zoetrope/core/Provider"
import type { Operation } from "@zoetrope/core/Reason"
import type { TaskError } from "@zoetrope/core/TaskError"
import { type TaskRef, toHandle } from "@zoetrope/core/TaskRef"
import type { TaskState } from "@zoetrope/core/TaskState"
import { type Context, Effect, Exit, type Metric } from "effect"
import * as Metrics from "./Metrics.ts"

/** @param context whose registry counts */
export const measuredProvider = (provider: Provider, context: Context.Context<never>): Provider => {
  const add = <Input>(metric: Metric.Metric<Input, unknown>, input: Input): void =>
    metric.updateUnsafe(input, context)
  const failed = (operation: Operation, error: TaskError): string => {
    add(Metrics.providerErrors(provider.id, operation, error.code ?? error.reason._tag), 1)
    return error.reason._tag
  }
  const measured = <A>(
    operation: Operation,
    model: string,
    call: Effect.Effect<A, TaskError>,
    outcomeOf: (answer: A) => string,
  ): Effect.Effect<A, TaskError> =>
    Effect.suspend(() => {
      const startedAt = performance.now()
      return Effect.onExit(call, (exit) =>
        Effect.sync(() => {
          add(
            Metrics.providerSeconds(provider.id, operation),
            (performance.now() - startedAt) / 1000,
          )
          const outcome = Exit.isSuccess(exit)
            ? outcomeOf(exit.value)
            : outcomeOfFailure(exit, (error) => failed(operation, error))
          add(Metrics.providerCalls(provider.id, model, operation, outcome), 1)
        }),
      )
    })
  const ofState = (state: TaskState): string => {
    if (state._tag === "Failed") failed("task", state.error)
    return state._tag
  }
  const { cancel, find } = provider
  return {
    ...provider,
    submit: (request) =>
      measured("submit", request.model.id, provider.submit(request), () => "Accepted").pipe(
        Effect.tap(({ ref }) => logged(ref)),
      ),
    poll: (ref) => measured("poll", ref.model, provider.poll(ref), ({ state }) => ofState(state)),
    ...(cancel === undefined
      ? {}
      : { cancel: (ref) => measured("cancel", ref.model, cancel(ref), () => "Accepted") }),
    ...(find === undefined
      ? {}
      : {
          find: (request, sentAt) =>
            measured("find", request.model.id, find(request, sentAt), (ref) =>
              ref === undefined ? "NothingFound" : "Found",
            ),
        }),
  }
}

/** What was paid for is in the log, too, which may outlive the disk; the handle takes it up again. */
const logged = (ref: TaskRef): Effect.Effect<void> =>
  Effect.logInfo("a task was accepted").pipe(
    Effect.annotateLogs({
      provider: ref.provider,
      account: ref.account,
      model: ref.model,
      task: ref.taskId,
      handle: toHandle(ref),
    }),
  )

/** A reason, `Interrupted`, or `Defect`: a provider that throws. */
const outcomeOfFailure = (
  { cause }: Exit.Failure<unknown, TaskError>,
  failed: (error: TaskError) => string,
): string => {
  for (const reason of cause.reasons) {
    if (reason._tag === "Fail") return failed(reason.error)
    if (reason._tag === "Die") return "Defect"
  }
  return "Interrupted"
}

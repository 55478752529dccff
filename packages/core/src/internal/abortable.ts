/** An effect of a task that a caller's `AbortSignal` can end, and the error that then carries the handle. */
import { Cause, Effect, Exit, Fiber } from "effect"
import type { Provider } from "../Provider.ts"
import { Aborted } from "../Reason.ts"
import { TaskError } from "../TaskError.ts"
import type { TaskRef } from "../TaskRef.ts"

/** Fails with `onAbort` once the signal says so, after whatever must not be interrupted is over. */
export const abortable = <A>(
  effect: Effect.Effect<A, TaskError>,
  signal: AbortSignal | undefined,
  onAbort: () => TaskError,
): Effect.Effect<A, TaskError> => {
  if (signal === undefined) return effect
  return Effect.gen(function* () {
    if (signal.aborted) return yield* onAbort()
    const fiber = yield* Effect.forkChild(effect)
    yield* Effect.raceFirst(Fiber.await(fiber), aborted(signal))
    if (signal.aborted) yield* Fiber.interrupt(fiber)
    const exit = yield* Fiber.await(fiber)
    if (Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)) return yield* onAbort()
    return yield* exit
  })
}

const aborted = (signal: AbortSignal): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const listener = () => resume(Effect.void)
    signal.addEventListener("abort", listener, { once: true })
    return Effect.sync(() => signal.removeEventListener("abort", listener))
  })

/** @param ref of the task, from the moment there is one */
export const abortedError = (
  provider: Provider,
  model: string,
  ref: TaskRef | undefined,
  operation: "submit" | "poll" = "poll",
): TaskError =>
  new TaskError({
    provider: provider.id,
    account: provider.account,
    model,
    operation: ref === undefined ? "submit" : operation,
    reason: new Aborted(),
    ...(ref === undefined ? {} : { ref }),
  })

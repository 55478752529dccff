/** The edge between Effect and promises: one effect run, and what its end means to who awaits it. */
import { Cause, Effect, Exit } from "effect"

/**
 * Rejects with the effect's own error, or with its defect. An abort interrupts it; once it has let go
 * of what it holds, `onAbort` says what comes of the promise, by its value or by what it throws.
 */
export const promised = async <A, E>(
  effect: Effect.Effect<A, E>,
  signal?: AbortSignal,
  onAbort: () => A = () => {
    throw signal?.reason
  },
): Promise<A> => {
  // Before the first step: an effect runs on until it first waits, and that may be too far.
  if (signal?.aborted === true) return onAbort()
  const exit = await Effect.runPromiseExit(effect, signal === undefined ? {} : { signal })
  if (Exit.isSuccess(exit)) return exit.value
  if (Cause.hasInterruptsOnly(exit.cause)) return onAbort()
  throw Cause.squash(exit.cause)
}

import type { Provider } from "@zoetrope/core/Provider"
import { type Operation, type Reason, Unavailable } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import { Effect } from "effect"

/** A call of a provider that dies, as none should, has brought nothing. Not for submits, of which it would prove nothing. */
export const guarded = <A>(
  provider: Provider,
  operation: Exclude<Operation, "submit">,
  call: () => Effect.Effect<A, TaskError>,
): Effect.Effect<A, TaskError> =>
  Effect.catchDefect(Effect.suspend(call), (defect) =>
    Effect.fail(errorOf(provider, operation, new Unavailable({ detail: wordsOf(defect) }))),
  )

/** What is told of a defect: its kind, since its own words may quote a request. */
export const wordsOf = (defect: unknown): string =>
  `the provider's package failed with ${defect instanceof Error ? defect.name : typeof defect}`

export const errorOf = (provider: Provider, operation: Operation, reason: Reason): TaskError =>
  new TaskError({ provider: provider.id, account: provider.account, operation, reason })

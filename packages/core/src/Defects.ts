/**
 * A provider that throws, as none should. What it was asked has brought nothing; that proves nothing of a
 * submit, which `Task` and the engine call undecided by themselves.
 */
import { Effect } from "effect"
import type { Provider } from "./Provider.ts"
import { type Operation, Unavailable } from "./Reason.ts"
import { TaskError } from "./TaskError.ts"

/** A call that dies, or throws before it begins, fails with `Unavailable`. Not for submits. */
export const guarded = <A>(
  { account, id }: Pick<Provider, "account" | "id">,
  operation: Exclude<Operation, "submit">,
  call: () => Effect.Effect<A, TaskError>,
): Effect.Effect<A, TaskError> =>
  Effect.catchDefect(Effect.suspend(call), (defect) => {
    const reason = new Unavailable({ detail: wordsOf(defect) })
    return Effect.fail(new TaskError({ provider: id, account, operation, reason }))
  })

/** What is told of a defect: its kind, since its own words are nobody's contract and may quote a request. */
export const wordsOf = (defect: unknown): string =>
  `the provider's package failed with ${defect instanceof Error ? defect.name : typeof defect}`

/** A fresh link for an output whose link has died: one more poll, which costs nothing. */
import * as Poll from "@zoetrope/core/Poll"
import type { Provider } from "@zoetrope/core/Provider"
import { Unproven } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import type { Output } from "@zoetrope/core/TaskState"
import { Clock, Effect } from "effect"

export const renewed = Effect.fnUntraced(function* (
  provider: Provider,
  ref: TaskRef,
  { kind }: Output,
) {
  const answer = yield* Effect.result(provider.poll(ref))
  const ageSeconds = ((yield* Clock.currentTimeMillis) - Date.parse(ref.submittedAt)) / 1000
  const step = Poll.stepOf(provider, ref, answer, ageSeconds)
  if (step._tag === "End") return yield* step.error
  if (step._tag === "Done") {
    const { outputs } = step.state
    return (outputs.find((output) => output.kind === kind) ?? outputs[0]).url
  }
  // The poll brought nothing: its own error, or a task that is suddenly not done.
  if (answer._tag === "Failure") return yield* answer.failure
  return yield* new TaskError({
    provider: provider.id,
    account: provider.account,
    model: ref.model,
    operation: "poll",
    reason: new Unproven({
      state: "no_link",
      detail: "the link is dead and there is no new one yet",
    }),
    ref,
  })
})

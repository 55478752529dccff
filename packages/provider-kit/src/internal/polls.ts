/** Polls a task into faults and holds what the provider makes of each. */
import type { Provider } from "@zoetrope/core/Provider"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { Effect, Result } from "effect"
import { accept, type Bench, type ReadyStart } from "../Bench.ts"
import { words } from "./outcome.ts"

/** Every fault must say something about the call alone: the verdict `wait`. */
export const pollInto = Effect.fnUntraced(function* (
  bench: Bench,
  faults: ReadonlyArray<string>,
  options: { readonly starts?: ReadonlyArray<ReadyStart>; readonly provider?: Provider } = {},
) {
  const { starts = bench.starts, provider = bench.provider } = options
  const complaints: Array<string> = []
  for (const start of starts) {
    const ref: TaskRef = yield* accept(bench, start)
    for (const fault of faults) {
      bench.simulator.faults.add(`poll:${fault}`)
      const outcome = yield* Effect.result(provider.poll(ref))
      bench.simulator.faults.clear()
      if (Result.isSuccess(outcome) || outcome.failure.verdict !== "wait") {
        complaints.push(`${start.model.id}, ${fault}: ${words(outcome)}; wanted the verdict wait`)
      }
    }
  }
  return complaints
})

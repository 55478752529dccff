/** Sends starts into faults and holds what the provider makes of each, and what the ledger says. */
import type { Provider } from "@zoetrope/core/Provider"
import type { Verdict } from "@zoetrope/core/Verdict"
import { Effect, Result } from "effect"
import { type Bench, type ReadyStart, submit } from "../Bench.ts"
import { words } from "./outcome.ts"
import type { Script } from "../Wire.ts"

export interface SubmitRow {
  /** What goes wrong: a fault in the simulator's words, without its operation, or a script of the wire. */
  readonly fault: string | Script
  /** In words, where the fault is a script. */
  readonly name?: string
  readonly gives: ReadonlyArray<Verdict>
  /** How many tasks the service must have accepted by it. */
  readonly accepts: 0 | 1
}

export const sendInto = Effect.fnUntraced(function* (
  bench: Bench,
  rows: ReadonlyArray<SubmitRow>,
  options: { readonly starts?: ReadonlyArray<ReadyStart>; readonly provider?: Provider } = {},
) {
  const { starts = bench.starts, provider = bench.provider } = options
  const complaints: Array<string> = []
  for (const start of starts) {
    for (const row of rows) {
      const before = bench.accepted().length
      if (typeof row.fault === "string") bench.simulator.faults.add(`submit:${row.fault}`)
      else bench.wire.next(row.fault)
      const outcome = yield* Effect.result(submit(provider, start))
      bench.simulator.faults.clear()
      const met = `${start.model.id}, ${row.name ?? String(row.fault)}`
      const verdict = Result.isFailure(outcome) ? outcome.failure.verdict : undefined
      if (verdict === undefined || !row.gives.includes(verdict)) {
        complaints.push(`${met}: ${words(outcome)}; wanted the verdict ${row.gives.join(" or ")}`)
      }
      const accepted = bench.accepted().length - before
      if (accepted !== row.accepts) {
        complaints.push(`${met}: the service accepted ${accepted} tasks; wanted ${row.accepts}`)
      }
    }
  }
  return complaints
})

/** What the engine tells of each call as it starts, as figures: how late it is, and how long it was in line. */
import type { Call } from "@zoetrope/engine/Runner"
import type { Context } from "effect"
import * as Metrics from "./Metrics.ts"

/** @param context whose registry counts */
export const callMetrics =
  (context: Context.Context<never>) =>
  ({ action, generation, lateMillis }: Call): void => {
    if (action === "poll") Metrics.pollLateness.updateUnsafe(lateMillis / 1000, context)
    if (action === "turn") {
      Metrics.gateWait(generation.provider, generation.model).updateUnsafe(
        lateMillis / 1000,
        context,
      )
    }
  }

/**
 * One video to be asked for, checked as far as that goes without recording or sending anything: what
 * the flags of `generate` and the rows of a batch become alike.
 */
import type { AnyModel } from "@zoetrope/core/Model"
import type { InvalidInput } from "@zoetrope/core/Reason"
import * as Task from "@zoetrope/core/Task"
import { TaskError } from "@zoetrope/core/TaskError"
import { Effect } from "effect"
import type { Opened } from "../setup/Accounts.ts"
import * as Inputs from "./Inputs.ts"
import type { Target } from "./Target.ts"
import type { Say } from "../words/Words.ts"

export interface Order {
  /** How it is called beside others. */
  readonly label: Say
  readonly model: AnyModel
  readonly opened: Opened
  /** The fields, with the bytes of local files. They are read when they are needed, and held by nobody. */
  readonly input: Effect.Effect<Inputs.Input, TaskError>
  readonly digest: string
  /** The caller's own name for it: asked for once, however often. */
  readonly key: string | undefined
  readonly place: Target
  /** What is worth a word about its input. */
  readonly warnings: ReadonlyArray<string>
}

/** Fails with `InvalidInput`, every issue at once. */
export const check = Effect.fn("Order.check")(function* (
  asked: Pick<Order, "label" | "model" | "opened" | "key" | "place"> & {
    /** Fields that others win over. */
    readonly base: Inputs.Input
    readonly fields: Inputs.Input
  },
) {
  const { base, fields, key, label, model, opened, place } = asked
  const { provider } = opened
  const failed = (reason: InvalidInput) =>
    new TaskError({
      provider: provider.id,
      account: provider.account,
      model: model.id,
      operation: "submit",
      reason,
    })
  const input = Inputs.resolve(model, base, fields).pipe(Effect.mapError(failed))
  const { digest, warnings } = yield* Task.prepare(provider, model, yield* input)
  const order: Order = { label, model, opened, input, digest, key, place, warnings }
  return order
})

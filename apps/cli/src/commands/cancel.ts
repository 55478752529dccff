/**
 * `zoetrope cancel HANDLE`: asks the provider to take a task back. Says what that costs; where the
 * provider has no such call, or will not, says so, and that the task goes on.
 */
import { CancelRefused } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { common } from "../Flags.ts"
import { taskJson } from "../Follow.ts"
import * as Handle from "../Handle.ts"
import { withHttp } from "../Network.ts"
import { json, marked, styleOf } from "../Output.ts"
import { type Known, settle } from "../Settle.ts"
import type { Vendor } from "../Vendor.ts"

export const cancel = (vendors: ReadonlyArray<Vendor>) =>
  Command.make(
    "cancel",
    { ...Handle.flags, json: common.json },
    Effect.fn("cancel")((options) =>
      settle(options.json, (known) => perform(vendors, options, known).pipe(withHttp)),
    ),
  ).pipe(
    Command.withDescription(
      "Ask the provider to take a task back. Exit 0 if it did, 4 if the task goes on: not every provider can cancel, and those that can do so only while the task waits.",
    ),
    Command.withShortDescription("Take a task back, where the provider can"),
    Command.withExamples([
      { command: "zoetrope cancel zt1.eyJ2ZXJzaW9uIjoxLCJwcm92aWRlciI6…" },
      {
        command: "zoetrope cancel @clip.handle --json",
        description: "from a file that `generate --detach > clip.handle` wrote",
      },
    ]),
  )

const perform = Effect.fnUntraced(function* (
  vendors: ReadonlyArray<Vendor>,
  options: Parameters<typeof Handle.open>[1] & { readonly json: boolean },
  known: Known,
) {
  const { opened, ref } = yield* Handle.open(vendors, options, known)
  const { provider, vendor } = opened
  if (provider.cancel === undefined) {
    return yield* new TaskError({
      provider: provider.id,
      account: provider.account,
      model: ref.model,
      operation: "cancel",
      reason: new CancelRefused({
        detail: `${vendor.title} has no call that cancels a task`,
      }),
      ref,
    })
  }
  const { message, requestId } = yield* provider.cancel(ref)
  const style = styleOf(process.stdout)
  return {
    text: options.json
      ? json({
          status: "cancelled",
          message,
          task: taskJson(ref),
          ...(requestId === undefined ? {} : { requestId }),
        })
      : marked(style.paint("green", "✓"), message, style.columns),
  }
})

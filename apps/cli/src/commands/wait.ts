/** `zoetrope wait HANDLE`: finishes in this process what another one began, including the file. */
import * as Task from "@zoetrope/core/Task"
import { Effect, Option } from "effect"
import { Command } from "effect/cli"
import { deadlineOf } from "../Duration.ts"
import { common } from "../Flags.ts"
import { follow } from "../Follow.ts"
import * as Handle from "../Handle.ts"
import { withHttp } from "../Network.ts"
import { type Known, settle } from "../Settle.ts"
import { target } from "../Target.ts"
import type { Vendor } from "../Vendor.ts"
import { watch } from "../Watch.ts"

export const wait = (vendors: ReadonlyArray<Vendor>) =>
  Command.make(
    "wait",
    { ...common, ...Handle.flags },
    Effect.fn("wait")((options) =>
      settle(options.json, (known) =>
        perform(vendors, options, known).pipe(Effect.scoped, withHttp),
      ),
    ),
  ).pipe(
    Command.withDescription(
      "Wait for a task by its handle, from any process and any machine with the same account, and keep its video. Asking costs nothing.",
    ),
    Command.withShortDescription("Finish what another process began"),
    Command.withExamples([
      { command: "zoetrope wait zt1.eyJ2ZXJzaW9uIjoxLCJwcm92aWRlciI6…" },
      {
        command: "zoetrope wait @clip.handle --out clip.mp4 --deadline 20m",
        description: "from a file that `generate --detach > clip.handle` wrote",
      },
    ]),
  )

const perform = Effect.fnUntraced(function* (
  vendors: ReadonlyArray<Vendor>,
  options: Parameters<typeof Handle.open>[1] & {
    readonly out: Option.Option<string>
    readonly deadline: Option.Option<string>
    readonly json: boolean
  },
  known: Known,
) {
  const deadlineSeconds = yield* deadlineOf(options.deadline)
  const { opened, ref } = yield* Handle.open(vendors, options, known)
  const { provider } = opened
  known.provider = provider
  const place = yield* target(Option.getOrUndefined(options.out))
  const model = provider.models.find((one) => one.id === ref.model)
  const watching = yield* watch(model, known)
  const followed = yield* follow({
    opened,
    deadlineSeconds,
    pathFor: place.pathFor,
    tell: watching.tell,
    ask: (run) => Task.wait(provider, ref, run),
  })
  return { text: watching.finish(followed, options.json) }
})

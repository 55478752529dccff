/**
 * `zoetrope cancel`: wishes that a generation ends without a video, and goes on with that one until
 * the wish is answered; or asks the provider of a task that is not recorded here to take it back. Says
 * what that costs; where the provider has no such call, or will not, says so, and that the task goes on.
 */
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import * as DataDirectory from "../DataDirectory.ts"
import { common } from "../Flags.ts"
import * as Handle from "../Handle.ts"
import { withHttp } from "../Network.ts"
import * as Server from "../Server.ts"
import { settle } from "../Settle.ts"
import * as Subjects from "../Subjects.ts"
import type { Vendor } from "../Vendor.ts"

export const cancel = (vendors: ReadonlyArray<Vendor>) =>
  Command.make(
    "cancel",
    {
      ...Handle.flags,
      subjects: Subjects.argument.pipe(Argument.atLeast(1)),
      ...DataDirectory.flags,
      json: common.json,
    },
    Effect.fn("cancel")((options) =>
      settle(options.json, (known) =>
        Effect.gen(function* () {
          const subjects = yield* Subjects.read(options.subjects)
          const { cancelling } = yield* Effect.promise(() => import("../cancelling.ts"))
          return yield* cancelling(vendors, subjects, known, {
            directory: DataDirectory.at(options),
            account: options.account,
            adopt: options.adopt,
            json: options.json,
          })
        }).pipe(Server.within(options), withHttp),
      ),
    ),
  ).pipe(
    Command.withDescription(
      "Cancel. What is not sent yet is cancelled here, and costs nothing; of a task, its provider is asked to take it back. Exit 0 if it is cancelled, 4 if it goes on: not every provider can cancel, and those that can do so only while the task waits.",
    ),
    Command.withShortDescription("Take back what is not sent, or what the provider lets go"),
    Command.withExamples([
      { command: "zoetrope cancel k3x9" },
      { command: "zoetrope cancel zt1.eyJ2ZXJzaW9uIjoxLCJwcm92aWRlciI6…" },
      {
        command: "zoetrope list --state queued --json | jq -r .id | zoetrope cancel -",
        description: "everything that is not sent yet",
      },
    ]),
  )

/**
 * `zoetrope cancel`: wishes that a generation ends without a video, and goes on with that one until
 * the wish is answered; or asks the provider of a task that is not recorded here to take it back. Says
 * what that costs; where the provider has no such call, or will not, says so, and that the task goes on.
 */
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { common } from "../input/Flags.ts"
import * as Handle from "../input/Handle.ts"
import { withHttp } from "../setup/Network.ts"
import * as Server from "../setup/Server.ts"
import { settle } from "../Settle.ts"
import * as Subjects from "../input/Subjects.ts"
import type { Vendor } from "../Vendor.ts"
import type { Words } from "../words/Words.ts"

export const cancel = (vendors: ReadonlyArray<Vendor>, words: Words) =>
  Command.make(
    "cancel",
    {
      ...Handle.flags(words),
      subjects: Subjects.argument(words).pipe(Argument.atLeast(1)),
      ...DataDirectory.flags(words),
      json: common(words).json,
    },
    Effect.fn("cancel")((options) =>
      settle(options.json, (known) =>
        Effect.gen(function* () {
          const subjects = yield* Subjects.read(options.subjects)
          const { cancelling } = yield* Effect.promise(() => import("../flow/cancelling.ts"))
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
    Command.withDescription(words.help.cancel.description),
    Command.withShortDescription(words.help.cancel.short),
    Command.withExamples([
      { command: "zoetrope cancel k3x9" },
      { command: "zoetrope cancel zt1.eyJ2ZXJzaW9uIjoxLCJwcm92aWRlciI6…" },
      {
        command: "zoetrope list --state queued --json | jq -r .id | zoetrope cancel -",
        description: words.help.cancel.queued,
      },
    ]),
  )

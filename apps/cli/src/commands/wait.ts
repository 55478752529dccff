/**
 * `zoetrope wait`: goes on with what is recorded, of this process or another, and takes over tasks by
 * their handles. Without a name it goes on with everything, until nothing moves any more.
 */
import { Effect, Option } from "effect"
import { Argument, Command } from "effect/cli"
import * as DataDirectory from "../DataDirectory.ts"
import { deadlineOf } from "../Duration.ts"
import { common } from "../Flags.ts"
import * as Handle from "../Handle.ts"
import { withHttp } from "../Network.ts"
import * as Server from "../Server.ts"
import { settle } from "../Settle.ts"
import * as Subjects from "../Subjects.ts"
import type { Vendor } from "../Vendor.ts"

export const wait = (vendors: ReadonlyArray<Vendor>) =>
  Command.make(
    "wait",
    {
      ...common,
      ...Handle.flags,
      ...DataDirectory.flags,
      subjects: Subjects.argument.pipe(Argument.variadic()),
    },
    Effect.fn("wait")((options) =>
      settle(options.json, (known) =>
        Effect.gen(function* () {
          const deadlineSeconds = yield* deadlineOf(options.deadline)
          const subjects = yield* Subjects.read(options.subjects)
          const { waiting } = yield* Effect.promise(() => import("../waiting.ts"))
          return yield* waiting(vendors, subjects, known, {
            directory: DataDirectory.at(options),
            out: Option.getOrUndefined(options.out),
            account: options.account,
            adopt: options.adopt,
            json: options.json,
            deadlineSeconds,
          })
        }).pipe(Server.within(options), withHttp),
      ),
    ),
  ).pipe(
    Command.withDescription(
      "Go on with what is recorded, whatever process asked for it, and keep the videos. A handle takes over a task that was submitted elsewhere with the same account. Without a name: everything that moves, live; videos then stay in the data directory unless --out names one. Waiting pays only for what still stands in line.",
    ),
    Command.withShortDescription("Go on with what is recorded, and keep the videos"),
    Command.withExamples([
      { command: "zoetrope wait", description: "everything that moves" },
      { command: "zoetrope wait k3x9 --out clip.mp4 --deadline 20m" },
      {
        command: "zoetrope wait zt1.eyJ2ZXJzaW9uIjoxLCJwcm92aWRlciI6…",
        description: "a task of another machine, by its handle",
      },
      {
        command: "zoetrope wait @clip.id",
        description: "from a file that `generate --detach > clip.id` wrote",
      },
    ]),
  )

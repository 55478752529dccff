/**
 * `zoetrope wait`: goes on with what is recorded, of this process or another, and takes over tasks by
 * their handles. Without a name it goes on with everything, until nothing moves any more.
 */
import { Effect, Option } from "effect"
import { Argument, Command } from "effect/cli"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { deadlineOf } from "../input/Duration.ts"
import { common } from "../input/Flags.ts"
import * as Handle from "../input/Handle.ts"
import { withHttp } from "../setup/Network.ts"
import * as Server from "../setup/Server.ts"
import { settle } from "../Settle.ts"
import * as Subjects from "../input/Subjects.ts"
import type { Vendor } from "../Vendor.ts"
import type { Words } from "../words/Words.ts"

export const wait = (vendors: ReadonlyArray<Vendor>, words: Words) =>
  Command.make(
    "wait",
    {
      ...common(words),
      ...Handle.flags(words),
      ...DataDirectory.flags(words),
      subjects: Subjects.argument(words).pipe(Argument.variadic()),
    },
    Effect.fn("wait")((options) =>
      settle(options.json, (known) =>
        Effect.gen(function* () {
          const deadlineSeconds = yield* deadlineOf(options.deadline)
          const subjects = yield* Subjects.read(options.subjects)
          const { waiting } = yield* Effect.promise(() => import("../flow/waiting.ts"))
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
    Command.withDescription(words.help.wait.description),
    Command.withShortDescription(words.help.wait.short),
    Command.withExamples([
      { command: "zoetrope wait", description: words.help.wait.everything },
      { command: "zoetrope wait k3x9 --out clip.mp4 --deadline 20m" },
      {
        command: "zoetrope wait zt1.eyJ2ZXJzaW9uIjoxLCJwcm92aWRlciI6…",
        description: words.help.wait.handle,
      },
      {
        command: "zoetrope wait @clip.id",
        description: words.help.wait.file,
      },
    ]),
  )

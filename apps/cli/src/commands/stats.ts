/** `zoetrope stats`: how many there are, what was sent, what the disk holds. Asks no provider. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import * as DataDirectory from "../DataDirectory.ts"
import { common } from "../Flags.ts"
import { json, note, styleOf } from "../Output.ts"
import * as Server from "../Server.ts"
import { settle } from "../Settle.ts"

export const stats = Command.make(
  "stats",
  { ...DataDirectory.flags, json: common.json },
  (options) =>
    settle(options.json, () =>
      Effect.gen(function* () {
        const directory = DataDirectory.at(options)
        const Session = yield* Effect.promise(() => import("../Session.ts"))
        const Figures = yield* Effect.promise(() => import("../Figures.ts"))
        if (!Session.exists(directory)) {
          note(`nothing was ever recorded in ${directory.path}`)
          return { text: options.json ? json(Figures.none(directory)) : "" }
        }
        const session = yield* Session.open(directory, [])
        const figures = yield* Figures.of(session)
        return {
          text: options.json ? json(figures) : Figures.text(figures, styleOf(process.stdout)),
        }
      }).pipe(Server.within(options)),
    ),
).pipe(
  Command.withDescription(
    "How many generations there are in each state, how many submits were sent and became tasks, what the videos take on the disk, and how long tasks of each model took.",
  ),
  Command.withShortDescription("Counts, tasks paid, disk, durations"),
  Command.withExamples([
    { command: "zoetrope stats" },
    { command: "zoetrope stats --json | jq .tasks" },
  ]),
)

/** `zoetrope show ID`: everything that is recorded of one generation. Asks no provider. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import * as DataDirectory from "../DataDirectory.ts"
import { common } from "../Flags.ts"
import { json, styleOf } from "../Output.ts"
import * as Server from "../Server.ts"
import { settle } from "../Settle.ts"
import * as Subjects from "../Subjects.ts"

export const show = Command.make(
  "show",
  { id: Subjects.idArgument, ...DataDirectory.flags, json: common.json },
  (options) =>
    settle(options.json, () =>
      Effect.gen(function* () {
        const id = yield* Subjects.readId(options.id)
        const directory = DataDirectory.at(options)
        const Session = yield* Effect.promise(() => import("../Session.ts"))
        const { recordJson, recordText } = yield* Effect.promise(() => import("../Showing.ts"))
        const { engine } = yield* Session.openExisting(directory)
        const record = yield* engine.record(id)
        return {
          text: options.json
            ? json(recordJson(record, directory))
            : recordText(record, directory, styleOf(process.stdout)),
        }
      }).pipe(Server.within(options)),
    ),
).pipe(
  Command.withDescription(
    "Everything that is recorded of one generation: how it stands, its tasks with their handles and what they cost, its files, and what happened when. It asks no provider.",
  ),
  Command.withShortDescription("Everything that is recorded of one"),
  Command.withExamples([
    { command: "zoetrope show k3x9" },
    { command: "zoetrope show k3x9 --json | jq -r '.artifacts[0].path'" },
  ]),
)

/** `zoetrope show ID`: everything that is recorded of one generation. Asks no provider. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { common } from "../input/Flags.ts"
import { json, styleFor } from "../terminal/Output.ts"
import * as Server from "../setup/Server.ts"
import { settle } from "../Settle.ts"
import * as Subjects from "../input/Subjects.ts"
import type { Words } from "../words/Words.ts"

export const show = (words: Words) =>
  Command.make(
    "show",
    {
      id: Subjects.idArgument(words),
      ...DataDirectory.flags(words),
      json: common(words).json,
    },
    (options) =>
      settle(options.json, () =>
        Effect.gen(function* () {
          const id = yield* Subjects.readId(options.id)
          const directory = DataDirectory.at(options)
          const Session = yield* Effect.promise(() => import("../setup/Session.ts"))
          const { recordJson, recordText } = yield* Effect.promise(
            () => import("../telling/Showing.ts"),
          )
          const { engine } = yield* Session.openExisting(directory)
          const record = yield* engine.record(id)
          return {
            text: options.json
              ? json(recordJson(record, directory))
              : recordText(record, directory, yield* styleFor(process.stdout)),
          }
        }).pipe(Server.within(options)),
      ),
  ).pipe(
    Command.withDescription(words.help.show.description),
    Command.withShortDescription(words.help.show.short),
    Command.withExamples([
      { command: "zoetrope show k3x9" },
      { command: "zoetrope show k3x9 --json | jq -r '.artifacts[0].path'" },
    ]),
  )

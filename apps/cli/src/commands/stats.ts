/** `zoetrope stats`: how many there are, what was sent, what the disk holds. Asks no provider. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { common } from "../input/Flags.ts"
import { json, note, styleFor } from "../terminal/Output.ts"
import * as Server from "../setup/Server.ts"
import { settle } from "../Settle.ts"
import type { Words } from "../words/Words.ts"

export const stats = (words: Words) =>
  Command.make("stats", { ...DataDirectory.flags(words), json: common(words).json }, (options) =>
    settle(options.json, () =>
      Effect.gen(function* () {
        const directory = DataDirectory.at(options)
        const style = yield* styleFor(process.stdout)
        const Session = yield* Effect.promise(() => import("../setup/Session.ts"))
        const Figures = yield* Effect.promise(() => import("../telling/Figures.ts"))
        if (!Session.exists(directory)) {
          note(style.words.refusals.directory.nothingIn(directory.path))
          return { text: options.json ? json(Figures.none(directory)) : "" }
        }
        const session = yield* Session.open(directory, [])
        const figures = yield* Figures.of(session)
        return {
          text: options.json ? json(figures) : Figures.text(figures, style),
        }
      }).pipe(Server.within(options)),
    ),
  ).pipe(
    Command.withDescription(words.help.stats.description),
    Command.withShortDescription(words.help.stats.short),
    Command.withExamples([
      { command: "zoetrope stats" },
      { command: "zoetrope stats --json | jq .tasks" },
    ]),
  )

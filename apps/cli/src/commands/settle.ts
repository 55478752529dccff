/**
 * `zoetrope settle ID`: what a person knows of an undecided generation, or risks. Exactly one of three
 * ways; nothing is sent by it.
 */
import type { Settlement } from "@zoetrope/engine/Observation"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { command } from "../Failure.ts"
import { common } from "../input/Flags.ts"
import { json, marked, note, styleFor } from "../terminal/Output.ts"
import { program } from "../program.ts"
import * as Server from "../setup/Server.ts"
import { settle as settled } from "../Settle.ts"
import * as Subjects from "../input/Subjects.ts"
import type { Words } from "../words/Words.ts"

export const settle = (words: Words) =>
  Command.make(
    "settle",
    {
      id: Subjects.idArgument(words),
      again: Flag.Boolean("again").pipe(
        Flag.withDescription(words.help.settle.again),
        Flag.withDefault(false),
        Flag.withoutNegation,
      ),
      found: Flag.String("found").pipe(
        Flag.withMetavar("HANDLE"),
        Flag.withDescription(words.help.settle.found),
        Flag.optional,
      ),
      giveUp: Flag.Boolean("give-up").pipe(
        Flag.withDescription(words.help.settle.giveUp),
        Flag.withDefault(false),
        Flag.withoutNegation,
      ),
      ...DataDirectory.flags(words),
      json: common(words).json,
    },
    (options) =>
      settled(options.json, () =>
        Effect.gen(function* () {
          const id = yield* Subjects.readId(options.id)
          const how = yield* settlementOf(options)
          const directory = DataDirectory.at(options)
          const Session = yield* Effect.promise(() => import("../setup/Session.ts"))
          const { engine } = yield* Session.openExisting(directory)
          const generation = yield* engine.settle(id, how)
          const { columns, paint, words: spoken } = yield* styleFor(process.stdout)
          const text = spoken.labelled(generation.id, spoken.settled[how._tag])
          if (how._tag !== "GiveUp" && !options.json) {
            note(spoken.settled.goOn(directory.command("wait", generation.id)))
          }
          return {
            text: options.json
              ? json({ id: generation.id, state: generation.state })
              : marked(paint("green", "✓"), text, columns),
          }
        }).pipe(Server.within(options)),
      ),
  ).pipe(
    Command.withDescription(words.help.settle.description),
    Command.withShortDescription(words.help.settle.short),
    Command.withExamples([
      { command: "zoetrope settle k3x9 --give-up", description: words.help.settle.giveUpExample },
      { command: "zoetrope settle k3x9 --found zt1.eyJ2ZXJzaW9uIjoxLCJwcm92aWRlciI6…" },
      { command: "zoetrope settle k3x9 --again", description: words.help.settle.againExample },
    ]),
  )

const settlementOf = Effect.fnUntraced(function* (options: {
  readonly again: boolean
  readonly found: Option.Option<string>
  readonly giveUp: boolean
}) {
  const ways: Array<Settlement> = []
  if (options.again) ways.push({ _tag: "Again" })
  if (options.giveUp) ways.push({ _tag: "GiveUp" })
  if (Option.isSome(options.found)) {
    const [subject] = yield* Subjects.read([options.found.value])
    if (subject?._tag !== "Handle") {
      return yield* new BadInput({
        say: ({ refusals }) => refusals.settle.notAHandle,
      })
    }
    ways.push({ _tag: "Found", ref: subject.ref })
  }
  const [how] = ways
  if (how === undefined || ways.length > 1) {
    return yield* new BadInput({
      say: ({ refusals }) => refusals.settle.oneWay,
      next: [command(`${program} settle --help`)],
    })
  }
  return how
})

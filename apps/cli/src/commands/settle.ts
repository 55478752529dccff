/**
 * `zoetrope settle ID`: what a person knows of an undecided generation, or risks. Exactly one of three
 * ways; nothing is sent by it.
 */
import type { Settlement } from "@zoetrope/engine/Observation"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import * as DataDirectory from "../DataDirectory.ts"
import { common } from "../Flags.ts"
import { json, marked, note, styleOf } from "../Output.ts"
import * as Server from "../Server.ts"
import { settle as settled } from "../Settle.ts"
import * as Subjects from "../Subjects.ts"

export const settle = Command.make(
  "settle",
  {
    id: Subjects.idArgument,
    again: Flag.Boolean("again").pipe(
      Flag.withDescription(
        "Make it again: a new task, which is paid. If the first one exists, too, both are",
      ),
      Flag.withDefault(false),
      Flag.withoutNegation,
    ),
    found: Flag.String("found").pipe(
      Flag.withMetavar("HANDLE"),
      Flag.withDescription("This is its task: go on with it. @FILE or - to read the handle"),
      Flag.optional,
    ),
    giveUp: Flag.Boolean("give-up").pipe(
      Flag.withDescription("There is no task, or the video is wanted no more: leave it"),
      Flag.withDefault(false),
      Flag.withoutNegation,
    ),
    ...DataDirectory.flags,
    json: common.json,
  },
  (options) =>
    settled(options.json, () =>
      Effect.gen(function* () {
        const id = yield* Subjects.readId(options.id)
        const how = yield* settlementOf(options)
        const directory = DataDirectory.at(options)
        const Session = yield* Effect.promise(() => import("../Session.ts"))
        const { engine } = yield* Session.openExisting(directory)
        const generation = yield* engine.settle(id, how)
        const text = `${generation.id}: ${meaning[how._tag]}`
        const style = styleOf(process.stdout)
        if (how._tag !== "GiveUp" && !options.json) {
          note(`to go on: ${directory.command("wait", generation.id)}`)
        }
        return {
          text: options.json
            ? json({ id: generation.id, state: generation.state })
            : marked(style.paint("green", "✓"), text, style.columns),
        }
      }).pipe(Server.within(options)),
    ),
).pipe(
  Command.withDescription(
    "Say what became of an undecided generation: a submit whose answer was lost, or a task that its provider does not know any more. Look in the provider's console first; `zoetrope show` says when it was sent. Nothing is sent by this command itself.",
  ),
  Command.withShortDescription("Say what became of an undecided one"),
  Command.withExamples([
    { command: "zoetrope settle k3x9 --give-up", description: "the console shows no such task" },
    { command: "zoetrope settle k3x9 --found zt1.eyJ2ZXJzaW9uIjoxLCJwcm92aWRlciI6…" },
    { command: "zoetrope settle k3x9 --again", description: "at the risk of paying twice" },
  ]),
)

const meaning: { readonly [Tag in Settlement["_tag"]]: string } = {
  Again: "it will be made again, as a new task",
  Found: "it goes on with that task",
  GiveUp: "given up; its task may exist and may be paid",
}

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
        message: `--found: wants the handle of a task, the word that begins with zt1.`,
      })
    }
    ways.push({ _tag: "Found", ref: subject.ref })
  }
  const [how] = ways
  if (how === undefined || ways.length > 1) {
    return yield* new BadInput({
      message: "one of --again, --found HANDLE and --give-up is needed, and only one",
    })
  }
  return how
})

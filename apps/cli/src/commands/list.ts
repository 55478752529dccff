/** `zoetrope list`: what is recorded, newest first. Asks no provider. */
import { State } from "@zoetrope/engine/Generation"
import type { AnyModel } from "@zoetrope/core/Model"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { between, common } from "../input/Flags.ts"
import { note, styleFor } from "../terminal/Output.ts"
import * as Server from "../setup/Server.ts"
import { settle } from "../Settle.ts"
import type { Vendor } from "../Vendor.ts"
import type { Words } from "../words/Words.ts"
import { unknownModel } from "./models.ts"

const maxLimit = 10_000

export const list = (vendors: ReadonlyArray<Vendor>, words: Words) =>
  Command.make(
    "list",
    {
      state: Flag.Literals("state", State.literals).pipe(
        Flag.withDescription(words.help.list.state),
        Flag.atLeast(0),
      ),
      model: Flag.String("model").pipe(
        Flag.withMetavar("MODEL"),
        Flag.withDescription(words.help.list.model),
        Flag.atLeast(0),
      ),
      limit: Flag.Int("limit").pipe(
        Flag.withMetavar("NUMBER"),
        Flag.withDescription(words.help.list.limit),
        (flag) => between(flag, 1, maxLimit),
        Flag.withDefault(50),
      ),
      after: Flag.String("after").pipe(
        Flag.withMetavar("ID"),
        Flag.withDescription(words.help.list.after),
        Flag.optional,
      ),
      ...DataDirectory.flags(words),
      json: common(words).json.pipe(Flag.withDescription(words.help.list.json)),
    },
    (options) =>
      settle(options.json, () =>
        Effect.gen(function* () {
          const directory = DataDirectory.at(options)
          const style = yield* styleFor(process.stdout)
          const { words: spoken } = style
          const models = yield* modelIds(vendors, options.model)
          const Session = yield* Effect.promise(() => import("../setup/Session.ts"))
          const Listing = yield* Effect.promise(() => import("../telling/Listing.ts"))
          if (!Session.exists(directory)) {
            note(spoken.refusals.directory.nothingIn(directory.path))
            return { text: "" }
          }
          const { engine } = yield* Session.open(directory, [])
          const after = Option.isSome(options.after)
            ? yield* engine.get(options.after.value)
            : undefined
          const generations = yield* engine.list({
            states: options.state.length === 0 ? undefined : options.state,
            models: models.length === 0 ? undefined : models,
            after,
            limit: options.limit,
          })
          if (options.json) {
            const lines = generations.map((one) => JSON.stringify(Listing.generationJson(one)))
            return { text: lines.join("\n") }
          }
          const last = generations.at(-1)
          if (last !== undefined && generations.length === options.limit) {
            note(spoken.list.older(directory.command("list", "--after", last.id)))
          }
          if (generations.length === 0) note(spoken.list.none)
          return { text: Listing.table(generations, Date.now(), style) }
        }).pipe(Server.within(options)),
      ),
  ).pipe(
    Command.withDescription(words.help.list.description),
    Command.withShortDescription(words.help.list.short),
    Command.withExamples([
      { command: "zoetrope list" },
      { command: "zoetrope list --state undecided", description: words.help.list.undecided },
      {
        command: "zoetrope list --state failed --json | jq -r '.id'",
        description: words.help.list.failed,
      },
    ]),
  )

const modelIds = Effect.fnUntraced(function* (
  vendors: ReadonlyArray<Vendor>,
  names: ReadonlyArray<string>,
) {
  const all: ReadonlyArray<AnyModel> = vendors.flatMap(({ models }) => models)
  const ids: Array<string> = []
  for (const name of names) {
    const model = all.find(({ alias, id }) => id === name || alias === name)
    if (model === undefined) return yield* unknownModel(name, all)
    ids.push(model.id)
  }
  return ids
})

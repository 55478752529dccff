/** `zoetrope list`: what is recorded, newest first. Asks no provider. */
import { State } from "@zoetrope/engine/Generation"
import type { AnyModel } from "@zoetrope/core/Model"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import * as DataDirectory from "../DataDirectory.ts"
import { common } from "../Flags.ts"
import { note, styleOf } from "../Output.ts"
import * as Server from "../Server.ts"
import { settle } from "../Settle.ts"
import type { Vendor } from "../Vendor.ts"
import { unknownModel } from "./models.ts"

const maxLimit = 10_000

export const list = (vendors: ReadonlyArray<Vendor>) =>
  Command.make(
    "list",
    {
      state: Flag.Literals("state", State.literals).pipe(
        Flag.withDescription("Only those in this state; may be repeated"),
        Flag.atLeast(0),
      ),
      model: Flag.String("model").pipe(
        Flag.withMetavar("MODEL"),
        Flag.withDescription("Only those of this model; may be repeated"),
        Flag.atLeast(0),
      ),
      limit: Flag.Int("limit").pipe(
        Flag.withMetavar("NUMBER"),
        Flag.withDescription("How many at most. Default: 50"),
        Flag.filter(
          (count) => count >= 1 && count <= maxLimit,
          (count) => `Expected 1 to ${maxLimit}, got ${count}`,
        ),
        Flag.withDefault(50),
      ),
      after: Flag.String("after").pipe(
        Flag.withMetavar("ID"),
        Flag.withDescription("Only those asked for before this one: the next page"),
        Flag.optional,
      ),
      ...DataDirectory.flags,
      json: common.json.pipe(
        Flag.withDescription("One generation a line, as JSON on stdout; newest first"),
      ),
    },
    (options) =>
      settle(options.json, () =>
        Effect.gen(function* () {
          const directory = DataDirectory.at(options)
          const models = yield* modelIds(vendors, options.model)
          const Session = yield* Effect.promise(() => import("../Session.ts"))
          const Listing = yield* Effect.promise(() => import("../Listing.ts"))
          if (!Session.exists(directory)) {
            note(`nothing was ever recorded in ${directory.path}`)
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
            note(`older ones: ${directory.command("list", "--after", last.id)}`)
          }
          if (generations.length === 0) note("none")
          return { text: Listing.table(generations, Date.now(), styleOf(process.stdout)) }
        }).pipe(Server.within(options)),
      ),
  ).pipe(
    Command.withDescription(
      "What is recorded, newest first. It asks no provider; `zoetrope wait` does.",
    ),
    Command.withShortDescription("What is recorded, newest first"),
    Command.withExamples([
      { command: "zoetrope list" },
      { command: "zoetrope list --state undecided", description: "what a person has to settle" },
      {
        command: "zoetrope list --state failed --json | jq -r '.id'",
        description: "for another program",
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

/**
 * `zoetrope generate MODEL`: checks, records, submits, waits, keeps. Each model is a subcommand with
 * its own flags; a batch needs none. Everything that can be found wrong is found before anything is
 * recorded.
 */
import type { AnyModel } from "@zoetrope/core/Model"
import { Effect, Option } from "effect"
import { CliError, Command, Flag } from "effect/cli"
import * as Accounts from "../setup/Accounts.ts"
import { BadInput } from "../BadInput.ts"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { deadlineOf } from "../input/Duration.ts"
import { exampleOf } from "../help/exampleOf.ts"
import { between, common, flagsOf, kebab, type ModelFlags, nonEmpty } from "../input/Flags.ts"
import * as Inputs from "../input/Inputs.ts"
import type { Order } from "../input/Order.ts"
import { withHttp } from "../setup/Network.ts"
import * as Server from "../setup/Server.ts"
import { type Known, settle } from "../Settle.ts"
import { target } from "../input/Target.ts"
import type { Vendor } from "../Vendor.ts"
import { verbatim, type Words } from "../words/Words.ts"

const sharedFlags = (words: Words) => ({
  input: Flag.String("input").pipe(
    Flag.withMetavar("FILE.json|-"),
    Flag.withDescription(words.help.generate.input),
    Flag.optional,
  ),
  ...common(words),
  n: Flag.Int("n").pipe(
    Flag.withMetavar("NUMBER"),
    Flag.withDescription(words.help.generate.n),
    (flag) => between(flag, 1, 50),
    Flag.withDefault(1),
  ),
  batch: Flag.String("batch").pipe(
    Flag.withMetavar("FILE.csv|.jsonl"),
    Flag.withDescription(words.help.generate.batch),
    Flag.optional,
  ),
  idempotencyKey: Flag.String("idempotency-key").pipe(
    Flag.withMetavar("KEY"),
    Flag.withDescription(words.help.generate.idempotencyKey),
    nonEmpty,
    Flag.optional,
  ),
  detach: Flag.Boolean("detach").pipe(
    Flag.withDescription(words.help.generate.detach),
    Flag.withDefault(false),
    Flag.withoutNegation,
  ),
  remakes: Flag.Int("remakes").pipe(
    Flag.withMetavar("NUMBER"),
    Flag.withDescription(words.help.generate.remakes),
    (flag) => between(flag, 0, 10),
    Flag.withDefault(1),
  ),
  ...DataDirectory.flags(words),
})

const groupOf = (words: Words) =>
  Command.make("generate").pipe(Command.withSharedFlags(sharedFlags(words)))

type Group = ReturnType<typeof groupOf>
type Options = Effect.Success<Group>

export const generate = (vendors: ReadonlyArray<Vendor>, words: Words) => {
  const group = groupOf(words)
  const models = vendors.flatMap((vendor) => vendor.models.map((model) => ({ vendor, model })))
  return group.pipe(
    Command.withHandler((options) =>
      Option.isNone(options.batch)
        ? Effect.fail(new CliError.ShowHelp({ commandPath: ["zoetrope", "generate"], errors: [] }))
        : run({ vendors, of: undefined, given: {}, options }),
    ),
    Command.withDescription(words.help.generate.description),
    Command.withShortDescription(words.help.generate.short),
    Command.withExamples([
      ...models.slice(0, 1).map(({ model }) => exampleOf(model, words)),
      {
        command: "zoetrope generate --batch clips.csv --out clips/",
        description: words.help.generate.batchExample,
      },
    ]),
    Command.withSubcommands(
      models.map(({ model, vendor }) => modelCommand(group, words, vendors, vendor, model)),
    ),
  )
}

const modelCommand = (
  group: Group,
  words: Words,
  vendors: ReadonlyArray<Vendor>,
  vendor: Vendor,
  model: AnyModel,
) => {
  const { help, language } = words
  const taken = Object.keys(sharedFlags(words)).map(kebab)
  const flags: ModelFlags = flagsOf(model, taken, words)
  return Command.make(
    model.id,
    { fields: flags },
    Effect.fn("generate")(function* ({ fields }) {
      const options = yield* group
      const given = Object.fromEntries(
        Object.entries(fields).flatMap(([name, value]) =>
          Option.isSome(value) ? [[name, value.value]] : [],
        ),
      )
      yield* run({ vendors, of: { vendor, model }, given, options })
    }),
  ).pipe(
    Command.withAlias(model.alias),
    Command.withDescription(help.model(model.title[language], model.summary[language])),
    Command.withShortDescription(model.title[language]),
    Command.withExamples([exampleOf(model, words)]),
  )
}

interface Asked {
  readonly vendors: ReadonlyArray<Vendor>
  /** Absent where each row of a batch names its own. */
  readonly of: { readonly vendor: Vendor; readonly model: AnyModel } | undefined
  readonly given: Inputs.Input
  readonly options: Options
}

const run = (asked: Asked) =>
  settle(asked.options.json, (known) => {
    known.pays = true
    return perform(asked, known).pipe(Server.within(asked.options), withHttp)
  })

const perform = Effect.fnUntraced(function* (asked: Asked, known: Known) {
  const { options, vendors } = asked
  const deadlineSeconds = yield* deadlineOf(options.deadline)
  yield* refuseContradictions(options)
  const orders = yield* Option.isSome(options.batch)
    ? batchOf(asked, options.batch.value)
    : ordersOf(asked)
  const work = yield* Effect.promise(() => import("../flow/generating.ts"))
  return yield* work.generating(vendors, orders, known, {
    directory: DataDirectory.at(options),
    many: Option.isSome(options.batch) || options.n > 1,
    detach: options.detach,
    json: options.json,
    remakes: options.remakes,
    deadlineSeconds,
  })
})

const refuse = (
  why: keyof Pick<Words["refusals"]["generate"], "nAndBatch" | "keyOfMany" | "outAndDetach">,
) => Effect.fail(new BadInput({ say: ({ refusals }) => refusals.generate[why] }))

const refuseContradictions = (options: Options): Effect.Effect<void, BadInput> => {
  const has = (name: "batch" | "idempotencyKey" | "out") => Option.isSome(options[name])
  if (has("batch") && options.n > 1) return refuse("nAndBatch")
  if (has("idempotencyKey") && (has("batch") || options.n > 1)) {
    return refuse("keyOfMany")
  }
  if (has("out") && options.detach) return refuse("outAndDetach")
  return Effect.void
}

const ordersOf = Effect.fnUntraced(function* ({ given, of, options, vendors }: Asked) {
  if (of === undefined) return []
  const { model, vendor } = of
  const { check } = yield* Effect.promise(() => import("../input/Order.ts"))
  const accounts = yield* Accounts.load(vendors)
  const opened = yield* Accounts.choose(accounts, vendor, Option.getOrUndefined(options.account))
  const base = Option.isNone(options.input) ? {} : yield* Inputs.readInput(options.input.value)
  const key = Option.getOrUndefined(options.idempotencyKey)
  const place = yield* target(Option.getOrUndefined(options.out))
  if (place.named && options.n > 1) {
    return yield* new BadInput({
      say: ({ refusals }) => refusals.generate.oneFile(place.path, options.n),
    })
  }
  const order = yield* check({
    label: verbatim(""),
    model,
    opened,
    key,
    place,
    base,
    fields: given,
  })
  if (options.n === 1) return [order]
  return Array.from({ length: options.n }, (_, index): Order => ({
    ...order,
    label: verbatim(`${index + 1}/${options.n}`),
  }))
})

const batchOf = Effect.fnUntraced(function* ({ given, of, options, vendors }: Asked, path: string) {
  const { orders } = yield* Effect.promise(() => import("../input/Batch.ts"))
  const base = Option.isNone(options.input) ? {} : yield* Inputs.readInput(options.input.value)
  return yield* orders(vendors, path, {
    model: of?.model,
    account: Option.getOrUndefined(options.account),
    base: { ...base, ...given },
    out: Option.getOrUndefined(options.out),
  })
})

/**
 * `zoetrope generate MODEL`: checks, records, submits, waits, keeps. Each model is a subcommand with
 * its own flags; a batch needs none. Everything that can be found wrong is found before anything is
 * recorded.
 */
import type { AnyModel } from "@zoetrope/core/Model"
import { Effect, Option } from "effect"
import { CliError, Command, Flag } from "effect/cli"
import * as Accounts from "../Accounts.ts"
import { BadInput } from "../BadInput.ts"
import * as DataDirectory from "../DataDirectory.ts"
import { deadlineOf } from "../Duration.ts"
import { exampleOf } from "../exampleOf.ts"
import { common, flagsOf, kebab, type ModelFlags } from "../Flags.ts"
import * as Inputs from "../Inputs.ts"
import type { Order } from "../Order.ts"
import { withHttp } from "../Network.ts"
import * as Server from "../Server.ts"
import { type Known, settle } from "../Settle.ts"
import { target } from "../Target.ts"
import type { Vendor } from "../Vendor.ts"

const shared = {
  input: Flag.String("input").pipe(
    Flag.withMetavar("FILE.json|-"),
    Flag.withDescription(
      "The fields as one JSON object, from a file or from stdin; flags override its fields",
    ),
    Flag.optional,
  ),
  ...common,
  n: Flag.Int("n").pipe(
    Flag.withMetavar("NUMBER"),
    Flag.withDescription(
      "How many videos of the same input, each of them paid, 1 to 50. Default: 1",
    ),
    Flag.filter(
      (count) => count >= 1 && count <= 50,
      (count) => `Expected 1 to 50, got ${count}`,
    ),
    Flag.withDefault(1),
  ),
  batch: Flag.String("batch").pipe(
    Flag.withMetavar("FILE.csv|.jsonl"),
    Flag.withDescription(
      "A video for each row; columns are fields of the model, and model, account, idempotency_key, out. What a row says wins over flags. All rows are checked before any is recorded",
    ),
    Flag.optional,
  ),
  idempotencyKey: Flag.String("idempotency-key").pipe(
    Flag.withMetavar("KEY"),
    Flag.withDescription(
      "A name of your own for this one video: the same key and input again follow the same generation, and nothing is paid twice",
    ),
    Flag.optional,
  ),
  detach: Flag.Boolean("detach").pipe(
    Flag.withDescription(
      "Print the id on stdout as soon as the task is accepted, or stands in line, and exit",
    ),
    Flag.withDefault(false),
    Flag.withoutNegation,
  ),
  remakes: Flag.Int("remakes").pipe(
    Flag.withMetavar("NUMBER"),
    Flag.withDescription(
      "How many more tasks may be made, and paid, when one fails for a reason that the provider's document calls worth another try. Default: 1",
    ),
    Flag.filter(
      (count) => count >= 0 && count <= 10,
      (count) => `Expected 0 to 10, got ${count}`,
    ),
    Flag.withDefault(1),
  ),
  ...DataDirectory.flags,
}

const group = Command.make("generate").pipe(Command.withSharedFlags(shared))

type Options = Effect.Success<typeof group>

export const generate = (vendors: ReadonlyArray<Vendor>) => {
  const models = vendors.flatMap((vendor) => vendor.models.map((model) => ({ vendor, model })))
  return group.pipe(
    Command.withHandler((options) =>
      Option.isNone(options.batch)
        ? Effect.fail(new CliError.ShowHelp({ commandPath: ["zoetrope", "generate"], errors: [] }))
        : run({ vendors, of: undefined, given: {}, options }),
    ),
    Command.withDescription(
      "Generate videos: check the input, record it, submit, wait, keep. `zoetrope generate MODEL --help` shows the flags of a model. What is recorded survives this process: `zoetrope wait` goes on with it.",
    ),
    Command.withShortDescription("Generate videos and keep them on disk"),
    Command.withExamples([
      ...models.slice(0, 1).map(({ model }) => exampleOf(model)),
      {
        command: "zoetrope generate --batch clips.csv --out clips/",
        description: "a video for each row, with the model in a column",
      },
    ]),
    Command.withSubcommands(
      models.map(({ model, vendor }) => modelCommand(vendors, vendor, model)),
    ),
  )
}

const modelCommand = (vendors: ReadonlyArray<Vendor>, vendor: Vendor, model: AnyModel) => {
  const flags: ModelFlags = flagsOf(model, Object.keys(shared).map(kebab))
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
    Command.withDescription(`${model.title.en}. ${model.summary.en}`),
    Command.withShortDescription(model.title.en),
    Command.withExamples([exampleOf(model)]),
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
  const work = yield* Effect.promise(() => import("../generating.ts"))
  return yield* work.generating(vendors, orders, known, {
    directory: DataDirectory.at(options),
    many: Option.isSome(options.batch) || options.n > 1,
    detach: options.detach,
    json: options.json,
    remakes: options.remakes,
    deadlineSeconds,
  })
})

const refuse = (message: string) => Effect.fail(new BadInput({ message }))

const refuseContradictions = (options: Options): Effect.Effect<void, BadInput> => {
  const has = (name: "batch" | "idempotencyKey") => Option.isSome(options[name])
  if (has("batch") && options.n > 1) return refuse("--n and --batch exclude each other")
  if (has("idempotencyKey") && (has("batch") || options.n > 1)) {
    return refuse(
      "--idempotency-key names one video; in a batch, each row has its own in a column idempotency_key",
    )
  }
  return Effect.void
}

const ordersOf = Effect.fnUntraced(function* ({ given, of, options, vendors }: Asked) {
  if (of === undefined) return []
  const { model, vendor } = of
  const { check } = yield* Effect.promise(() => import("../Order.ts"))
  const accounts = yield* Accounts.load(vendors)
  const opened = yield* Accounts.choose(accounts, vendor, Option.getOrUndefined(options.account))
  const base = Option.isNone(options.input) ? {} : yield* Inputs.readInput(options.input.value)
  const key = Option.getOrUndefined(options.idempotencyKey)
  const place = yield* target(Option.getOrUndefined(options.out))
  if (place.named && options.n > 1) {
    return yield* new BadInput({
      message: `--out: ${place.path} is one file, and ${options.n} are made; name a directory, with a slash at its end`,
    })
  }
  const order = yield* check({ label: "", model, opened, key, place, base, fields: given })
  return Array.from({ length: options.n }, (_, index): Order => ({
    ...order,
    label: `${index + 1}/${options.n}`,
  }))
})

const batchOf = Effect.fnUntraced(function* ({ given, of, options, vendors }: Asked, path: string) {
  const { orders } = yield* Effect.promise(() => import("../Batch.ts"))
  const base = Option.isNone(options.input) ? {} : yield* Inputs.readInput(options.input.value)
  return yield* orders(vendors, path, {
    model: of?.model,
    account: Option.getOrUndefined(options.account),
    base: { ...base, ...given },
    out: Option.getOrUndefined(options.out),
  })
})

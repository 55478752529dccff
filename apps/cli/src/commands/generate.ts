/** `zoetrope generate MODEL`: checks, submits, waits, keeps. Each model is a subcommand with its own flags. */
import type { AnyModel } from "@zoetrope/core/Model"
import * as Task from "@zoetrope/core/Task"
import { TaskError } from "@zoetrope/core/TaskError"
import { toHandle } from "@zoetrope/core/TaskRef"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import * as Accounts from "../Accounts.ts"
import { deadlineOf } from "../Duration.ts"
import { exampleOf } from "../exampleOf.ts"
import { common, flagsOf, type ModelFlags } from "../Flags.ts"
import { follow, taskJson } from "../Follow.ts"
import * as Inputs from "../Inputs.ts"
import { withHttp } from "../Network.ts"
import { json } from "../Output.ts"
import { type Known, settle } from "../Settle.ts"
import { target } from "../Target.ts"
import type { Vendor } from "../Vendor.ts"
import { watch } from "../Watch.ts"

const shared = {
  input: Flag.String("input").pipe(
    Flag.withMetavar("FILE.json|-"),
    Flag.withDescription(
      "The fields as one JSON object, from a file or from stdin; flags override its fields",
    ),
    Flag.optional,
  ),
  ...common,
  detach: Flag.Boolean("detach").pipe(
    Flag.withDescription("Print the handle on stdout as soon as the task is accepted, and exit"),
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
}

const group = Command.make("generate").pipe(Command.withSharedFlags(shared))

export const generate = (vendors: ReadonlyArray<Vendor>) => {
  const models = vendors.flatMap((vendor) => vendor.models.map((model) => ({ vendor, model })))
  return group.pipe(
    Command.withDescription(
      "Generate a video: check the input, submit, wait, download. `zoetrope generate MODEL --help` shows the flags of a model.",
    ),
    Command.withShortDescription("Generate a video and keep it on disk"),
    Command.withExamples(models.slice(0, 2).map(({ model }) => exampleOf(model))),
    Command.withSubcommands(
      models.map(({ model, vendor }) => modelCommand(vendors, vendor, model)),
    ),
  )
}

type Options = Effect.Success<typeof group>

const modelCommand = (vendors: ReadonlyArray<Vendor>, vendor: Vendor, model: AnyModel) => {
  const flags: ModelFlags = flagsOf(model, Object.keys(shared))
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
      yield* settle(options.json, (known) => {
        known.model = model.id
        return perform({ vendors, vendor, model, given, options, known }).pipe(
          Effect.scoped,
          withHttp,
        )
      })
    }),
  ).pipe(
    Command.withAlias(model.alias),
    Command.withDescription(`${model.title.en}. ${model.summary.en}`),
    Command.withShortDescription(model.title.en),
    Command.withExamples([exampleOf(model)]),
  )
}

/** Everything that can be found wrong is found before the submit. */
const perform = Effect.fnUntraced(function* (asked: {
  readonly vendors: ReadonlyArray<Vendor>
  readonly vendor: Vendor
  readonly model: AnyModel
  readonly given: Inputs.Input
  readonly options: Options
  readonly known: Known
}) {
  const { given, known, model, options, vendor, vendors } = asked
  const deadlineSeconds = yield* deadlineOf(options.deadline)
  const accounts = yield* Accounts.load(vendors)
  const opened = yield* Accounts.choose(accounts, vendor, Option.getOrUndefined(options.account))
  const { provider } = opened
  known.provider = provider
  const base = Option.isNone(options.input) ? {} : yield* Inputs.readInput(options.input.value)
  const input = yield* Inputs.resolve(model, base, given).pipe(
    Effect.mapError(
      (reason) =>
        new TaskError({
          provider: provider.id,
          account: provider.account,
          model: model.id,
          operation: "submit",
          reason,
        }),
    ),
  )
  const prepared = yield* Task.prepare(provider, model, input)
  const place = yield* target(Option.getOrUndefined(options.out))
  const watching = yield* watch(model, known)
  // Before anything is paid, and not a second time with what the submit itself has to say.
  watching.warn(prepared.warnings)
  const checked = { ...prepared, warnings: [] }

  if (options.detach) {
    const { ref } = yield* Task.submit(provider, checked, { onState: watching.tell })
    const handle = toHandle(ref)
    const submitted = {
      status: "submitted",
      handle,
      task: taskJson(ref),
      warnings: watching.warnings(),
    }
    return { text: options.json ? json(submitted) : handle }
  }
  const followed = yield* follow({
    opened,
    deadlineSeconds,
    pathFor: place.pathFor,
    tell: watching.tell,
    ask: (run) => Task.runPrepared(provider, checked, { ...run, remakes: options.remakes }),
  })
  return { text: watching.finish(followed, options.json) }
})

/** `zoetrope generate MODEL`: checks, submits, waits, keeps. Each model is a subcommand with its own flags. */
import type { AnyModel } from "@zoetrope/core/Model"
import * as Task from "@zoetrope/core/Task"
import { TaskError } from "@zoetrope/core/TaskError"
import { toHandle } from "@zoetrope/core/TaskRef"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import * as Accounts from "../Accounts.ts"
import { parseDuration } from "../Duration.ts"
import { common, flagsOf, type ModelFlags } from "../Flags.ts"
import { follow, followedJson, taskJson } from "../Follow.ts"
import * as Inputs from "../Inputs.ts"
import { withHttp } from "../Network.ts"
import { json, note } from "../Output.ts"
import { settle } from "../Settle.ts"
import { target } from "../Target.ts"
import type { Vendor } from "../Vendor.ts"
import { summary, warn, watch } from "../Watch.ts"
import { exampleOf } from "../exampleOf.ts"

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

const base = Command.make("generate").pipe(Command.withSharedFlags(shared))

export const generate = (vendors: ReadonlyArray<Vendor>) => {
  const models = vendors.flatMap((vendor) => vendor.models.map((model) => ({ vendor, model })))
  return base.pipe(
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

const modelCommand = (vendors: ReadonlyArray<Vendor>, vendor: Vendor, model: AnyModel) => {
  const flags: ModelFlags = flagsOf(model)
  return Command.make(
    model.id,
    { fields: flags },
    Effect.fn("generate")(function* ({ fields }) {
      const options = yield* base
      const given = Object.fromEntries(
        Object.entries(fields).flatMap(([name, value]) =>
          Option.isSome(value) ? [[name, value.value]] : [],
        ),
      )
      yield* settle(options.json, (known) =>
        withHttp(
          Effect.gen(function* () {
            known.model = model.id
            const deadlineSeconds = Option.isNone(options.deadline)
              ? undefined
              : yield* parseDuration("deadline", options.deadline.value)
            const accounts = yield* Accounts.load(vendors)
            const opened = yield* Accounts.choose(
              accounts,
              vendor,
              Option.getOrUndefined(options.account),
            )
            const { provider } = opened
            known.provider = provider
            const input = yield* Inputs.resolve(
              model,
              Option.isNone(options.input) ? {} : yield* Inputs.readInput(options.input.value),
              given,
            ).pipe(
              Effect.catchTag("InvalidInput", (reason) =>
                Effect.fail(
                  new TaskError({
                    provider: provider.id,
                    account: provider.account,
                    model: model.id,
                    operation: "submit",
                    reason,
                  }),
                ),
              ),
            )
            const prepared = yield* Task.prepare(provider, model, input)
            const place = yield* target(Option.getOrUndefined(options.out))
            warn(prepared.warnings)
            const asked = { ...prepared, warnings: [] }
            const watching = yield* watch(model, known)
            if (options.detach) {
              const { ref } = yield* Task.submit(provider, asked, { onState: watching.tell })
              return {
                text: options.json
                  ? json({ status: "submitted", handle: toHandle(ref), task: taskJson(ref) })
                  : toHandle(ref),
              }
            }
            const followed = yield* follow({
              opened,
              deadlineSeconds,
              pathFor: place.pathFor,
              tell: watching.tell,
              ask: (run) => Task.runPrepared(provider, asked, { ...run, remakes: options.remakes }),
            })
            watching.stop()
            warn(followed.saved.warnings)
            note(summary(followed))
            return { text: options.json ? followedJson(followed) : followed.saved.path }
          }).pipe(Effect.scoped),
        ),
      )
    }),
  ).pipe(
    Command.withAlias(model.alias),
    Command.withDescription(`${model.title.en}. ${model.summary.en}`),
    Command.withShortDescription(model.title.en),
    Command.withExamples([exampleOf(model)]),
  )
}

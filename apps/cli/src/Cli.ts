/**
 * The whole command line as one value: commands, help, errors of usage. Knows no provider; `main.ts`
 * gives it the vendors.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import type { AnyModel } from "@zoetrope/core/Model"
import { Effect, Layer } from "effect"
import { CliConfig, type CliError, CliOutput, Command, GlobalFlag } from "effect/cli"
import { SomeLeftOut } from "./setup/Accounts.ts"
import { BadInput } from "./BadInput.ts"
import { rootOf } from "./Commands.ts"
import { completions } from "./help/completions.ts"
import { unknownModel } from "./commands/models.ts"
import { ExitCode } from "./ExitCode.ts"
import { command, failureJson, failureOf, failureText } from "./Failure.ts"
import { pageOf } from "./help/Help.ts"
import { layOut } from "./help/HelpPage.ts"
import { type Language, languageOf } from "./words/Language.ts"
import * as Log from "./Log.ts"
import { manualOf } from "./help/manualOf.ts"
import * as Output from "./terminal/Output.ts"
import * as Plugins from "./Plugins.ts"
import { program } from "./program.ts"
import { screenOf } from "./terminal/Screen.ts"
import { shellWord } from "./terminal/Text.ts"
import type { Vendor } from "./Vendor.ts"
import { version } from "./version.ts"
import * as Words from "./words/Words.ts"

/**
 * Runs one command line to its end, with these vendors and those of the config file; never fails.
 *
 * @param language of what people are told
 */
export const run = (
  own: ReadonlyArray<Vendor>,
  argv: ReadonlyArray<string>,
  language: Language = languageOf(process.env),
): Effect.Effect<ExitCode> =>
  Effect.gen(function* () {
    const words = yield* Effect.promise(() => Words.load(language, own))
    const loaded = yield* Plugins.load(own)
    return yield* runWith(loaded, argv, words).pipe(Effect.provideService(Words.Spoken, words))
  })

const runWith = Effect.fnUntraced(function* (
  loaded: Plugins.Loaded,
  argv: ReadonlyArray<string>,
  words: Words.Words,
) {
  const { refused, vendors } = loaded
  // `doctor` has its own place for them.
  for (const one of argv[0] === "doctor" ? [] : refused) Output.note(refusedText(one, words))
  const models = vendors.flatMap((vendor) => vendor.models)
  const root = yield* rootOf(loaded, argv, words)
  const execute = Command.runWith(root, { version: version(), renderErrors: false })
  return yield* execute(argv.length === 0 ? ["--help"] : argv).pipe(
    Effect.provideService(SomeLeftOut, refused.length > 0),
    Effect.as(ExitCode.done),
    Effect.catch((error) => usage(error, models, argv, words)),
    Effect.provide(
      Layer.mergeAll(
        NodeServices.layer,
        Log.layer,
        CliConfig.layer({
          builtIns: [GlobalFlag.Help, GlobalFlag.Version, completions(models.map(({ id }) => id))],
        }),
        CliOutput.layerPresenter({
          present: (event) =>
            event._tag === "Help" && event.reason === "Requested" && argv.includes("--json")
              ? presentManual(loaded, event.commandPath.slice(1))
              : present(event, words),
        }),
      ),
    ),
    // What `settle` has set is the last word.
    Effect.map((code) => (process.exitCode as ExitCode | undefined) ?? code),
  )
})

const refusedText = (refused: Plugins.Refused, words: Words.Words): string =>
  Output.warningText(
    words.refusals.plugins.notUsed(refused.package, refused.why(words)),
    Output.styleOf(process.stderr, words),
  )

const present = (event: CliOutput.Presenter.Event, words: Words.Words): Effect.Effect<void> =>
  Effect.promise(async () => {
    if (event._tag === "Version") await Output.result(`${event.name} ${event.version}`)
    if (event._tag === "Help" && event.reason === "Requested") {
      await Output.result(layOut(pageOf(event.helpDoc, words), screenOf(process.stdout)))
    }
  })

/** For programs: a page as data, with all pages below it. */
const presentManual = (loaded: Plugins.Loaded, path: ReadonlyArray<string>): Effect.Effect<void> =>
  Effect.flatMap(manualOf(loaded, path), (manual) =>
    Effect.promise(() => Output.result(Output.json(manual))),
  )

/** What is wrong with the command line itself. */
const usage = (
  error: CliError.CliError,
  models: ReadonlyArray<AnyModel>,
  argv: ReadonlyArray<string>,
  words: Words.Words,
): Effect.Effect<ExitCode> =>
  Effect.promise(async () => {
    const failure = failureOf(badInput(error, models))
    if (argv.includes("--json")) await Output.keep(failureJson(failure), words)
    else Output.note(failureText(failure, Output.styleOf(process.stderr, words)))
    return failure.exitCode
  })

/** Whose work is on accounts and files of this machine, though it could be looked for at a server. */
const ofThisMachine = ["backup", "credits", "doctor", "keys"]

const badInput = (error: CliError.CliError, models: ReadonlyArray<AnyModel>): BadInput => {
  const path = error._tag === "ShowHelp" ? error.commandPath : ["zoetrope"]
  const errors = error._tag === "ShowHelp" ? error.errors : [error]
  const next = [command(`${[program, ...path.slice(1)].join(" ")} --help`)]
  const local = ofThisMachine.find((name) => name === path[1])
  if (local !== undefined && errors.some((one) => "option" in one && one.option === "--server")) {
    return new BadInput({ say: ({ refusals }) => refusals.usage.noServer(local), next })
  }
  const unknown = errors.find((one) => one._tag === "UnknownSubcommand")
  if (unknown?.parent?.at(-1) === "generate") {
    return unknownModel(unknown.subcommand, models)
  }
  if (unknown?.parent?.at(-1) === "models") {
    next.unshift(command(`${program} models show ${shellWord(unknown.subcommand)}`))
  }
  if (errors.length === 0) {
    const isModel = path.at(-1) === "generate"
    return new BadInput({
      say: ({ refusals: { usage: told } }) => (isModel ? told.whichModel : told.whichCommand),
      next: isModel ? [command(`${program} models`), ...next] : next,
    })
  }
  return new BadInput({
    say: ({ refusals }) =>
      (unknown === undefined ? errors : [unknown])
        .map((one) =>
          one._tag === "InvalidValue" && /^\d+ occurrences$/.test(one.value)
            ? refusals.usage.givenTwice(one.option)
            : refusals.usage.wrong(one),
        )
        .join("\n"),
    next,
  })
}

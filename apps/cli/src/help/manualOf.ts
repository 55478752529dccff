import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { CliOutput, Command, type HelpDoc } from "effect/cli"
import { rootOf } from "../Commands.ts"
import { pageOf } from "./Help.ts"
import type { HelpPage } from "./HelpPage.ts"
import type { Language } from "../words/Language.ts"
import type { Manual } from "./Manual.ts"
import type { Loaded } from "../Plugins.ts"
import { version } from "../version.ts"
import * as Words from "../words/Words.ts"

/**
 * The page of a command and those of all commands below it, parents first, in each language: what
 * `--help` shows of each.
 *
 * @param path the words behind `zoetrope`; none for all pages that there are
 */
export const manualOf = (loaded: Loaded, path: ReadonlyArray<string>): Effect.Effect<Manual> => {
  const pagesIn = Effect.fnUntraced(function* (language: Language) {
    const words = yield* Effect.promise(() => Words.load(language))
    const root = yield* rootOf(loaded, path, words)
    const execute = Command.runWith(root, { version: version(), renderErrors: false })
    return yield* pagesOf(execute, words, path)
  })
  return Effect.all({ en: pagesIn("en"), zh: pagesIn("zh") }).pipe(
    Effect.provide(NodeServices.layer),
    Effect.orDie,
  )
}

/** Runs a command line; what it says is left to the presenter. */
type Execute<E, R> = (argv: ReadonlyArray<string>) => Effect.Effect<void, E, R>

const pagesOf = <E, R>(
  execute: Execute<E, R>,
  words: Words.Words,
  path: ReadonlyArray<string>,
  aliases: ReadonlyArray<string> = [],
): Effect.Effect<ReadonlyArray<HelpPage>, E, R> =>
  Effect.gen(function* () {
    const doc = yield* helpOf(execute, path)
    const commands = (doc.subcommands ?? []).flatMap((group) => group.commands)
    const below = yield* Effect.forEach(commands, ({ alias, name }) =>
      pagesOf(execute, words, [...path, name], alias === undefined ? [] : [alias]),
    )
    return [pageOf(doc, words, aliases), ...below.flat()]
  })

const helpOf = Effect.fnUntraced(function* <E, R>(
  execute: Execute<E, R>,
  path: ReadonlyArray<string>,
) {
  const told: Array<HelpDoc.HelpDoc> = []
  const present = (event: CliOutput.Presenter.Event) =>
    Effect.sync(() => {
      if (event._tag === "Help") told.push(event.helpDoc)
    })
  yield* execute([...path, "--help"]).pipe(Effect.provideService(CliOutput.Presenter, { present }))
  const [doc] = told
  return doc ?? (yield* Effect.die(new Error(`zoetrope ${path.join(" ")} has no help`)))
})

import { Effect } from "effect"
import { CliOutput, type HelpDoc } from "effect/cli"
import { pageOf } from "./Help.ts"
import type { HelpPage } from "./HelpPage.ts"
import type { Words } from "./Words.ts"

/** Runs a command line; what it says is left to the presenter. */
export type Execute<E, R> = (argv: ReadonlyArray<string>) => Effect.Effect<void, E, R>

/** The page of a command and those of all commands below it, parents first: what `--help` shows of each. */
export const pagesOf = <E, R>(
  execute: Execute<E, R>,
  words: Words,
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

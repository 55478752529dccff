/**
 * `--completions SHELL`: the script that the framework writes, with what only this program knows: the
 * names of models, and that a value which may be anything may be a file.
 */
import { Effect, Option } from "effect"
import { Completions, GlobalFlag } from "effect/cli"
import * as Output from "../terminal/Output.ts"

/** @param models the ids that stand where a model is wanted */
export const completions = (models: ReadonlyArray<string>) =>
  GlobalFlag.Action({
    flag: GlobalFlag.Completions.flag,
    run: (shell, { command }) => {
      if (Option.isNone(shell)) return Effect.void
      const known = describe(Completions.fromCommand(command), models)
      const script = Completions.generate(command.name, shell.value, known)
      return Effect.promise(() => Output.result(script))
    },
  })

const describe = (
  command: Completions.CommandDescriptor,
  models: ReadonlyArray<string>,
): Completions.CommandDescriptor => ({
  ...command,
  flags: command.flags.map((flag) => ({ ...flag, type: typeOf(flag, models) })),
  arguments: command.arguments.map((argument) => ({
    ...argument,
    type: typeOf(argument, models),
  })),
  subcommands: command.subcommands.map((one) => describe(one, models)),
})

const typeOf = <Type extends Completions.FlagType | Completions.ArgumentType>(
  { name, type }: { readonly name: string; readonly type: Type },
  models: ReadonlyArray<string>,
): Type | Free => {
  if (type._tag !== "String") return type
  return name.toLowerCase() === "model"
    ? { _tag: "Choice", values: models }
    : // As the shell itself would have it.
      { _tag: "Path", pathType: "either" }
}

type Free = Extract<Completions.ArgumentType, { readonly _tag: "Choice" | "Path" }>

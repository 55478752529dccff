/**
 * What commands there are, and the root that holds them. Each is loaded when it may be needed: a
 * command line that names one starts without the others.
 */
import { Effect } from "effect"
import { Command } from "effect/cli"
import type { Loaded } from "./Plugins.ts"
import type { Words } from "./words/Words.ts"

/** In the order of help. */
const loaders = {
  generate: async ({ vendors }: Loaded, words: Words) =>
    (await import("./commands/generate.ts")).generate(vendors, words),
  wait: async ({ vendors }: Loaded, words: Words) =>
    (await import("./commands/wait.ts")).wait(vendors, words),
  list: async ({ vendors }: Loaded, words: Words) =>
    (await import("./commands/list.ts")).list(vendors, words),
  show: async (_: Loaded, words: Words) => (await import("./commands/show.ts")).show(words),
  cancel: async ({ vendors }: Loaded, words: Words) =>
    (await import("./commands/cancel.ts")).cancel(vendors, words),
  settle: async (_: Loaded, words: Words) => (await import("./commands/settle.ts")).settle(words),
  rm: async (_: Loaded, words: Words) => (await import("./commands/rm.ts")).rm(words),
  stats: async (_: Loaded, words: Words) => (await import("./commands/stats.ts")).stats(words),
  backup: async (_: Loaded, words: Words) => (await import("./commands/backup.ts")).backup(words),
  serve: async ({ vendors }: Loaded, words: Words) =>
    (await import("./commands/serve.ts")).serve(vendors, words),
  keys: async (_: Loaded, words: Words) => (await import("./commands/keys.ts")).keys(words),
  models: async ({ vendors }: Loaded, words: Words) =>
    (await import("./commands/models.ts")).models(vendors, words),
  credits: async ({ vendors }: Loaded, words: Words) =>
    (await import("./commands/credits.ts")).credits(vendors, words),
  doctor: async ({ refused, vendors }: Loaded, words: Words) =>
    (await import("./commands/doctor.ts")).doctor(vendors, refused, words),
  sign: async (_: Loaded, words: Words) => (await import("./commands/sign.ts")).sign(words),
  simulate: async ({ vendors }: Loaded, words: Words) =>
    (await import("./commands/simulate.ts")).simulate(vendors, words),
  demo: async ({ vendors }: Loaded, words: Words) =>
    (await import("./commands/demo.ts")).demo(vendors, words),
}

/** The root, with the commands that this command line may need. */
export const rootOf = Effect.fnUntraced(function* (
  loaded: Loaded,
  argv: ReadonlyArray<string>,
  words: Words,
) {
  const { help } = words
  const [model] = loaded.vendors.flatMap(({ models }) => models)
  const commands = yield* Effect.promise(() =>
    Promise.all(needed(argv).map((load) => load(loaded, words))),
  )
  return Command.make("zoetrope").pipe(
    Command.withDescription(help.zoetrope.description),
    Command.withExamples([
      { command: "zoetrope demo", description: help.zoetrope.demo },
      { command: "zoetrope models", description: help.zoetrope.models },
      { command: `zoetrope generate ${model?.id ?? "MODEL"} --help` },
    ]),
    Command.withSubcommands(commands),
  )
})

/** Completions are of all commands, wherever they are asked for. */
const needed = (argv: ReadonlyArray<string>) => {
  const [name = ""] = argv
  const isOne = isCommand(name) && !argv.some((word) => word.startsWith("--completions"))
  return isOne ? [loaders[name]] : Object.values(loaders)
}

const isCommand = (name: string): name is keyof typeof loaders => Object.hasOwn(loaders, name)

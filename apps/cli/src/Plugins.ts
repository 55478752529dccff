/**
 * Providers that do not come with this program: the packages that the config file names, imported at
 * start. Owns where they are looked for and what they may be: only a package name of that private file
 * makes code run, never a path or an address. A package that cannot be used is told and left out, so
 * that it keeps nobody from a task of another provider.
 */
import * as Plugin from "@zoetrope/core/Plugin"
import { Effect, Result } from "effect"
import { existsSync } from "node:fs"
import { createRequire, isBuiltin } from "node:module"
import { dirname, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import * as ConfigFile from "./setup/ConfigFile.ts"
import type { Vendor } from "./Vendor.ts"
import type { Say, Words } from "./words/Words.ts"

export interface Loaded {
  /** The program's own vendors, then those of the packages. */
  readonly vendors: ReadonlyArray<Vendor>
  readonly refused: ReadonlyArray<Refused>
}

/** A package that is left out. */
export interface Refused {
  readonly package: string
  /** Why, and what to do. */
  readonly why: Say
}

/** Never fails: a config file that cannot be read is told by whatever needs an account of it. */
export const load = Effect.fn("Plugins.load")(function* (
  own: ReadonlyArray<Vendor>,
  environment: ConfigFile.Environment = process.env,
) {
  const file = yield* Effect.result(ConfigFile.read(environment))
  const names = Result.isSuccess(file) ? [...new Set(file.success.providers)] : []
  const path = resolve(ConfigFile.pathIn(environment))
  const read = yield* Effect.forEach(names, (name) => Effect.result(pluginOf(name, path)), {
    concurrency: "unbounded",
  })
  const vendors = [...own]
  const refused: Array<Refused> = []
  names.forEach((name, index) => {
    const result = read[index]!
    const problem = Result.isFailure(result) ? result.failure : clashOf(result.success, vendors)
    if (Result.isSuccess(result) && problem === undefined) vendors.push(result.success)
    else if (problem !== undefined) {
      refused.push({
        package: name,
        why: (words) => words.refusals.plugins.namedIn(problem(words), path),
      })
    }
  })
  const loaded: Loaded = { vendors, refused }
  return loaded
})

const pluginOf = Effect.fnUntraced(function* (name: string, configPath: string) {
  const file = yield* Effect.fromResult(find(name, dirname(configPath)))
  const module = yield* imported(file)
  if (!(Plugin.exportName in module)) {
    return yield* Effect.fail(refusing(({ noExport }) => noExport(Plugin.exportName)))
  }
  const plugin = Plugin.read(module[Plugin.exportName])
  return Result.isSuccess(plugin)
    ? plugin.success
    : yield* Effect.fail((words: Words) =>
        words.refusals.plugins.unfit(
          Plugin.exportName,
          words.packages.sentence(plugin.failure.message),
        ),
      )
})

/** As npm allows them, without what Node knows itself. */
const isPackageName = (name: string): boolean =>
  /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name) && !isBuiltin(name)

/** The file to import: of the package beside the config file, else of one beside this program. */
const find = (name: string, directory: string): Result.Result<string, Say> => {
  if (!isPackageName(name)) {
    return Result.fail(refusing(({ noName }) => noName))
  }
  const isBeside = existsSync(join(directory, "node_modules", name))
  const from = isBeside ? join(directory, "config.json") : import.meta.filename
  try {
    return Result.succeed(createRequire(from).resolve(name))
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND" && !isBeside
    return Result.fail(
      refusing(({ notInstalled, nothingToImport }) =>
        isMissing
          ? notInstalled(`npm install --prefix ${directory} ${name}`)
          : nothingToImport(firstLine(cause)),
      ),
    )
  }
}

/** Milliseconds for all the code that a package runs when it is imported. */
const importTimeout = 10_000

const imported = (file: string): Effect.Effect<Readonly<Record<string, unknown>>, Say> =>
  Effect.tryPromise({
    try: () => import(pathToFileURL(file).href) as Promise<Readonly<Record<string, unknown>>>,
    catch: (cause) => refusing(({ importFailed }) => importFailed(firstLine(cause))),
  }).pipe(
    Effect.timeoutOrElse({
      duration: importTimeout,
      orElse: () =>
        Effect.fail(refusing(({ importTooLong }) => importTooLong(importTimeout / 1000))),
    }),
  )

const refusing =
  (why: (words: Words["refusals"]["plugins"]) => string): Say =>
  ({ refusals }) =>
    why(refusals.plugins)

const firstLine = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0] ?? ""

/** Ids and names must mean one thing: those that came first keep theirs. */
const clashOf = (plugin: Plugin.Plugin, vendors: ReadonlyArray<Vendor>): Say | undefined => {
  const same = vendors.find(({ id }) => id === plugin.id)
  if (same !== undefined) return refusing(({ sameId }) => sameId(plugin.id, same.title))
  const owners = new Map(
    vendors.flatMap(({ models }) =>
      models.flatMap((model) => [model.id, model.alias].map((name) => [name, model.id] as const)),
    ),
  )
  for (const { alias, id } of plugin.models) {
    for (const name of new Set([id, alias])) {
      const owner = owners.get(name)
      if (owner !== undefined) return refusing(({ sameModel }) => sameModel(id, name, owner))
      owners.set(name, id)
    }
  }
  return undefined
}

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
import * as ConfigFile from "./ConfigFile.ts"
import type { Vendor } from "./Vendor.ts"

export interface Loaded {
  /** The program's own vendors, then those of the packages. */
  readonly vendors: ReadonlyArray<Vendor>
  readonly refused: ReadonlyArray<Refused>
}

/** A package that is left out. */
export interface Refused {
  readonly package: string
  /** Why, and what to do. */
  readonly message: string
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
    else refused.push({ package: name, message: `${problem} (named in ${path})` })
  })
  const loaded: Loaded = { vendors, refused }
  return loaded
})

const pluginOf = Effect.fnUntraced(function* (name: string, configPath: string) {
  const file = yield* Effect.fromResult(find(name, dirname(configPath)))
  const module = yield* imported(file)
  if (!(Plugin.exportName in module)) {
    return yield* Effect.fail(
      `it has no export "${Plugin.exportName}", as packages of providers have`,
    )
  }
  const plugin = Plugin.read(module[Plugin.exportName])
  return Result.isSuccess(plugin)
    ? plugin.success
    : yield* Effect.fail(
        `its export "${Plugin.exportName}" does not fit: ${plugin.failure.message}`,
      )
})

/** As npm allows them, without what Node knows itself. */
const isPackageName = (name: string): boolean =>
  /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name) && !isBuiltin(name)

/** The file to import: of the package beside the config file, else of one beside this program. */
const find = (name: string, directory: string): Result.Result<string, string> => {
  if (!isPackageName(name)) {
    return Result.fail(
      "this is not the name of a package; allowed: such as @acme/zoetrope-provider",
    )
  }
  const isBeside = existsSync(join(directory, "node_modules", name))
  const from = isBeside ? join(directory, "config.json") : import.meta.filename
  try {
    return Result.succeed(createRequire(from).resolve(name))
  } catch (cause) {
    return Result.fail(
      (cause as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND" && !isBeside
        ? `it is not installed; run: npm install --prefix ${directory} ${name}`
        : `its package.json leads to nothing that can be imported: ${firstLine(cause)}`,
    )
  }
}

/** Milliseconds for all the code that a package runs when it is imported. */
const importTimeout = 10_000

const imported = (file: string): Effect.Effect<Readonly<Record<string, unknown>>, string> =>
  Effect.tryPromise({
    try: () => import(pathToFileURL(file).href) as Promise<Readonly<Record<string, unknown>>>,
    catch: (cause) => `importing it failed: ${firstLine(cause)}`,
  }).pipe(
    Effect.timeoutOrElse({
      duration: importTimeout,
      orElse: () => Effect.fail(`importing it took longer than ${importTimeout / 1000} s`),
    }),
  )

const firstLine = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0] ?? ""

/** Ids and names must mean one thing: those that came first keep theirs. */
const clashOf = (plugin: Plugin.Plugin, vendors: ReadonlyArray<Vendor>): string | undefined => {
  const same = vendors.find(({ id }) => id === plugin.id)
  if (same !== undefined) return `its id "${plugin.id}" is that of ${same.title} already`
  const owners = new Map(
    vendors.flatMap(({ models }) =>
      models.flatMap((model) => [model.id, model.alias].map((name) => [name, model.id] as const)),
    ),
  )
  for (const { alias, id } of plugin.models) {
    for (const name of new Set([id, alias])) {
      const owner = owners.get(name)
      if (owner !== undefined) return `its model ${id} has the name "${name}" of ${owner}`
      owners.set(name, id)
    }
  }
  return undefined
}

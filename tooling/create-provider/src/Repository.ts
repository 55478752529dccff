/** What stands in the repository already, and the files in which a new package is entered. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Refusal } from "./Refusal.ts"

/** Names of the packages that there are. Throws a `Refusal` where `root` is no such repository. */
export const packageNames = (root: string): ReadonlySet<string> => {
  if (!existsSync(join(root, "pnpm-workspace.yaml"))) {
    throw new Refusal(`${root} is not the root of the repository; run ./zoe create-provider there`)
  }
  const manifests = ["packages", "apps", "tooling"]
    .flatMap((group) => readdirSync(join(root, group)).map((folder) => join(root, group, folder)))
    .map((folder) => join(folder, "package.json"))
    .filter((path) => existsSync(path))
  return new Set(
    manifests.map((path) => (JSON.parse(readFileSync(path, "utf8")) as { name: string }).name),
  )
}

/** The root's `tsconfig.json` with a package after the others. */
export const withReference = (tsconfig: string, directory: string): string => {
  const config = JSON.parse(tsconfig) as { references: Array<{ path: string }> }
  const last = config.references.findLastIndex(({ path }) => path.startsWith("packages/"))
  config.references.splice(last + 1, 0, { path: directory })
  return JSON.stringify(config, undefined, 2)
}

/**
 * A README of the root with a row for a provider in its table of packages, below the last provider that
 * is there.
 * Throws a `Refusal` where there is no such row.
 */
export const withRow = (path: string, readme: string, row: string, root: string): string => {
  const lines = readme.split("\n")
  const last = lines.findLastIndex((line) => {
    const directory = /^\| \[`[^`]+`\]\((packages\/[\w-]+)\)/.exec(line)?.[1]
    return directory !== undefined && existsSync(join(root, directory, "simulator"))
  })
  if (last === -1) {
    throw new Refusal(`${path} has no table with the packages of providers to enter this one in`)
  }
  return lines.toSpliced(last + 1, 0, row).join("\n")
}

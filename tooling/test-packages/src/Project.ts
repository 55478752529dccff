/** Somebody's empty project: made, installed into with npm, and looked at. */
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { runWell } from "./run.ts"
import type { Registry } from "./Registry.ts"

export interface Project {
  readonly directory: string
  /** What npm put there: `node_modules/effect` … */
  readonly installed: ReadonlyArray<string>
}

/**
 * `npm install` of these names, in a new project or beside what is there, as npm is by default: peers
 * too, nobody's devDependencies.
 */
export const install = async (
  directory: string,
  registry: Registry,
  packages: ReadonlyArray<string>,
): Promise<Project> => {
  if (!existsSync(directory)) {
    mkdirSync(directory)
    writeFileSync(join(directory, "package.json"), '{ "private": true, "type": "module" }\n')
    writeFileSync(join(directory, ".npmrc"), `@zoetrope:registry=${registry.url}\n`)
  }
  await runWell(
    "npm",
    ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", ...packages],
    { cwd: directory, timeoutSeconds: 300 },
  )
  const lock = JSON.parse(
    readFileSync(join(directory, "node_modules/.package-lock.json"), "utf8"),
  ) as { readonly packages: Readonly<Record<string, unknown>> }
  return { directory, installed: Object.keys(lock.packages) }
}

/** How many copies of a package are in the tree. */
export const copiesOf = ({ installed }: Project, name: string): number =>
  installed.filter((path) => path.endsWith(`node_modules/${name}`)).length

/** Bytes of all files that npm put there. */
export const installedBytes = ({ directory }: Project): number =>
  globSync("node_modules/**", { cwd: directory, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)

/**
 * Which files a program may import, by the name that it imports them by: what `exports` of each
 * published package names one by one. Of what only its pattern `./*` reaches, the few that have
 * readers are named here, and the rest is not shown.
 */
import { globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"

const alsoRead = [
  "@zoetrope/core/retryAfterMillis",
  "@zoetrope/engine/drivers/DataDirectory",
  "@zoetrope/node/promises",
]

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, string | null>>
}

export interface PublicModule {
  /** As in `import … from "@zoetrope/core"`. */
  readonly name: string
  readonly file: string
  /** Where its package lies. */
  readonly folder: string
  /** Whether it is what the name of the package alone imports. */
  readonly isPackage: boolean
}

/** @param root of the repository */
export const publicModules = (root: string): ReadonlyArray<PublicModule> =>
  globSync(["packages/*/package.json", "apps/*/package.json"], { cwd: root })
    .toSorted()
    .flatMap((path) => modulesOf(dirname(join(root, path))))

/** Their names, each once. */
export const packagesOf = (modules: ReadonlyArray<PublicModule>): ReadonlyArray<string> => [
  ...new Set(modules.map(({ name }) => name.split("/", 2).join("/"))),
]

const modulesOf = (folder: string): ReadonlyArray<PublicModule> => {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest
  if (manifest.private === true) return []
  const named = Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) =>
    target !== null && /^[^*]+\.ts$/.test(target) ? [[join(manifest.name, subpath), target]] : [],
  )
  const others = alsoRead
    .filter((name) => name.startsWith(`${manifest.name}/`))
    .map((name) => [name, `src${name.slice(manifest.name.length)}.ts`])
  return [...named, ...others].map(([name = "", target = ""]) => ({
    name,
    file: join(folder, target),
    folder,
    isPackage: name === manifest.name,
  }))
}

/**
 * The repository as the rules see it: its packages, their manifests and their source files.
 *
 * Left out are installed and built files, and folders called `fixtures`, whose files may break any rule.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parseSource, type SourceFile } from "./SourceFile.ts"

export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

export interface Package {
  /** `packages/core` */
  readonly directory: string
  /** The folder above it, or `examples`. */
  readonly group: "packages" | "apps" | "tooling" | "examples"
  /** `core` */
  readonly folder: string
  readonly manifest: Manifest
  /** The manifest as it is written, to find lines in. */
  readonly manifestText: string
  readonly files: ReadonlyArray<SourceFile>
}

export interface Workspace {
  readonly packages: ReadonlyArray<Package>
  /** Of the root's manifest: the tools that every package's tests may use. */
  readonly rootDevDependencies: Readonly<Record<string, string>>
}

/** Reads everything once. Throws when a file does not parse. */
export const readWorkspace = (root: string): Workspace => {
  const packages: Array<Package> = []
  for (const group of ["packages", "apps", "tooling"] as const) {
    for (const folder of folders(join(root, group))) {
      packages.push(...readPackage(root, `${group}/${folder}`, group, folder))
    }
  }
  packages.push(...readPackage(root, "examples", "examples", "examples"))
  const manifest = join(root, "package.json")
  const { devDependencies = {} } = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, "utf8")) as Manifest)
    : {}
  return { packages, rootDevDependencies: devDependencies }
}

/** The package of the workspace that a specifier leads to: by name, or by name and a path in it. */
export const packageOf = (workspace: Workspace, specifier: string): Package | undefined => {
  const name = packageName(specifier)
  return workspace.packages.find(({ manifest }) => manifest.name === name)
}

/** `@scope/name` of `@scope/name/path`. `undefined` for relative paths, URLs, Node's modules and `#imports`. */
export const packageName = (specifier: string): string | undefined =>
  /^(?:@[^/]+\/)?[^./#:@][^/:]*(?=\/|$)/.exec(specifier)?.[0]

/** The folder of the package that a file is in: `src`, `simulator`, `test` or another. */
export const areaOf = (file: SourceFile): string => file.pathInPackage.split("/")[0]!

const readPackage = (
  root: string,
  directory: string,
  group: Package["group"],
  folder: string,
): ReadonlyArray<Package> => {
  const manifestPath = join(root, directory, "package.json")
  if (!existsSync(manifestPath)) return []
  const manifestText = readFileSync(manifestPath, "utf8")
  const files = sourcePaths(join(root, directory), "").map((path) =>
    parseSource(`${directory}/${path}`, path, readFileSync(join(root, directory, path), "utf8")),
  )
  return [
    {
      directory,
      group,
      folder,
      manifest: JSON.parse(manifestText) as Manifest,
      manifestText,
      files,
    },
  ]
}

const skippedFolders: ReadonlySet<string> = new Set(["node_modules", "dist", "fixtures"])

const sourcePaths = (root: string, directory: string): ReadonlyArray<string> =>
  readdirSync(join(root, directory), { withFileTypes: true })
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const path = directory === "" ? entry.name : `${directory}/${entry.name}`
      if (entry.isDirectory()) {
        return skippedFolders.has(entry.name) || entry.name.startsWith(".")
          ? []
          : sourcePaths(root, path)
      }
      return /\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : []
    })

const folders = (directory: string): ReadonlyArray<string> =>
  existsSync(directory)
    ? readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .toSorted()
    : []

/** The public packages of this repository as they would be published: built, and packed by pnpm. */
import { createHash } from "node:crypto"
import { existsSync, globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { runWell } from "./run.ts"

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, unknown>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export interface Tarball {
  readonly name: string
  readonly version: string
  /** Of the file. */
  readonly path: string
  readonly bytes: number
  /** As npm writes it: `sha512-…`. */
  readonly integrity: string
  /** As it is in the tarball: with the exports of a published package. */
  readonly manifest: Manifest
  /** What can be imported: `@zoetrope/core`, `@zoetrope/core/Task` …, without what needs an optional peer. */
  readonly entries: ReadonlyArray<string>
}

/** Builds and packs them all into `directory`. Takes half a minute when nothing was built. */
export const packAll = async (root: string, directory: string): Promise<ReadonlyArray<Tarball>> => {
  const packages = publicPackages(root)
  const names = packages.map(({ name }) => name)
  refuseUnpublished(packages)
  const filters = names.flatMap((name) => ["--filter", name])
  await runWell("pnpm", ["exec", "turbo", "run", "build", ...filters], {
    cwd: root,
    timeoutSeconds: 600,
  })
  await runWell("pnpm", ["--recursive", ...filters, "pack", "--pack-destination", directory], {
    cwd: root,
    timeoutSeconds: 300,
  })
  return Promise.all(packages.map((each) => read(each, directory)))
}

interface PublicPackage {
  readonly name: string
  readonly version: string
  readonly folder: string
  readonly dependencies: ReadonlyArray<string>
}

const publicPackages = (root: string): ReadonlyArray<PublicPackage> =>
  globSync(["packages/*", "apps/*"], { cwd: root })
    .toSorted()
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .flatMap((folder) => {
      const text = readFileSync(join(root, folder, "package.json"), "utf8")
      const manifest = JSON.parse(text) as Manifest
      const { dependencies = {}, name, private: isPrivate, version } = manifest
      const needs = Object.keys(dependencies)
      return isPrivate === true
        ? []
        : [{ name, version, folder: join(root, folder), dependencies: needs }]
    })

/** What a public package needs is public too, or nobody could install it. */
export const refuseUnpublished = (
  packages: ReadonlyArray<Pick<PublicPackage, "name" | "dependencies">>,
): void => {
  const published = new Set(packages.map(({ name }) => name))
  for (const { dependencies, name } of packages) {
    const missing = dependencies.find(
      (each) => each.startsWith("@zoetrope/") && !published.has(each),
    )
    if (missing !== undefined) {
      throw new Error(`${name} is public and depends on ${missing}, which is private`)
    }
  }
}

const read = async (
  { folder, name, version }: PublicPackage,
  directory: string,
): Promise<Tarball> => {
  const path = join(directory, `${name.slice(1).replace("/", "-")}-${version}.tgz`)
  const bytes = readFileSync(path)
  const text = await runWell("tar", ["-xzOf", path, "package/package.json"], { cwd: directory })
  const manifest = JSON.parse(text) as Manifest
  return {
    name,
    version,
    path,
    bytes: bytes.length,
    integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
    manifest,
    entries: entriesOf(manifest, folder),
  }
}

/** What of the sources in `folder` a package lets others import. */
export const entriesOf = (
  manifest: Pick<Manifest, "name" | "exports">,
  folder: string,
): ReadonlyArray<string> => {
  const { exports = {}, name } = manifest
  const modules =
    exports["./*"] === undefined
      ? []
      : globSync("**/*.ts", { cwd: join(folder, "src") })
          .map((path) => path.slice(0, -3))
          .filter((path) => path !== "index" && !path.startsWith("internal/"))
          .toSorted()
          .map((path) => `${name}/${path}`)
  return [...(exports["."] === undefined ? [] : [name]), ...modules]
}

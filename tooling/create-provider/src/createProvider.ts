/**
 * A new provider package: the template filled in, and the package entered where packages are. Everything
 * is checked and made up before anything is written, and all of it is written or nothing.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { basename, join, relative, sep } from "node:path"
import { format, type FormatConfig } from "oxfmt"
import { type Change, writeAll } from "./Change.ts"
import * as Name from "./Name.ts"
import { Refusal } from "./Refusal.ts"
import { packageNames, withReference, withRow } from "./Repository.ts"

export interface Created {
  readonly name: Name.Name
  /** `packages/acme-video` */
  readonly directory: string
  /** Of all that was written or changed, from the root. */
  readonly paths: ReadonlyArray<string>
}

const home = join(import.meta.dirname, "..")

/**
 * @param root of the repository
 * @param directory `packages/FOLDER`; default by the name
 * @throws a `Refusal` for a name or a directory that cannot be used or is taken
 */
export const createProvider = async (
  root: string,
  nameText: string,
  directory = `packages/${nameText}`,
): Promise<Created> => {
  const name = Name.parse(nameText)
  checkFree(root, name, directory)

  const read = (path: string): string => readFileSync(join(root, path), "utf8")
  const row = `| [\`@zoetrope/${name.id}\`](${directory}) | ${name.title} |`
  const drafts = [
    ...templateFiles().map(({ path, text }) => ({
      path: `${directory}/${path}`,
      text: Name.fill(text, name),
    })),
    { path: `.changeset/${name.id}.md`, text: Name.fill(readTemplate("changeset.md"), name) },
    { path: "tsconfig.json", text: withReference(read("tsconfig.json"), directory) },
    ...["README.md", "README.zh-CN.md"].map((path) => ({
      path,
      text: withRow(path, read(path), row, root),
    })),
  ]
  const style = JSON.parse(read(".oxfmtrc.json")) as FormatConfig
  const changes = await Promise.all(drafts.map((draft) => formatted(root, draft, style)))
  writeAll(changes)
  return { name, directory, paths: drafts.map(({ path }) => path) }
}

const checkFree = (root: string, name: Name.Name, directory: string): void => {
  const folder = /^packages\/([^/]+)$/.exec(directory)?.[1]
  if (folder === undefined) {
    throw new Refusal(
      `the directory ${JSON.stringify(directory)} cannot be used; allowed: packages/FOLDER`,
    )
  }
  Name.parse(folder)
  if (packageNames(root).has(`@zoetrope/${name.id}`)) {
    throw new Refusal(`the name ${name.id} is taken: there is a package @zoetrope/${name.id}`)
  }
  for (const path of [directory, `.changeset/${name.id}.md`]) {
    if (existsSync(join(root, path))) throw new Refusal(`${path} is there already`)
  }
}

const readTemplate = (path: string): string => readFileSync(join(home, path), "utf8")

/**
 * The template is typechecked and linted where it lies; its paths to other packages begin one folder
 * deeper than those of a package.
 */
const templateFiles = (): ReadonlyArray<Change> => {
  const template = join(home, "template")
  return readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => {
      const path = relative(template, join(parentPath, name)).replaceAll(sep, "/")
      const text = readTemplate(`template/${path}`)
      const isSettings = name.startsWith("tsconfig")
      return { path, text: isSettings ? text.replaceAll("../../../", "../../") : text }
    })
    .filter(({ path }) => !/^(dist|node_modules)\//.test(path))
}

/** A longer name breaks lines elsewhere than the placeholder. */
const formatted = async (
  root: string,
  { path, text }: Change,
  style: FormatConfig,
): Promise<Change> => {
  if (path.startsWith(".changeset/")) return { path: join(root, path), text }
  const { code, errors } = await format(basename(path), text, style)
  if (errors.length > 0) throw new Error(`${path}: ${errors.map((one) => one.message).join("; ")}`)
  return { path: join(root, path), text: code }
}

/**
 * A copy of this repository in a temporary folder, as much of it as a new package needs, so that nothing
 * that a test makes can stay in the real one. What `./zoe install` would link is linked to where it is
 * installed already.
 */
import { spawn } from "node:child_process"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import * as streams from "node:stream/consumers"

const repository = join(import.meta.dirname, "../../..")

export interface Clone {
  readonly root: string
  /** Links what a package of it depends on, as far as the repository has it installed. */
  readonly link: (directory: string, dependencies: ReadonlyArray<string>) => void
  readonly read: (path: string) => string
  readonly write: (path: string, text: string) => void
  /** Runs a script of Node in it, bounded in time. */
  readonly node: (script: string, ...args: ReadonlyArray<string>) => Promise<Outcome>
  readonly remove: () => void
}

export interface Outcome {
  readonly code: number | null
  readonly out: string
}

export const makeClone = (): Clone => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "create-provider-")))
  cpSync(repository, root, { recursive: true, filter: isWanted })
  linkAll("", root)
  for (const group of ["packages", "tooling"]) {
    for (const folder of readdirSync(join(root, group))) linkAll(join(group, folder), root)
  }
  return {
    root,
    link: (directory, dependencies) => {
      for (const name of dependencies) {
        const target = name.startsWith("@zoetrope/")
          ? join(root, "packages", basename(name))
          : realpathSync(join(import.meta.dirname, "../node_modules", name))
        linkOne(target, join(root, directory, "node_modules", name))
      }
    },
    read: (path) => readFileSync(join(root, path), "utf8"),
    write: (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    },
    node: (script, ...args) => run(root, [script, ...args]),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** Sources alone: what other tests and builds make and remove may be gone before it is copied. */
const isWanted = (path: string): boolean =>
  !["node_modules", "dist", ".git", ".turbo", ".cache"].includes(basename(path)) &&
  (basename(path) !== "test" || basename(dirname(path)) === "template")

/** Links what is installed for a package; packages of the workspace lead to the copy. */
const linkAll = (directory: string, root: string): void => {
  const from = join(repository, directory, "node_modules")
  const to = join(root, directory, "node_modules")
  for (const name of existsSync(from) ? readdirSync(from) : []) {
    if (name === ".bin") linkOne(join(from, name), join(to, name))
    if (name.startsWith(".")) continue
    const paths = name.startsWith("@")
      ? readdirSync(join(from, name)).map((inner) => `${name}/${inner}`)
      : [name]
    for (const path of paths) {
      const own = name === "@zoetrope" ? join(root, "packages", basename(path)) : undefined
      linkOne(own ?? realpathSync(join(from, path)), join(to, path))
    }
  }
}

const linkOne = (target: string, path: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path, "junction")
}

const run = async (cwd: string, args: ReadonlyArray<string>): Promise<Outcome> => {
  // Without what this test runner tells its own children.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VITEST|NODE_OPTIONS|NODE_ENV|TEST)/.test(name),
    ),
  )
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 90_000,
  })
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", resolve)
  })
  const [out, errors, code] = await Promise.all([
    streams.text(child.stdout),
    streams.text(child.stderr),
    exit,
  ])
  return { code, out: out + errors }
}

/** Directories of their own for a test: removed with the scope, and disks that are as small as the test wants. */
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const temporary = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "zoetrope-engine-"))),
  (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true })),
)

/** Root may read and write everything, so tests of permissions mean nothing to it. */
export const isRoot = process.getuid?.() === 0

const mount = (...words: ReadonlyArray<string>): boolean =>
  spawnSync(words[0]!, words.slice(1)).status === 0

/** Whether this machine lets us make disks: on Linux, as root, and not in every container. */
export const canMount = ((): boolean => {
  if (process.platform !== "linux" || !isRoot) return false
  const made = mkdtempSync(join(tmpdir(), "zoetrope-mount-"))
  const isMounted = mount("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", made)
  if (isMounted) mount("umount", made)
  rmSync(made, { recursive: true })
  return isMounted
})()

/** A disk of its own with room for so many bytes. */
export const disk = Effect.fnUntraced(function* (bytes: number, more = "") {
  const made = yield* temporary
  yield* Effect.acquireRelease(
    Effect.sync(() => mount("mount", "-t", "tmpfs", "-o", `size=${bytes}${more}`, "tmpfs", made)),
    () => Effect.sync(() => mount("umount", "--lazy", made)),
  )
  return made
})

/** The same disk with other options, such as `ro` or `size=1m`. */
export const remount = (path: string, options: string): boolean =>
  mount("mount", "-o", `remount,${options}`, path)

/** Every file below a directory, hidden ones too, with forward slashes. */
export const filesIn = (directory: string): ReadonlyArray<string> =>
  readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(directory, name)).isFile())
    .map((name) => name.replaceAll("\\", "/"))
    .toSorted()

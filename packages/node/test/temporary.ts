/** A directory of its own for a test, removed with the scope. */
import { Effect } from "effect"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const directory = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "zoetrope-node-"))),
  (path) =>
    Effect.promise(async () => {
      await chmod(path, 0o700)
      await rm(path, { recursive: true, force: true })
    }),
)

/** Root may read and write everything, so tests of permissions mean nothing to it. */
export const isRoot = process.getuid?.() === 0

/** A folder of its own for files that a check saves; gone with the scope. */
import { Effect } from "effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "provider-suite-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true })),
)

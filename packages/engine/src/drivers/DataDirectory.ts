/**
 * The embedded engine: everything in one directory, nothing to install or start. `zoetrope.db`, the
 * files under `artifacts/` and `inputs/`, and a lock for each account that is driven. Several processes
 * may open the same one. It is made, readable by its owner alone, if need be.
 */
import * as Digest from "@zoetrope/core/Digest"
import { Effect, Layer } from "effect"
import { hash } from "node:crypto"
import { join } from "node:path"
import * as Engine from "../Engine.ts"
import * as Writer from "../Writer.ts"
import * as Artifacts from "./Artifacts.ts"
import { makeFolder } from "./FilesByHash.ts"
import * as InputFiles from "./InputFiles.ts"
import * as Janitor from "./Janitor.ts"
import { DatabaseUnusable } from "./Sqlite.ts"
import * as SqliteLock from "./SqliteLock.ts"
import * as SqliteStore from "./SqliteStore.ts"

export { DatabaseUnusable } from "./Sqlite.ts"
export type { Retention } from "./victimsOf.ts"

export interface Options extends Engine.Options {
  /** Made if need be. */
  readonly directory: string
  /** Where links to videos may lead. Default: https and public hosts only. */
  readonly allow?: Artifacts.Options["allow"]
  /** Which generations go by themselves. Default: none. */
  readonly retention?: Janitor.Options["retention"]
}

/** Wants `Providers`: the accounts of this process. Fails with `DatabaseUnusable` before anything is written. */
export const layer = ({ allow, directory, retention, ...options }: Options) => {
  const store = Layer.unwrap(
    Effect.as(made(directory), SqliteStore.layer({ filename: join(directory, "zoetrope.db") })),
  )
  const files = Layer.mergeAll(
    Artifacts.layer({ directory, allow }),
    InputFiles.layer({ directory }),
    SqliteLock.layer({ directory }),
  )
  return Engine.layer(options).pipe(
    Layer.provide(Layer.succeed(Digest.Sha256, sha256)),
    Layer.provideMerge(Janitor.layer({ directory, retention })),
    Layer.provideMerge(Writer.layer()),
    Layer.provideMerge(files),
    Layer.provideMerge(store),
  )
}

/** At once, where WebCrypto would take a turn of another thread. */
const sha256 = (bytes: Uint8Array | string): Effect.Effect<string> =>
  Effect.sync(() => hash("sha256", bytes))

const made = (directory: string): Effect.Effect<void, DatabaseUnusable> =>
  Effect.tryPromise({
    try: () => makeFolder(directory, 0o700),
    catch: (cause) =>
      new DatabaseUnusable({
        file: directory,
        why: `it cannot be made: ${cause instanceof Error ? cause.message : String(cause)}; name another data directory`,
      }),
  })

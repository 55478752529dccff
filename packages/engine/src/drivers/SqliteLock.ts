/**
 * `Lock` among processes of one machine: each name is an empty SQLite file in the data directory, and
 * who has it open in an exclusive transaction holds the name. The operating system lets go of it when
 * the holder dies, however it dies. The files stay: who removed one would divide its lock in two.
 */
import { Effect, Layer, Scope } from "effect"
import { createHash } from "node:crypto"
import { mkdtempSync, rmdirSync } from "node:fs"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { Lock } from "../Lock.ts"
import * as Sqlite from "./Sqlite.ts"

export interface Options {
  /** Must exist, on a local disk. */
  readonly directory: string
}

const retryMillis = 500

export const make: (options: Options) => Effect.Effect<Lock["Service"], Sqlite.DatabaseUnusable> =
  Effect.fnUntraced(function* ({ directory }) {
    yield* Effect.try({
      try: () => rmdirSync(mkdtempSync(join(directory, "lock-"))),
      catch: (cause) =>
        new Sqlite.DatabaseUnusable({ file: directory, why: Sqlite.explain(cause) }),
    })
    return Lock.of({
      hold: Effect.fnUntraced(function* (name) {
        const file = join(directory, fileNameOf(name))
        const scope = yield* Effect.scope
        let told: string | undefined
        while (true) {
          const trouble = yield* take(file, scope)
          if (trouble === undefined) return
          if (trouble !== "held" && trouble !== told) {
            yield* Effect.logWarning(
              `${file} cannot be locked: ${trouble}; trying again until it can`,
            )
          }
          told = trouble
          yield* Effect.sleep(retryMillis)
        }
      }),
    })
  })

export const layer = (options: Options): Layer.Layer<Lock, Sqlite.DatabaseUnusable> =>
  Layer.effect(Lock, make(options))

/** Readable, and never the same for two names. */
const fileNameOf = (name: string): string => {
  const readable = name.replaceAll(/[^a-zA-Z0-9._-]+/g, "-").slice(0, 60)
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 12)
  return `${readable}-${hash}.lock`
}

/** Why it is not ours; `undefined` if it is, until the scope closes. */
const take = (file: string, scope: Scope.Scope): Effect.Effect<string | undefined> =>
  Effect.uninterruptible(
    Effect.suspend(() => {
      let database: DatabaseSync | undefined
      try {
        database = Sqlite.connect(file, 0)
        database.exec("BEGIN EXCLUSIVE")
      } catch (cause) {
        database?.close()
        return Effect.succeed(Sqlite.isBusy(cause) ? "held" : Sqlite.explain(cause))
      }
      const held = database
      return Effect.as(
        Scope.addFinalizer(
          scope,
          Effect.sync(() => held.close()),
        ),
        undefined,
      )
    }),
  )

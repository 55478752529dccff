/**
 * What a command that works on generations has in its hands: the engine on its data directory, and the
 * accounts that it may ask. Owns how they are opened, and that a directory which cannot be used is
 * told as bad input, before anything is sent.
 */
import { Providers } from "@zoetrope/core/Providers"
import * as Core from "@zoetrope/core/Providers"
import * as Embedded from "@zoetrope/engine/drivers/DataDirectory"
import { Engine } from "@zoetrope/engine/Engine"
import type { Generation } from "@zoetrope/engine/Generation"
import { Store } from "@zoetrope/engine/Store"
import { Context, Effect, Layer } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Opened } from "./Accounts.ts"
import { BadInput } from "./BadInput.ts"
import type { DataDirectory } from "./DataDirectory.ts"

export interface Session {
  readonly directory: DataDirectory
  readonly engine: Engine["Service"]
  readonly store: Store["Service"]
  readonly opened: ReadonlyArray<Opened>
  /** The account that pays for a generation; `undefined` where this process has no such key. */
  readonly accountOf: (generation: Generation) => Opened | undefined
}

/** Opens the engine until the scope closes; nothing is driven yet. */
export const open = Effect.fn("Session.open")(function* (
  directory: DataDirectory,
  opened: ReadonlyArray<Opened>,
) {
  const accountOf = (generation: Generation): Opened | undefined =>
    opened.find(
      ({ provider }) =>
        provider.id === generation.provider && provider.key === generation.accountKey,
    )
  const context = yield* Layer.build(
    Embedded.layer({
      directory: directory.path,
      // Only a video of a simulator may come from this machine.
      allow: (generation) => ({ loopback: accountOf(generation)?.local === true }),
    }).pipe(
      Layer.provide(Layer.succeed(Providers, Core.make(opened.map(({ provider }) => provider)))),
    ),
  ).pipe(
    Effect.mapError(
      ({ message }) =>
        new BadInput({
          message,
          next: ["name another one with --data-dir or ZOETROPE_DATA_DIR"],
        }),
    ),
  )
  const session: Session = {
    directory,
    engine: Context.get(context, Engine),
    store: Context.get(context, Store),
    opened,
    accountOf,
  }
  return session
})

/** Opens what is there; who only looks makes no directory. Fails where nothing was ever recorded. */
export const openExisting = (directory: DataDirectory, opened: ReadonlyArray<Opened> = []) =>
  exists(directory) ? open(directory, opened) : Effect.fail(nothingIn(directory))

export const nothingIn = ({ path }: DataDirectory): BadInput =>
  new BadInput({ message: `nothing was ever recorded in ${path}` })

/** Whether anything was ever recorded there. */
export const exists = ({ path }: DataDirectory): boolean => existsSync(join(path, "zoetrope.db"))

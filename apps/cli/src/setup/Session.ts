/**
 * What a command that works on generations has in its hands: the engine on its data directory or of a
 * server, and the accounts that it may ask. Owns how they are opened, and that a directory which cannot
 * be used is told as bad input, before anything is sent.
 */
import { Providers } from "@zoetrope/core/Providers"
import * as Core from "@zoetrope/core/Providers"
import { copyTo, type NotCopied } from "@zoetrope/engine/drivers/copyTo"
import * as Embedded from "@zoetrope/engine/drivers/DataDirectory"
import { Engine } from "@zoetrope/engine/Engine"
import type { Artifact, Generation } from "@zoetrope/engine/Generation"
import { Store } from "@zoetrope/engine/Store"
import { Context, Effect, Layer } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Opened } from "./Accounts.ts"
import { BadInput } from "../BadInput.ts"
import type { DataDirectory } from "./DataDirectory.ts"
import { Connected } from "./Server.ts"
import { quoted } from "../words/Words.ts"

export interface Session {
  readonly directory: DataDirectory
  readonly engine: Engine["Service"]
  /** That of the data directory; absent where a server has it. */
  readonly store: Store["Service"] | undefined
  readonly opened: ReadonlyArray<Opened>
  /** The account that pays for a generation; `undefined` where this process has no such key. */
  readonly accountOf: (generation: Generation) => Opened | undefined
  /** Whether anybody here, or the server, has the key that drives it. */
  readonly isDriven: (generation: Generation) => boolean
  /** Copies a kept file to where it is wanted; answers with the absolute path of the copy. */
  readonly copy: (file: Artifact, target: string) => Effect.Effect<string, NotCopied>
}

/** Opens the engine until the scope closes; nothing is driven yet. */
export const open = Effect.fn("Session.open")(function* (
  directory: DataDirectory,
  opened: ReadonlyArray<Opened>,
) {
  const connection = yield* Connected
  if (connection !== undefined) {
    const { open: openRemote } = yield* Effect.promise(() => import("../remote/Session.ts"))
    return yield* openRemote(connection, directory, opened)
  }
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
          say: quoted(message),
          next: [({ refusals }) => refusals.directory.nameAnother],
        }),
    ),
  )
  const session: Session = {
    directory,
    engine: Context.get(context, Engine),
    store: Context.get(context, Store),
    opened,
    accountOf,
    isDriven: (generation) => accountOf(generation) !== undefined,
    copy: (file, target) => copyTo(directory.path, file, target),
  }
  return session
})

/** Opens what is there; who only looks makes no directory. Fails where nothing was ever recorded. */
export const openExisting = (directory: DataDirectory, opened: ReadonlyArray<Opened> = []) =>
  exists(directory) ? open(directory, opened) : Effect.fail(nothingIn(directory))

export const nothingIn = ({ path }: DataDirectory): BadInput =>
  new BadInput({
    say: ({ refusals }) => refusals.directory.nothingIn(path),
    next: [({ refusals }) => refusals.directory.nameAnother],
  })

/** Whether anything was ever recorded there. */
export const exists = ({ path, server }: DataDirectory): boolean =>
  server !== undefined || existsSync(join(path, "zoetrope.db"))

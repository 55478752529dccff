/**
 * The server that a command works on, in place of a data directory of this machine, where one is named.
 * Owns how it is named, and that it is reached before anything else is done. Its key comes from the
 * environment: what stands in an argument can be read by everybody on the machine.
 */
import type { Catalogue } from "@zoetrope/api"
import type { StoreError } from "@zoetrope/engine/Store"
import { Context, Effect, Option, type Scope } from "effect"
import { Flag } from "effect/cli"
import type { HttpClient } from "effect/http"
import type { Account, Opened } from "./Accounts.ts"
import { BadInput } from "../BadInput.ts"
import type { Client } from "../remote/Connection.ts"
import type { Vendor } from "../Vendor.ts"
import type { Words } from "../words/Words.ts"

export const flag = ({ help }: Words) =>
  Flag.String("server").pipe(
    Flag.withMetavar("URL"),
    Flag.withDescription(help.shared.server),
    Flag.optional,
  )

/** What a command line says of where its generations are. */
export interface Named {
  readonly server: Option.Option<string>
  readonly dataDir: Option.Option<string>
}

/** As it was named, by the flag or else by the environment; a data directory that is named comes before that. */
export const addressOf = ({ dataDir, server }: Named): string | undefined =>
  Option.getOrElse(server, () =>
    Option.isSome(dataDir) ? undefined : process.env["ZOETROPE_SERVER"] || undefined,
  )

/** A server that has answered. */
export interface Connection {
  /** Without a slash at its end. */
  readonly url: string
  /** By the contract. */
  readonly client: Client
  /** For what is no JSON: paths are the server's, and the key comes along. */
  readonly http: HttpClient.HttpClient
  /** Fingerprint of the key of one of its accounts. */
  readonly keyOf: (provider: string, account: string) => string | undefined
  /** What it can make. */
  readonly models: ReadonlyArray<Catalogue.Model>
  /** Whether it can look for a task whose submit was not answered. */
  readonly canFind: (provider: string) => boolean
  /** The accounts that it may ask, as this machine's own ones are kept. */
  readonly accounts: (vendors: ReadonlyArray<Vendor>) => ReadonlyArray<Account>
  /** One of them; it is the server that calls. */
  readonly open: (vendor: Vendor, account: Account) => Effect.Effect<Opened, BadInput>
}

/** The server of this command, if it works on one. */
export const Connected = Context.Reference<Connection | undefined>("zoetrope/cli/Connected", {
  defaultValue: () => undefined,
})

/** Reaches the server first, where one is named. */
export const within =
  (named: Named) =>
  <A, E, R>(
    effect: Effect.Effect<A, E, R>,
  ): Effect.Effect<A, E | BadInput | StoreError, Exclude<R, Scope.Scope>> =>
    Effect.gen(function* () {
      const address = addressOf(named)
      if (address === undefined) return yield* effect
      if (Option.isSome(named.dataDir)) {
        return yield* new BadInput({ say: ({ refusals }) => refusals.server.both })
      }
      const { connect } = yield* Effect.promise(() => import("../remote/Connection.ts"))
      return yield* Effect.provideService(effect, Connected, yield* connect(address))
    }).pipe(Effect.scoped)

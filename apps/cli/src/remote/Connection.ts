/**
 * A connection to a server: its address, its key, and that it answers as one. Owns the client of the
 * contract and how long a call may take; what the answers mean to the engine is `refusals.ts`.
 */
import { Access, Api, type Catalogue } from "@zoetrope/api"
import type { AnyModel } from "@zoetrope/core/Model"
import * as Provider from "@zoetrope/core/Provider"
import { Context, Effect, flow, Layer, Redacted } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { HttpApiClient, HttpApiMiddleware } from "effect/http-api"
import { type Account, isLoopback, type Opened } from "../setup/Accounts.ts"
import { BadInput } from "../BadInput.ts"
import { client } from "../setup/Network.ts"
import { note, styleFor, warningText } from "../terminal/Output.ts"
import type { Connection } from "../setup/Server.ts"
import type { Vendor } from "../Vendor.ts"
import type { Words } from "../words/Words.ts"
import { notReached } from "./refusals.ts"

export type Client = HttpApiClient.ForApi<typeof Api.Api>

/** What a call without files may take. The server gives up a create after 20 s. */
export const callTimeout = "30 seconds"

/** Until the scope closes. Fails with `BadInput` where the address or the key is wrong, else with why there is no answer. */
export const connect = Effect.fn("remote.connect")(function* (address: string) {
  const url = yield* readAddress(address)
  const key = process.env["ZOETROPE_SERVER_KEY"] ?? ""
  if (key !== "" && url.startsWith("http:") && !isLoopback(url)) {
    const style = yield* styleFor(process.stderr)
    note(warningText(style.words.server.unencrypted(url), style))
  }
  const withKey =
    key === "" ? (request: HttpClientRequest.HttpClientRequest) => request : bearer(key)
  const http = Context.get(yield* Layer.build(client), HttpClient.HttpClient).pipe(
    HttpClient.mapRequest(flow(HttpClientRequest.prependUrl(url), withKey)),
  )
  const api = yield* HttpApiClient.makeWith(Api.Api, { httpClient: http }).pipe(
    // The key goes with every request, those too that the contract does not describe.
    Effect.provide(
      HttpApiMiddleware.layerClient(Access.Authorization, ({ next, request }) => next(request)),
    ),
  )
  const { accounts, models } = yield* Effect.all(
    { accounts: api.accounts.list(), models: api.models.list() },
    { concurrency: 2 },
  ).pipe(
    Effect.timeout(callTimeout),
    Effect.mapError((error) => notReached(error, url)),
  )
  const connection: Connection = {
    url,
    client: api,
    http,
    models,
    keyOf: (provider, account) =>
      accounts.find((one) => one.provider === provider && one.account === account)?.key,
    canFind: (provider) => canFind(models, provider),
    accounts: (vendors) => accountsOf(url, accounts, vendors),
    open: (vendor, account) => openedOf(url, accounts, models, vendor, account),
  }
  return connection
})

const bearer = (key: string) => HttpClientRequest.bearerToken(Redacted.make(key))

const readAddress = (address: string): Effect.Effect<string, BadInput> => {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return refuse(({ notAddress }) => notAddress(address.slice(0, 100)))
  }
  // They would stand in every command that is shown.
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return refuse(({ notPlain }) => notPlain)
  }
  return Effect.succeed(`${url.origin}${url.pathname.replace(/\/+$/, "")}`)
}

const refuse = (why: (words: Words["refusals"]["server"]) => string) =>
  Effect.fail(new BadInput({ say: ({ refusals }) => why(refusals.server) }))

type WireAccount = typeof Catalogue.Account.Type

/** One name may stand for accounts of several vendors, as in a config file. */
const accountsOf = (
  url: string,
  accounts: ReadonlyArray<WireAccount>,
  vendors: ReadonlyArray<Vendor>,
): ReadonlyArray<Account> =>
  [...new Set(accounts.map(({ account }) => account))].map((name) => ({
    name,
    origin: url,
    // That they are set is all that is known of them.
    variables: Object.fromEntries(
      vendors
        .filter(({ id }) => accounts.some((one) => one.provider === id && one.account === name))
        .flatMap(({ variables }) => variables.credentials.map((variable) => [variable, ""])),
    ),
  }))

const openedOf = (
  url: string,
  accounts: ReadonlyArray<WireAccount>,
  models: ReadonlyArray<Catalogue.Model>,
  vendor: Vendor,
  account: Account,
): Effect.Effect<Opened, BadInput> => {
  const found = accounts.find((one) => one.provider === vendor.id && one.account === account.name)
  if (found === undefined) {
    return refuse(({ noSuchAccount }) => noSuchAccount(url, account.name, vendor.title))
  }
  return Effect.succeed({
    vendor,
    account,
    provider: standIn(found, vendor.models, canFind(models, vendor.id)),
    // Where its videos come from is the server's affair.
    local: false,
  })
}

const canFind = (models: ReadonlyArray<Catalogue.Model>, provider: string): boolean =>
  models.some((one) => one.provider === provider && one.capabilities.find)

/** What is known of a provider that only the server calls. */
const standIn = (
  { account, key, models, provider }: WireAccount,
  known: ReadonlyArray<AnyModel>,
  finds: boolean,
): Provider.Provider => {
  const elsewhere = Effect.die(new Error("the server calls its providers itself"))
  return Provider.make({
    id: provider,
    account,
    key,
    models: known.filter(({ id }) => models.includes(id)),
    submit: () => elsewhere,
    poll: () => elsewhere,
    check: elsewhere,
    ...(finds ? { find: () => elsewhere } : {}),
  })
}

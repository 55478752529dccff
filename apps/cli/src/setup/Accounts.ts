/**
 * Credentials: from the environment or from a private config file, never from flags, where every
 * user of the machine could read them. An account is a set of the same variables in both places.
 *
 * Refuses variables that no provider knows, unless they may be those of a package that was left out.
 * No message of this module repeats a value.
 */
import type { Timing } from "@zoetrope/core/Model"
import * as Provider from "@zoetrope/core/Provider"
import * as Providers from "@zoetrope/core/Providers"
import { ConfigProvider, Context, Effect, Result } from "effect"
import { BadInput } from "../BadInput.ts"
import * as ConfigFile from "./ConfigFile.ts"
import { program } from "../program.ts"
import { Connected } from "./Server.ts"
import { variableNames, type Vendor } from "../Vendor.ts"
import { quoted, type Say } from "../words/Words.ts"

/** An account that is set, before any of its values was looked at. */
export interface Account {
  readonly name: string
  /** `environment`, or the path of the config file. */
  readonly origin: string
  readonly variables: Readonly<Record<string, string>>
}

/** An account of one vendor, ready for calls. */
export interface Opened {
  readonly vendor: Vendor
  readonly account: Account
  readonly provider: Provider.Provider
  /** Whether the service is on this machine, as a simulator is. */
  readonly local: boolean
}

/** Whether a package that the config file names was left out: its accounts must not stop the others. */
export const SomeLeftOut = Context.Reference<boolean>("zoetrope/cli/SomeLeftOut", {
  defaultValue: () => false,
})

/** Every account there is: the environment's, named `default`, then those of the config file; or those of the server. */
export const load = Effect.fn("Accounts.load")(function* (
  vendors: ReadonlyArray<Vendor>,
  environment: ConfigFile.Environment = process.env,
) {
  const connection = yield* Connected
  if (connection !== undefined) return connection.accounts(vendors)
  const names = new Set(vendors.flatMap(variableNames))
  const set = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      names.has(entry[0]) && entry[1] !== undefined && entry[1] !== "",
  )
  const accounts: Array<Account> = []
  // An address alone (of a simulator, say) is no account.
  if (vendors.some((vendor) => set.some(([name]) => isCredential(vendor, name)))) {
    accounts.push({
      name: "default",
      origin: "environment",
      variables: Object.fromEntries(set),
    })
  }
  const path = ConfigFile.pathIn(environment)
  const file = yield* ConfigFile.read(environment)
  const someLeftOut = yield* SomeLeftOut
  for (const [name, variables] of Object.entries(file.accounts)) {
    const unknown = Object.keys(variables).find((variable) => !names.has(variable))
    if (unknown !== undefined && !someLeftOut) {
      return yield* new BadInput({
        say: ({ refusals }) => refusals.accounts.unknownVariable(path, name, unknown, [...names]),
      })
    }
    if (accounts.every((account) => account.name !== name)) {
      accounts.push({ name, origin: path, variables })
    }
  }
  return accounts
})

/** An account and a vendor that it has credentials for. */
export interface Pair {
  readonly vendor: Vendor
  readonly account: Account
}

/** Every account of every vendor, or those of one name. Fails where there is none. */
export const every = Effect.fn("Accounts.every")(function* (
  vendors: ReadonlyArray<Vendor>,
  name?: string,
) {
  const all = yield* load(vendors)
  const pairs = vendors.flatMap((vendor): ReadonlyArray<Pair> =>
    all.filter((account) => belongsTo(account, vendor)).map((account) => ({ vendor, account })),
  )
  const wanted = pairs.filter(({ account }) => name === undefined || account.name === name)
  if (wanted.length > 0) return wanted
  if (name !== undefined && pairs.length > 0) {
    const names = [...new Set(pairs.map(({ account }) => account.name))]
    return yield* new BadInput({
      say: ({ refusals }) => refusals.accounts.noSuch(name, names),
    })
  }
  return yield* new BadInput({
    say: ({ refusals }) => refusals.accounts.none,
    next: howToGetAnAccount(vendors),
  })
})

/** The account to use for a model's vendor: the one named, else the first that has credentials for it. */
export const choose = Effect.fn("Accounts.choose")(function* (
  accounts: ReadonlyArray<Account>,
  vendor: Vendor,
  name: string | undefined,
) {
  const ours = accounts.filter((account) => belongsTo(account, vendor))
  const chosen = name === undefined ? ours[0] : ours.find((account) => account.name === name)
  if (chosen !== undefined) return yield* openAccount(vendor, chosen)
  if (name !== undefined && ours.length > 0) {
    const names = ours.map((account) => account.name)
    return yield* new BadInput({
      say: ({ refusals }) => refusals.accounts.noSuchOf(name, vendor.title, names),
    })
  }
  const connection = yield* Connected
  if (connection !== undefined) {
    return yield* new BadInput({
      say: ({ refusals }) => refusals.server.noAccountOf(connection.url, vendor.title),
    })
  }
  return yield* new BadInput({
    say: ({ refusals: { accounts: words } }) =>
      name === undefined ? words.noneFor(vendor.title) : words.noneIn(vendor.title, name),
    next: howToGetAnAccount([vendor]),
  })
})

const howToGetAnAccount = (vendors: ReadonlyArray<Vendor>): ReadonlyArray<Say> => {
  const credentials = vendors.map(({ variables }) => variables.credentials)
  const path = ConfigFile.pathIn(process.env)
  const doctor = `${program} doctor --help`
  return [
    ({ refusals }) => refusals.accounts.set(credentials),
    ({ refusals }) => refusals.accounts.orFile(path, vendors.length === 1, doctor),
    ({ refusals }) => refusals.accounts.orDemo(`${program} demo`),
  ]
}

const pairName = (vendor: Vendor, account: Account): string => `${vendor.id} ${account.name}`

/** Every account that can be opened, and why the others cannot. Those come first that were opened already. */
export const openAll = Effect.fn("Accounts.openAll")(function* (
  vendors: ReadonlyArray<Vendor>,
  before: ReadonlyArray<Opened>,
) {
  const opened = new Map(before.map((one) => [pairName(one.vendor, one.account), one]))
  const problems: Array<BadInput> = []
  const accounts = yield* load(vendors)
  for (const vendor of vendors) {
    for (const account of accounts.filter((one) => belongsTo(one, vendor))) {
      if (opened.has(pairName(vendor, account))) continue
      const result = yield* Effect.result(openAccount(vendor, account))
      if (Result.isSuccess(result)) opened.set(pairName(vendor, account), result.success)
      else problems.push(result.failure)
    }
  }
  return { opened: [...opened.values()], problems }
})

/** The account that a handle belongs to: the one with its key, else the nearest by name. */
export const chooseForRef = Effect.fn("Accounts.chooseForRef")(function* (
  accounts: ReadonlyArray<Account>,
  vendors: ReadonlyArray<Vendor>,
  ref: Parameters<Providers.Providers["Service"]["forRef"]>[0],
  name: string | undefined,
) {
  const vendor = vendors.find((one) => one.id === ref.provider)
  if (vendor === undefined) {
    const known = vendors.map((one) => one.id)
    const path = ConfigFile.pathIn(process.env)
    return yield* new BadInput({
      say: ({ refusals }) => refusals.accounts.foreignHandle(ref.provider, known),
      next: [({ refusals }) => refusals.accounts.installProvider(path)],
    })
  }
  const ours = accounts.filter((account) => belongsTo(account, vendor))
  if (name !== undefined || ours.length < 2) return yield* choose(accounts, vendor, name)
  const opened = yield* Effect.forEach(ours, (account) => openAccount(vendor, account))
  const provider = Providers.make(opened.map((one) => one.provider)).forRef(ref)
  return opened.find((one) => one.provider === provider) ?? opened[0]!
})

export const belongsTo = (account: Account, vendor: Vendor): boolean =>
  Object.keys(account.variables).some((name) => isCredential(vendor, name))

export const openAccount = Effect.fn("Accounts.open")(function* (vendor: Vendor, account: Account) {
  const connection = yield* Connected
  if (connection !== undefined) return yield* connection.open(vendor, account)
  const provider = yield* Effect.suspend(() => vendor.open(account.name)).pipe(
    // A plugin is somebody else's program: its mistake is told as that, by its name.
    Effect.catchDefect((cause) =>
      Effect.fail(
        new BadInput({
          say: ({ refusals }) => refusals.accounts.pluginFailed(vendor.title, String(cause)),
        }),
      ),
    ),
    Effect.provideService(
      ConfigProvider.ConfigProvider,
      ConfigProvider.fromEnvRecord(account.variables),
    ),
    Effect.mapError(
      (error) =>
        new BadInput({
          say: (words) => {
            const { environment, unusable } = words.refusals.accounts
            const origin = account.origin === "environment" ? environment : account.origin
            const why = isBadInput(error) ? error.say(words) : quoted(error.message)(words)
            return unusable(account.name, origin, why)
          },
        }),
    ),
  )
  const local = isLoopback(account.variables[vendor.variables.baseUrl])
  const opened: Opened = {
    vendor,
    account,
    provider: local ? Provider.withTiming(provider, quickly) : provider,
    local,
  }
  return opened
})

/** In seconds: a service on this machine is a simulator, where waiting has no use. */
const quickly = (timing: Timing): Timing => ({
  ...timing,
  usual: Math.min(timing.usual, 1),
  poll: { floor: 0.25, ceiling: 0.5 },
})

/** Whether an address is on this machine: there, and only there, results may come from it too. */
export const isLoopback = (address: string | undefined): boolean => {
  const host = address === undefined ? undefined : URL.parse(address)?.hostname
  return host !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host)
}

const isBadInput = (error: Error): error is BadInput => error instanceof BadInput

const isCredential = (vendor: Vendor, name: string): boolean =>
  name !== vendor.variables.baseUrl && variableNames(vendor).includes(name)

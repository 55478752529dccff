/**
 * Credentials: from the environment or from a private config file, never from flags, where every
 * user of the machine could read them. An account is a set of the same variables in both places.
 *
 * Refuses a config file that others may read, and variables that no provider knows. No message of
 * this module repeats a value.
 */
import type { Provider } from "@zoetrope/core/Provider"
import * as Providers from "@zoetrope/core/Providers"
import { ConfigProvider, Effect, Schema } from "effect"
import { constants } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import { homedir } from "node:os"
import { join } from "node:path"
import { BadInput } from "./BadInput.ts"
import { program } from "./program.ts"
import { variableNames, type Vendor } from "./Vendor.ts"

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
  readonly provider: Provider
  /** Whether the service is on this machine, as a simulator is. */
  readonly local: boolean
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Where the config file is looked for. */
export const configPath = (environment: Environment): string =>
  environment["ZOETROPE_CONFIG"] ||
  join(environment["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "zoetrope", "config.json")

/** Every account there is: the environment's, named `default`, then those of the config file. */
export const load = Effect.fn("Accounts.load")(function* (
  vendors: ReadonlyArray<Vendor>,
  environment: Environment = process.env,
) {
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
  const path = configPath(environment)
  const text = yield* readPrivate(path, (environment["ZOETROPE_CONFIG"] ?? "") !== "")
  if (text === undefined) return accounts
  for (const [name, variables] of Object.entries(yield* parse(path, text))) {
    const unknown = Object.keys(variables).find((variable) => !names.has(variable))
    if (unknown !== undefined) {
      return yield* new BadInput({
        message: `${path}: account "${name}" sets ${JSON.stringify(unknown)}, which no provider knows; allowed: ${[...names].join(", ")}`,
      })
    }
    if (accounts.every((account) => account.name !== name)) {
      accounts.push({ name, origin: path, variables })
    }
  }
  return accounts
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
    return yield* new BadInput({
      message: `--account: there is no account "${name}" of ${vendor.title}; there is: ${ours.map((account) => account.name).join(", ")}`,
    })
  }
  return yield* new BadInput({
    message: `there are no credentials for ${vendor.title}${name === undefined ? "" : ` in an account "${name}"`}`,
    next: [
      `set ${vendor.variables.credentials.join(" and ")} in the environment`,
      `or put them into ${configPath(process.env)} (see ${program} doctor --help)`,
      `to try everything without an account: ${program} demo`,
    ],
  })
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
    return yield* new BadInput({
      message: `this handle is of the provider "${ref.provider}", which this version does not know; it knows: ${vendors.map((one) => one.id).join(", ")}`,
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
  const provider = yield* vendor.open(account.name).pipe(
    Effect.provideService(
      ConfigProvider.ConfigProvider,
      ConfigProvider.fromEnvRecord(account.variables),
    ),
    Effect.mapError(
      (error) =>
        new BadInput({
          message: `account "${account.name}" (${account.origin}): ${error.message}`,
        }),
    ),
  )
  const opened: Opened = {
    vendor,
    account,
    provider,
    local: isLoopback(account.variables[vendor.variables.baseUrl]),
  }
  return opened
})

/** Whether an address is on this machine: there, and only there, results may come from it too. */
export const isLoopback = (address: string | undefined): boolean => {
  const host = address === undefined ? undefined : URL.parse(address)?.hostname
  return host !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host)
}

/** What the permissions of the config file are; `undefined` where there is none, or no such thing. */
export const permissionsOf = (
  path: string,
): Effect.Effect<{ readonly mode: number; readonly private: boolean } | undefined> =>
  Effect.promise(async () => {
    try {
      await using handle = await open(path, constants.O_RDONLY)
      const { mode } = await handle.stat()
      return { mode: mode & 0o777, private: isPrivate(mode) }
    } catch {
      return undefined
    }
  })

const isCredential = (vendor: Vendor, name: string): boolean =>
  name !== vendor.variables.baseUrl && variableNames(vendor).includes(name)

const isPrivate = (mode: number): boolean => process.platform === "win32" || (mode & 0o077) === 0

const readPrivate = (path: string, asked: boolean): Effect.Effect<string | undefined, BadInput> =>
  Effect.tryPromise({
    try: async () => {
      let handle: FileHandle
      try {
        handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException
        if (!asked && (code === "ENOENT" || code === "ENOTDIR")) return undefined
        throw new BadInput({ message: `the config file ${path} cannot be read (${code})` })
      }
      await using file = handle
      const stats = await file.stat()
      if (!stats.isFile() || stats.size > maxConfigBytes) {
        throw new BadInput({ message: `the config file ${path} is not a small regular file` })
      }
      if (!isPrivate(stats.mode)) {
        const mode = (stats.mode & 0o777).toString(8)
        throw new BadInput({
          message: `the config file ${path} holds secrets, but other users of this machine may read or change it (mode ${mode}); it is not used`,
          next: [`chmod 600 ${path}`],
        })
      }
      return await file.readFile("utf8")
    },
    catch: (cause) =>
      cause instanceof BadInput
        ? cause
        : new BadInput({ message: `the config file ${path} cannot be read` }),
  })

const maxConfigBytes = 1_000_000

const ConfigFile = Schema.Struct({
  accounts: Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.String)),
})

const parse = (path: string, text: string) =>
  Effect.gen(function* () {
    // The parser's own message would quote the file.
    const json = yield* Effect.try({
      try: (): unknown => JSON.parse(text),
      catch: () => new BadInput({ message: `the config file ${path} is not JSON` }),
    })
    const file = yield* Schema.decodeUnknownEffect(ConfigFile)(json, {
      onExcessProperty: "error",
    }).pipe(
      Effect.mapError(
        () =>
          new BadInput({
            message: `the config file ${path} does not have the form {"accounts": {"NAME": {"VARIABLE": "value"}}}`,
          }),
      ),
    )
    return file.accounts
  })

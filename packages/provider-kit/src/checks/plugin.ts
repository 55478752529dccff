/** The export by which programs take up a package that they have never heard of. */
import * as Plugin from "@zoetrope/core/Plugin"
import type { Provider } from "@zoetrope/core/Provider"
import * as Transport from "@zoetrope/node/Transport"
import { ConfigProvider, Effect, Result, Struct } from "effect"
import { HttpClient } from "effect/http"
import type { Bench } from "../Bench.ts"
import type { Check } from "../Check.ts"
import type { PluginSubject } from "../Subject.ts"

export const plugin: Check = {
  name: "a plugin opens the account that its variables hold, and is the provider that it names",
  why: "Programs that take a package up by its name know no more of it than its plugin.",
  money: false,
  applies: (subject) => subject.plugin !== undefined,
  run: Effect.fnUntraced(function* (bench) {
    const described = bench.subject.plugin
    if (described === undefined) return []
    const read = Plugin.read(described.plugin)
    if (Result.isFailure(read)) {
      return read.failure.issues.map(({ message, path }) => `is no plugin: its ${path} ${message}`)
    }
    const variables = described.variables(bench.accounts.own, bench.wire.url)
    const opened = yield* Effect.result(open(described, variables))
    return [
      ...misnamed(described, variables),
      ...(Result.isFailure(opened)
        ? [`does not open with ${namesOf(variables)}: ${opened.failure.message}`]
        : yield* differences(bench, described, opened.success)),
      ...(yield* refusals(described, variables)),
    ]
  }),
}

/** Name of the account in the program that opens it. */
const account = "by-plugin"

const open = ({ plugin: { open: openAccount } }: PluginSubject, variables: Variables) =>
  openAccount(account).pipe(
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(variables)),
    Effect.provideServiceEffect(HttpClient.HttpClient, Effect.orDie(Transport.make())),
  )

type Variables = Readonly<Record<string, string>>

const namesOf = (variables: Variables): string => Object.keys(variables).join(", ")

const misnamed = (
  { plugin: { variables: names } }: PluginSubject,
  variables: Variables,
): ReadonlyArray<string> => {
  const known = new Set([...names.credentials, ...names.others, names.baseUrl])
  return Object.keys(variables)
    .filter((name) => !known.has(name))
    .map((name) => `does not name the variable ${name}`)
}

const differences = Effect.fnUntraced(function* (
  { provider, wire }: Bench,
  { plugin: { id, models } }: PluginSubject,
  opened: Provider,
) {
  const calls = wire.seen.length
  const { status } = yield* opened.check
  const facts: ReadonlyArray<readonly [what: string, met: string, wanted: string]> = [
    ["its id", id, provider.id],
    ["its models", idsOf({ models }), idsOf(provider)],
    ["the provider that it opens", opened.id, provider.id],
    ["the name of its account", opened.account, account],
    ["the fingerprint of its key", opened.key, provider.key],
    ["the models of its account", idsOf(opened), idsOf(provider)],
    ["the check of its account", status, "well"],
  ]
  return [
    ...facts
      .filter(([, met, wanted]) => met !== wanted)
      .map(([what, met, wanted]) => `${what}: ${met}; wanted ${wanted}`),
    ...(wire.seen.length === calls ? ["it does not call the address that its variables name"] : []),
  ]
})

const idsOf = ({ models }: Pick<Provider, "models">): string =>
  models.map(({ id }) => id).join(", ")

/** What is missing must be named, an address that is none refused, and no secret repeated. */
const refusals = Effect.fnUntraced(function* (described: PluginSubject, all: Variables) {
  const { baseUrl, credentials } = described.plugin.variables
  const broken = [
    ...credentials.map((name) => [`without ${name}`, Struct.omit(all, [name]), name] as const),
    [`with ${baseUrl} "nowhere"`, { ...all, [baseUrl]: "nowhere" }, ""] as const,
  ]
  const complaints: Array<string> = []
  for (const [how, variables, named] of broken) {
    const opened = yield* Effect.result(open(described, variables))
    const told = Result.isFailure(opened) ? opened.failure.message : undefined
    if (told === undefined) complaints.push(`it opens ${how}`)
    else if (!told.includes(named))
      complaints.push(`${how}: its refusal does not name the variable`)
    for (const name of credentials) {
      if (told?.includes(all[name] ?? name) === true && name !== named) {
        complaints.push(`${how}: its refusal shows what ${name} holds`)
      }
    }
  }
  return complaints
})

/** `zoetrope doctor`: looks at accounts, config file, data directory, clock and proxy, at no cost. */
import type { Health } from "@zoetrope/core/Provider"
import * as Proxy from "@zoetrope/node/Proxy"
import { Effect, Result } from "effect"
import { Command } from "effect/cli"
import { resolve } from "node:path"
import * as Accounts from "../setup/Accounts.ts"
import type { BadInput } from "../BadInput.ts"
import * as ConfigFile from "../setup/ConfigFile.ts"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { ExitCode } from "../ExitCode.ts"
import { common } from "../input/Flags.ts"
import { withHttp } from "../setup/Network.ts"
import { json, marked, type Style, styleFor } from "../terminal/Output.ts"
import type { Refused } from "../Plugins.ts"
import { settle } from "../Settle.ts"
import { variableNames, type Vendor } from "../Vendor.ts"
import { en, quoted, type Say, type Words } from "../words/Words.ts"

interface Finding {
  readonly what: Say
  readonly ok: boolean
  readonly message: Say
  readonly health?: Health
}

export const doctor = (
  vendors: ReadonlyArray<Vendor>,
  refused: ReadonlyArray<Refused>,
  words: Words,
) =>
  Command.make("doctor", { json: common(words).json }, (options) =>
    settle(options.json, () =>
      Effect.gen(function* () {
        const findings: ReadonlyArray<Finding> = [
          runtime,
          yield* configFile,
          yield* dataDirectory,
          yield* proxy,
          providers(vendors),
          ...refused.map((one): Finding => ({
            what: (spoken) => spoken.doctor.provider(one.package),
            ok: false,
            message: one.why,
          })),
          ...(yield* withHttp(accounts(vendors)).pipe(
            Effect.catch((problem) => Effect.succeed([noAccounts(problem)])),
          )),
        ]
        const ok = findings.every((finding) => finding.ok)
        return {
          exitCode: ok ? ExitCode.done : ExitCode.other,
          text: options.json
            ? json({ ok, findings: findings.map(findingJson) })
            : shown(findings, yield* styleFor(process.stdout)),
        }
      }),
    ),
  ).pipe(
    Command.withDescription(
      words.help.doctor.description(
        vendors.flatMap(variableNames),
        `{"accounts": {"studio": {"${vendors[0]?.variables.credentials.join(`": "…", "`) ?? "VARIABLE"}": "…"}}}`,
      ),
    ),
    Command.withShortDescription(words.help.doctor.short),
    Command.withExamples([
      { command: "zoetrope doctor" },
      { command: "zoetrope doctor --json | jq '.findings[] | select(.ok | not)'" },
    ]),
  )

const noAccounts = ({ next = [], say }: BadInput): Finding => ({
  what: (words) => words.doctor.accounts,
  ok: false,
  // A command stands alone on its line.
  message: (words) => [say, ...next].map((one) => one(words).replace(/^`(.*)`$/, "$1")).join("\n"),
})

const findingJson = (finding: Finding) => ({
  ...finding,
  what: finding.what(en),
  message: finding.message(en),
})

/** The others say that they are some version of Node, too. */
const runtimeName = ["bun", "deno"].find((name) => process.versions[name] !== undefined) ?? "node"

const runtime: Finding = {
  what: () => runtimeName,
  ok: true,
  message: (words) =>
    words.doctor.runtime(
      process.versions[runtimeName] ?? process.version,
      `${process.platform} ${process.arch}`,
    ),
}

const providers = (vendors: ReadonlyArray<Vendor>): Finding => ({
  what: (words) => words.doctor.providers,
  ok: true,
  message: (words) =>
    words.listed(vendors.map(({ models, title }) => words.doctor.models(title, models.length))),
})

const configFile = Effect.gen(function* () {
  const path = ConfigFile.pathIn(process.env)
  const permissions = yield* ConfigFile.permissionsOf(path)
  const finding: Finding = {
    what: (words) => words.doctor.configFile,
    ok: permissions?.private ?? true,
    message: ({ doctor: words }) =>
      permissions === undefined
        ? words.noConfigFile(path)
        : permissions.private
          ? words.privateFile(path)
          : words.openFile(path, permissions.mode.toString(8)),
  }
  return finding
})

const dataDirectory = Effect.gen(function* () {
  const path = resolve(DataDirectory.pathIn(process.env))
  const permissions = yield* ConfigFile.permissionsOf(path)
  const finding: Finding = {
    what: (words) => words.doctor.dataDirectory,
    ok: permissions?.private ?? true,
    message: ({ doctor: words }) =>
      permissions === undefined
        ? words.noDirectory(path)
        : permissions.private
          ? words.privateDirectory(path)
          : words.openDirectory(path, permissions.mode.toString(8)),
  }
  return finding
})

const proxy = Effect.gen(function* () {
  const settings = yield* Effect.result(Proxy.settings)
  if (Result.isFailure(settings)) {
    const message = quoted(settings.failure.message)
    const finding: Finding = { what: proxyName, ok: false, message }
    return finding
  }
  const { httpProxy, httpsProxy } = settings.success
  const used = httpsProxy || httpProxy
  const finding: Finding = {
    what: proxyName,
    ok: true,
    // The host alone: an address may hold a password.
    message: (words) =>
      used === "" ? words.doctor.noProxy : (URL.parse(used)?.host ?? words.doctor.someProxy),
  }
  return finding
})

const proxyName: Say = (words) => words.doctor.proxy

const accounts = Effect.fnUntraced(function* (vendors: ReadonlyArray<Vendor>) {
  return yield* Effect.forEach(yield* Accounts.every(vendors), checked, { concurrency: 4 })
})

const checked = Effect.fnUntraced(function* ({ account, vendor }: Accounts.Pair) {
  const what: Say = (words) => words.doctor.account(account.name)
  const opened = yield* Effect.result(Accounts.openAccount(vendor, account))
  if (Result.isFailure(opened)) {
    const finding: Finding = { what, ok: false, message: opened.failure.say }
    return finding
  }
  const health = yield* opened.success.provider.check
  const { message, skewSeconds } = health
  const finding: Finding = {
    what,
    ok: health.status === "well",
    message: (words) => {
      const { doctor: own, packages } = words
      const origin = account.origin === "environment" ? own.theEnvironment : account.origin
      const said = packages.sentence(message)
      const clock =
        skewSeconds === undefined ? said : own.clock(said, clockText(skewSeconds, words))
      return own.from(vendor.title, origin, clock)
    },
    health,
  }
  return finding
})

const clockText = (skewSeconds: number, { doctor: words }: Words): string => {
  const seconds = Math.round(Math.abs(skewSeconds))
  if (seconds < 2) return words.clockRight
  return skewSeconds > 0 ? words.clockBehind(seconds) : words.clockAhead(seconds)
}

const shown = (findings: ReadonlyArray<Finding>, { columns, paint, words }: Style): string =>
  findings
    .map((finding) =>
      marked(
        finding.ok ? paint("green", "✓") : paint("red", "✗"),
        words.labelled(finding.what(words), finding.message(words)),
        columns,
      ),
    )
    .join("\n")

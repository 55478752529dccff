/** `zoetrope doctor`: looks at accounts, config file, data directory, clock and proxy, at no cost. */
import type { Health } from "@zoetrope/core/Provider"
import * as Proxy from "@zoetrope/node/Proxy"
import { Effect, Result } from "effect"
import { Command } from "effect/cli"
import { resolve } from "node:path"
import * as Accounts from "../Accounts.ts"
import type { BadInput } from "../BadInput.ts"
import * as ConfigFile from "../ConfigFile.ts"
import * as DataDirectory from "../DataDirectory.ts"
import { ExitCode } from "../ExitCode.ts"
import { common } from "../Flags.ts"
import { withHttp } from "../Network.ts"
import { json, marked, type Style, styleOf } from "../Output.ts"
import type { Refused } from "../Plugins.ts"
import { settle } from "../Settle.ts"
import { variableNames, type Vendor } from "../Vendor.ts"

interface Finding {
  readonly what: string
  readonly ok: boolean
  readonly message: string
  readonly health?: Health
}

export const doctor = (vendors: ReadonlyArray<Vendor>, refused: ReadonlyArray<Refused>) =>
  Command.make("doctor", { json: common.json }, (options) =>
    settle(options.json, () =>
      Effect.gen(function* () {
        const findings = [
          runtime,
          yield* configFile,
          yield* dataDirectory,
          yield* proxy,
          providers(vendors),
          ...refused.map((one) => ({
            what: `provider ${one.package}`,
            ok: false,
            message: one.message,
          })),
          ...(yield* withHttp(accounts(vendors)).pipe(
            Effect.catch((problem) =>
              Effect.succeed([{ what: "accounts", ok: false, message: withNext(problem) }]),
            ),
          )),
        ]
        const ok = findings.every((finding) => finding.ok)
        return {
          exitCode: ok ? ExitCode.done : ExitCode.other,
          text: options.json ? json({ ok, findings }) : shown(findings, styleOf(process.stdout)),
        }
      }),
    ),
  ).pipe(
    Command.withDescription(
      `Check accounts, config file, data directory, clock and proxy. It costs nothing; exit 0 if all is well, else 1.

An account is a set of variables (${vendors.flatMap(variableNames).join(", ")}), in the environment or in the config file, which only you may read (chmod 600):
  {"accounts": {"studio": {"${vendors[0]?.variables.credentials.join(`": "…", "`) ?? "VARIABLE"}": "…"}}}
It is looked for at $ZOETROPE_CONFIG, $XDG_CONFIG_HOME/zoetrope/config.json and ~/.config/zoetrope/config.json. "providers": ["PACKAGE"] beside "accounts" names packages that bring further providers.`,
    ),
    Command.withShortDescription("Check accounts, clock, config file and proxy"),
    Command.withExamples([
      { command: "zoetrope doctor" },
      { command: "zoetrope doctor --json | jq '.findings[] | select(.ok | not)'" },
    ]),
  )

const withNext = ({ message, next = [] }: BadInput): string => [message, ...next].join("\n")

const runtime: Finding = {
  what: "node",
  ok: true,
  message: `${process.version} on ${process.platform} ${process.arch}`,
}

const providers = (vendors: ReadonlyArray<Vendor>): Finding => ({
  what: "providers",
  ok: true,
  message: vendors
    .map(
      ({ models, title }) =>
        `${title} (${models.length} ${models.length === 1 ? "model" : "models"})`,
    )
    .join(", "),
})

const configFile = Effect.gen(function* () {
  const path = ConfigFile.pathIn(process.env)
  const permissions = yield* ConfigFile.permissionsOf(path)
  const mode = permissions?.mode.toString(8)
  const finding: Finding = {
    what: "config file",
    ok: permissions?.private ?? true,
    message:
      permissions === undefined
        ? `none at ${path}`
        : permissions.private
          ? `${path}, readable by you alone`
          : `${path} may be read or changed by others (mode ${mode}); run: chmod 600 ${path}`,
  }
  return finding
})

const dataDirectory = Effect.gen(function* () {
  const path = resolve(DataDirectory.pathIn(process.env))
  const permissions = yield* ConfigFile.permissionsOf(path)
  const mode = permissions?.mode.toString(8)
  const finding: Finding = {
    what: "data directory",
    ok: permissions?.private ?? true,
    message:
      permissions === undefined
        ? `none yet; it will be ${path}`
        : permissions.private
          ? `${path}, open to you alone`
          : `${path} holds prompts and links, and others may look into it (mode ${mode}); run: chmod 700 ${path}`,
  }
  return finding
})

const proxy = Effect.gen(function* () {
  const settings = yield* Effect.result(Proxy.settings)
  if (Result.isFailure(settings)) {
    const finding: Finding = { what: "proxy", ok: false, message: settings.failure.message }
    return finding
  }
  const { httpProxy, httpsProxy } = settings.success
  const used = httpsProxy || httpProxy
  const finding: Finding = {
    what: "proxy",
    ok: true,
    // The host alone: an address may hold a password.
    message: used === "" ? "none" : (URL.parse(used)?.host ?? "set"),
  }
  return finding
})

const accounts = Effect.fnUntraced(function* (vendors: ReadonlyArray<Vendor>) {
  return yield* Effect.forEach(yield* Accounts.every(vendors), checked, { concurrency: 4 })
})

const checked = Effect.fnUntraced(function* ({ account, vendor }: Accounts.Pair) {
  const what = `account ${account.name}`
  const opened = yield* Effect.result(Accounts.openAccount(vendor, account))
  if (Result.isFailure(opened)) {
    const finding: Finding = { what, ok: false, message: opened.failure.message }
    return finding
  }
  const health = yield* opened.success.provider.check
  const skew = health.skewSeconds === undefined ? "" : `; clock ${clockText(health.skewSeconds)}`
  const finding: Finding = {
    what,
    ok: health.status === "well",
    message: `${vendor.title}, from ${account.origin === "environment" ? "the environment" : account.origin}: ${health.message}${skew}`,
    health,
  }
  return finding
})

const clockText = (skewSeconds: number): string => {
  const seconds = Math.round(Math.abs(skewSeconds))
  if (seconds < 2) return "right"
  return `${seconds} s ${skewSeconds > 0 ? "behind" : "ahead of"} the service's`
}

const shown = (findings: ReadonlyArray<Finding>, { columns, paint }: Style): string =>
  findings
    .map((finding) =>
      marked(
        finding.ok ? paint("green", "✓") : paint("red", "✗"),
        `${finding.what}: ${finding.message}`,
        columns,
      ),
    )
    .join("\n")

/** `zoetrope credits`: what each account has left, where its provider tells. Asking costs nothing. */
import type { Credits } from "@zoetrope/core/Provider"
import type { TaskError } from "@zoetrope/core/TaskError"
import { Effect, Option, Result, Struct } from "effect"
import { Command } from "effect/cli"
import * as Accounts from "../setup/Accounts.ts"
import type { BadInput } from "../BadInput.ts"
import { type Balance, balancesText } from "../telling/Balances.ts"
import { ExitCode } from "../ExitCode.ts"
import { failureData, failureOf } from "../Failure.ts"
import { common } from "../input/Flags.ts"
import { withHttp } from "../setup/Network.ts"
import { json, styleFor } from "../terminal/Output.ts"
import { settle } from "../Settle.ts"
import type { Vendor } from "../Vendor.ts"
import { en, type Words } from "../words/Words.ts"

export const credits = (vendors: ReadonlyArray<Vendor>, words: Words) =>
  Command.make("credits", Struct.pick(common(words), ["account", "json"]), (options) =>
    settle(options.json, () =>
      withHttp(
        Effect.gen(function* () {
          const pairs = yield* Accounts.every(vendors, Option.getOrUndefined(options.account))
          const balances = yield* Effect.forEach(pairs, balanceOf, { concurrency: 4 })
          const failed = balances.flatMap(({ found }) =>
            found._tag === "Failed" ? [found.failure] : [],
          )
          return {
            exitCode: failed[0]?.exitCode ?? ExitCode.done,
            text: options.json
              ? json({ accounts: balances.map(balanceJson) })
              : balancesText(balances, yield* styleFor(process.stdout)),
          }
        }),
      ),
    ),
  ).pipe(
    Command.withDescription(words.help.credits.description),
    Command.withShortDescription(words.help.credits.short),
    Command.withExamples([
      { command: "zoetrope credits" },
      {
        command: "zoetrope credits --account studio --json | jq '.accounts[].remaining'",
        description: words.help.credits.account,
      },
    ]),
  )

const balanceOf = Effect.fnUntraced(function* ({ account, vendor }: Accounts.Pair) {
  const found = yield* Effect.result(
    Effect.gen(function* () {
      const { provider } = yield* Accounts.openAccount(vendor, account)
      return provider.credits === undefined ? undefined : yield* provider.credits
    }),
  )
  const balance: Balance = { account: account.name, vendor, found: foundOf(found) }
  return balance
})

const foundOf = (
  result: Result.Result<Credits | undefined, BadInput | TaskError>,
): Balance["found"] => {
  if (Result.isFailure(result)) return { _tag: "Failed", failure: failureOf(result.failure) }
  return result.success === undefined
    ? { _tag: "Untold" }
    : { _tag: "Credits", credits: result.success }
}

/** `remaining` is always there: `null` where it is not known. */
const balanceJson = ({ account, found, vendor }: Balance) => {
  const whose = { account, provider: vendor.id }
  switch (found._tag) {
    case "Credits":
      return { ...whose, ...found.credits }
    case "Untold":
      return { ...whose, remaining: null, message: en.balances.untold }
    case "Failed":
      return { ...whose, remaining: null, error: failureData(found.failure) }
  }
}

/** The account that can do something with a handle: what `wait` and `cancel` have in common. */
import * as TaskRef from "@zoetrope/core/TaskRef"
import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import * as Accounts from "../setup/Accounts.ts"
import { common } from "./Flags.ts"
import type { Vendor } from "../Vendor.ts"
import type { Words } from "../words/Words.ts"

export const flags = (words: Words) => ({
  account: common(words).account,
  adopt: Flag.Boolean("adopt").pipe(
    Flag.withDescription(words.help.shared.adopt),
    Flag.withDefault(false),
    Flag.withoutNegation,
  ),
})

/** Opens the account of a handle; the handle is that account's from then on, if it was to be adopted. */
export const open = Effect.fn("Handle.open")(function* (
  vendors: ReadonlyArray<Vendor>,
  given: TaskRef.TaskRef,
  options: { readonly account: Option.Option<string>; readonly adopt: boolean },
) {
  const accounts = yield* Accounts.load(vendors)
  const account = Option.getOrUndefined(options.account)
  const opened = yield* Accounts.chooseForRef(accounts, vendors, given, account)
  return { opened, ref: options.adopt ? TaskRef.adopt(given, opened.provider) : given }
})

/**
 * The handle that a command is given, in whatever form, and the account that can do something with it:
 * what `wait` and `cancel` have in common.
 */
import * as TaskRef from "@zoetrope/core/TaskRef"
import * as Files from "@zoetrope/node/Files"
import { Effect, Option } from "effect"
import { Argument, Flag } from "effect/cli"
import * as Accounts from "./Accounts.ts"
import { BadInput } from "./BadInput.ts"
import { common } from "./Flags.ts"
import type { Known } from "./Settle.ts"
import { readStdin } from "./Stdin.ts"
import type { Vendor } from "./Vendor.ts"

export const flags = {
  handle: Argument.String("HANDLE").pipe(
    Argument.withDescription(
      "The word zt1.… that was printed, its JSON, @FILE to read it from a file, or - for stdin",
    ),
  ),
  account: common.account,
  adopt: Flag.Boolean("adopt").pipe(
    Flag.withDescription(
      "Take over a task that was made with another key of the same account: one that was replaced, or temporary credentials",
    ),
    Flag.withDefault(false),
    Flag.withoutNegation,
  ),
}

/** Opens the account of a handle. From here on `known` holds the task. */
export const open = Effect.fn("Handle.open")(function* (
  vendors: ReadonlyArray<Vendor>,
  options: {
    readonly handle: string
    readonly account: Option.Option<string>
    readonly adopt: boolean
  },
  known: Known,
) {
  const given = yield* read(options.handle)
  known.ref = given
  const accounts = yield* Accounts.load(vendors)
  const account = Option.getOrUndefined(options.account)
  const opened = yield* Accounts.chooseForRef(accounts, vendors, given, account)
  const ref = options.adopt ? TaskRef.adopt(given, opened.provider) : given
  known.ref = ref
  return { opened, ref }
})

/** A handle is some hundred characters. */
const maxHandleBytes = 100_000

const read = Effect.fnUntraced(function* (given: string) {
  const text =
    given === "-"
      ? yield* readStdin("HANDLE", maxHandleBytes)
      : given.startsWith("@")
        ? yield* Files.readMedia(given.slice(1), { maxBytes: maxHandleBytes }).pipe(
            Effect.map((bytes) => new TextDecoder().decode(bytes)),
            Effect.mapError((problem) => new BadInput({ message: `HANDLE: ${problem.message}` })),
          )
        : given
  return yield* TaskRef.fromHandle(text).pipe(
    Effect.mapError(
      (problem) =>
        new BadInput({
          message: `HANDLE: ${problem.message}`,
          next: ["copy the whole word that begins with zt1., or pass @FILE"],
        }),
    ),
  )
})

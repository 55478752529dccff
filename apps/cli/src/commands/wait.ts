/** `zoetrope wait HANDLE`: finishes in this process what another one began, including the file. */
import * as Task from "@zoetrope/core/Task"
import * as TaskRef from "@zoetrope/core/TaskRef"
import * as Files from "@zoetrope/node/Files"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import * as Accounts from "../Accounts.ts"
import { BadInput } from "../BadInput.ts"
import { deadlineOf } from "../Duration.ts"
import { common } from "../Flags.ts"
import { follow } from "../Follow.ts"
import { withHttp } from "../Network.ts"
import { type Known, settle } from "../Settle.ts"
import { readStdin } from "../Stdin.ts"
import { target } from "../Target.ts"
import type { Vendor } from "../Vendor.ts"
import { watch } from "../Watch.ts"

export const wait = (vendors: ReadonlyArray<Vendor>) =>
  Command.make(
    "wait",
    {
      handle: Argument.String("HANDLE").pipe(
        Argument.withDescription(
          "The word zt1.… that was printed, its JSON, @FILE to read it from a file, or - for stdin",
        ),
      ),
      ...common,
      adopt: Flag.Boolean("adopt").pipe(
        Flag.withDescription(
          "Take over a task that was made with another key of the same account: one that was replaced, or temporary credentials",
        ),
        Flag.withDefault(false),
        Flag.withoutNegation,
      ),
    },
    Effect.fn("wait")((options) =>
      settle(options.json, (known) =>
        perform(vendors, options, known).pipe(Effect.scoped, withHttp),
      ),
    ),
  ).pipe(
    Command.withDescription(
      "Wait for a task by its handle, from any process and any machine with the same account, and keep its video. Asking costs nothing.",
    ),
    Command.withShortDescription("Finish what another process began"),
    Command.withExamples([
      { command: "zoetrope wait zt1.eyJ2ZXJzaW9uIjoxLCJwcm92aWRlciI6…" },
      {
        command: "zoetrope wait @clip.handle --out clip.mp4 --deadline 20m",
        description: "from a file that `generate --detach > clip.handle` wrote",
      },
    ]),
  )

const perform = Effect.fnUntraced(function* (
  vendors: ReadonlyArray<Vendor>,
  options: {
    readonly handle: string
    readonly out: Option.Option<string>
    readonly deadline: Option.Option<string>
    readonly account: Option.Option<string>
    readonly json: boolean
    readonly adopt: boolean
  },
  known: Known,
) {
  const deadlineSeconds = yield* deadlineOf(options.deadline)
  const given = yield* readHandle(options.handle)
  known.ref = given
  const accounts = yield* Accounts.load(vendors)
  const account = Option.getOrUndefined(options.account)
  const opened = yield* Accounts.chooseForRef(accounts, vendors, given, account)
  const { provider } = opened
  const ref = options.adopt ? TaskRef.adopt(given, provider) : given
  known.ref = ref
  known.provider = provider
  const place = yield* target(Option.getOrUndefined(options.out))
  const model = provider.models.find((one) => one.id === ref.model)
  const watching = yield* watch(model, known)
  const followed = yield* follow({
    opened,
    deadlineSeconds,
    pathFor: place.pathFor,
    tell: watching.tell,
    ask: (run) => Task.wait(provider, ref, run),
  })
  return { text: watching.finish(followed, options.json) }
})

/** A handle is some hundred characters. */
const maxHandleBytes = 100_000

const readHandle = Effect.fnUntraced(function* (given: string) {
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

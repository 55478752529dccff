/**
 * `zoetrope demo`: everything at once, for real, on this machine. Signed requests go over HTTP to the
 * simulator, faults are survived on the way, the demo's own process is killed and started again, and
 * the simulator's ledger says whether anything was lost or paid twice.
 */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { common } from "../input/Flags.ts"
import { withHttp } from "../setup/Network.ts"
import { settle } from "../Settle.ts"
import { isSimulated, type Vendor } from "../Vendor.ts"
import type { Words } from "../words/Words.ts"

export const demo = (vendors: ReadonlyArray<Vendor>, words: Words) =>
  Command.make(
    "demo",
    {
      image: Flag.String("image").pipe(
        Flag.withMetavar("FILE"),
        Flag.withDescription(words.help.demo.image),
        Flag.optional,
      ),
      out: Flag.String("out").pipe(
        Flag.withAlias("o"),
        Flag.withMetavar("DIR"),
        Flag.withDescription(words.help.demo.out),
        Flag.optional,
      ),
      json: common(words).json,
    },
    (options) =>
      settle(options.json, () =>
        Effect.gen(function* () {
          const { play } = yield* Effect.promise(() => import("../demo/play.ts"))
          return yield* play(vendors.filter(isSimulated), {
            image: Option.getOrUndefined(options.image),
            out: Option.getOrUndefined(options.out),
            json: options.json,
          })
        }).pipe(Effect.scoped, withHttp),
      ),
  ).pipe(
    Command.withDescription(words.help.demo.description),
    Command.withShortDescription(words.help.demo.short),
    Command.withExamples([
      { command: "zoetrope demo" },
      {
        command: "zoetrope demo --image me.jpg --out clips",
        description: words.help.demo.imageExample,
      },
    ]),
  )

/**
 * `zoetrope demo`: everything at once, for real, on this machine. Signed requests go over HTTP to the
 * simulator, faults are survived on the way, the demo's own process is killed and started again, and
 * the simulator's ledger says whether anything was lost or paid twice.
 */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { common } from "../Flags.ts"
import { withHttp } from "../Network.ts"
import { settle } from "../Settle.ts"
import { isSimulated, type Vendor } from "../Vendor.ts"

export const demo = (vendors: ReadonlyArray<Vendor>) =>
  Command.make(
    "demo",
    {
      image: Flag.String("image").pipe(
        Flag.withMetavar("FILE"),
        Flag.withDescription("Your own picture, JPEG or PNG. Default: one of the project's"),
        Flag.optional,
      ),
      out: Flag.String("out").pipe(
        Flag.withAlias("o"),
        Flag.withMetavar("DIR"),
        Flag.withDescription(
          "Where the videos are kept. Default: ./zoetrope-demo, or a numbered one beside it",
        ),
        Flag.optional,
      ),
      json: common.json,
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
    Command.withDescription(
      "See everything work in some seconds, without an account. First act: every model at once, signed requests over real HTTP to the simulator on this machine, faults on purpose, playable MP4 files from a picture. Second act: the same once more, and the process that does it is killed in the middle and started again. Then the simulator's ledger as a proof.",
    ),
    Command.withShortDescription("See everything work, without an account"),
    Command.withExamples([
      { command: "zoetrope demo" },
      { command: "zoetrope demo --image me.jpg --out clips", description: "with your own picture" },
    ]),
  )

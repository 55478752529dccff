/** A server in a process of its own, against a simulator elsewhere: `node serve.ts SIMULATOR DATADIR`. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import type { Simulator } from "@zoetrope/simulator"
import { Effect } from "effect"
import { start } from "../../src/index.ts"
import { providersOf } from "./providersOf.ts"

const [url = "", dataDir = ""] = process.argv.slice(2)

Effect.gen(function* () {
  const providers = yield* providersOf({ url } satisfies Pick<Simulator, "url">)
  const running = yield* start({ providers, dataDir, port: 0, allow: { loopback: true } })
  process.stdout.write(`${running.url}\n`)
  return yield* Effect.never
}).pipe(Effect.scoped, NodeRuntime.runMain)

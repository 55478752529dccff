/**
 * A whole server in a process that is there to be killed: `node serve.ts SIMULATOR DATADIR PORT`.
 * It ends with its parent.
 */
import type { Provider } from "@zoetrope/core/Provider"
import { Effect } from "effect"
import { flushCompileCache } from "node:module"
import { start } from "../../src/index.ts"
import { providersOf } from "../support/providersOf.ts"

const [url = "", dataDir = "", port = ""] = process.argv.slice(2)

process.stdin.resume().once("close", () => process.exit(1))

/** An account with places for all, whose tasks take about a second. */
const hurried = (provider: Provider): Provider => ({
  ...provider,
  models: provider.models.map((model) => ({
    ...model,
    limits: { inFlight: 40, callsPerSecond: 200 },
    timing: { ...model.timing, usual: 0.6, longest: 5, poll: { floor: 0.1, ceiling: 0.3 } },
  })),
})

await Effect.gen(function* () {
  const providers = (yield* providersOf({ url })).map(hurried)
  yield* start({ providers, dataDir, port: Number(port), allow: { loopback: true } })
  process.stdout.write("listening\n")
  // For the next one: this one will not live to leave anything behind.
  flushCompileCache()
  return yield* Effect.never
}).pipe(Effect.scoped, Effect.runPromise)

/** The product, in a process of its own: a server over a fresh directory, whose provider is over HTTP, too. */
import * as Transport from "@zoetrope/node/Transport"
import { start } from "@zoetrope/server"
import { Provider } from "@zoetrope/vidu"
import { Effect, Layer, Logger, Redacted } from "effect"
import { settingsFromEnvironment } from "./settings.ts"

const { directory, isUnlimited, provider } = settingsFromEnvironment()

const many = 1_000_000

const serve = Effect.gen(function* () {
  const vidu = yield* Provider.make({
    apiKey: Redacted.make(provider.key),
    baseUrl: provider.url,
    ...(isUnlimited ? { limits: { inFlight: many, callsPerSecond: many } } : {}),
  })
  const { url } = yield* start({
    providers: [vidu],
    dataDir: directory,
    port: 0,
    allow: { loopback: true },
  })
  process.send?.({ url })
  yield* Effect.never
})

process.on("message", () => {
  const { system, user } = process.cpuUsage()
  process.send?.({
    megabytes: process.memoryUsage.rss() / 1024 ** 2,
    cpuSeconds: (user + system) / 1e6,
  })
})
// Whoever started it is gone.
process.on("disconnect", () => process.exit())

// The log is no part of what is measured; the baseline has none.
Effect.runFork(
  Effect.scoped(serve).pipe(
    Effect.provide(Layer.merge(Transport.layer(), Logger.layer([]))),
    Effect.tapCause((cause) => Effect.sync(() => console.error(cause))),
  ),
)

/** The product as a program uses it: an engine over a data directory and the provider over HTTP. */
import { Providers } from "@zoetrope/core"
import { Engine } from "@zoetrope/engine"
import * as DataDirectory from "@zoetrope/engine/drivers/DataDirectory"
import { Transport } from "@zoetrope/node"
import { Models, Provider } from "@zoetrope/vidu"
import { Effect, Layer, Redacted } from "effect"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { callers, type Report, workFromEnvironment } from "./load.ts"

const { ask, directory, key, untilPolled, url } = workFromEnvironment()

const late: Array<number> = []
const polled = new Set<string>()
const times = { accepted: 0, firstPoll: 0, lastFirstPoll: 0 }
let submits = 0
const startedAt = performance.now()
const seconds = () => (performance.now() - startedAt) / 1000

const work = Effect.gen(function* () {
  const engine = yield* Engine.Engine
  yield* engine.drive()
  yield* Effect.forEach(
    Array.from({ length: ask }, (_, index) => index),
    (index) =>
      engine.submit({
        model: Models.img2video.id,
        input: {
          model: "viduq3-turbo",
          image: `${url}/inputs/sample.jpg`,
          prompt: `a red kite, number ${index}`,
          duration: 1,
          resolution: "540p",
        },
      }),
    { concurrency: callers, discard: true },
  )
  times.accepted = seconds()
  while (true) {
    const { states } = yield* engine.stats
    const live = Object.entries(states).reduce(
      (sum, [state, count]) =>
        ["done", "failed", "cancelled"].includes(state) ? sum : sum + count,
      0,
    )
    if (live === 0 || (untilPolled && polled.size >= live)) return states.done ?? 0
    yield* Effect.sleep(250)
  }
})

const engineLayer = Layer.unwrap(
  Effect.map(
    Provider.make({
      apiKey: Redacted.make(key),
      baseUrl: url,
      limits: { inFlight: 1_000_000, callsPerSecond: 1_000_000 },
    }),
    (provider) =>
      DataDirectory.layer({
        directory,
        allow: { loopback: true },
        onCall: ({ action, generation, lateMillis }) => {
          if (action === "turn") submits += 1
          if (action !== "poll") return
          late.push(lateMillis)
          times.firstPoll ||= seconds()
          if (!polled.has(generation.id)) times.lastFirstPoll = seconds()
          polled.add(generation.id)
        },
      }).pipe(Layer.provide(Providers.layer([provider]))),
  ),
).pipe(Layer.provide(Transport.layer()))

const before = process.cpuUsage()
// Every millisecond would itself be 2 ms of a core for each generation.
const loop = monitorEventLoopDelay({ resolution: 10 })
loop.enable()
const done = await Effect.runPromise(Effect.scoped(work).pipe(Effect.provide(engineLayer)))
loop.disable()
const { system, user } = process.cpuUsage(before)
late.sort((a, b) => a - b)
const percentile = (part: number) => late[Math.floor(late.length * part)] ?? 0
const report: Report = {
  acceptSeconds: times.accepted,
  seconds: seconds(),
  cpuMillis: (user + system) / 1000,
  // Kilobytes on every system that Node runs on.
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
  polls: late.length,
  submits,
  late: { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) },
  longestStallMillis: loop.max / 1e6,
  firstPoll: times.firstPoll,
  lastFirstPoll: times.lastFirstPoll,
  done,
}
console.log(JSON.stringify(report))
process.exit(0)

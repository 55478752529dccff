/**
 * Figures that are read when somebody looks, and not kept up to date before: what is in the store, on
 * the disk, in memory. Owns when they are read; what each one is, `Metrics.ts` says.
 */
import { Engine } from "@zoetrope/engine/Engine"
import { State } from "@zoetrope/engine/Generation"
import { Writer } from "@zoetrope/engine/Writer"
import { Clock, Context, Effect, Layer, Metric, Schedule, Semaphore } from "effect"
import { createRequire } from "node:module"
import { statfs } from "node:fs/promises"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { DataDir } from "../api/files.ts"
import { Listeners } from "../events/Listeners.ts"
import * as Metrics from "./Metrics.ts"
import * as Telemetry from "./Telemetry.ts"

export class Figures extends Context.Service<
  Figures,
  {
    /** Reads them, unless that was done a moment ago. What cannot be read keeps its last value. */
    readonly refresh: Effect.Effect<void>
  }
>()("@zoetrope/server/operations/Figures") {}

/** Milliseconds: counting all generations is work for the store, however many ask. */
const freshMillis = 1_000

/** As old as what is sent may be. */
const sentEvery = "15 seconds"

export const make = Effect.gen(function* () {
  const engine = yield* Engine
  const writer = yield* Writer
  const listeners = yield* Listeners
  const directory = yield* DataDir
  const clock = yield* Clock.Clock
  const context = yield* Effect.context()
  const loop = monitorEventLoopDelay({ resolution: 10 })
  loop.enable()
  yield* Effect.addFinalizer(() => Effect.sync(() => loop.disable()))
  const set = (gauge: Metric.Metric<number, unknown>, value: number): void =>
    gauge.updateUnsafe(value, context)

  const ofStore = Effect.gen(function* () {
    const { artifacts, states } = yield* engine.stats
    for (const state of State.literals) set(Metrics.generations(state), states[state] ?? 0)
    set(Metrics.storedBytes, artifacts.bytes)
    set(Metrics.storedFiles, artifacts.files)
  }).pipe(Effect.catch(({ message }) => Effect.logWarning(`its figures are missing: ${message}`)))

  const ofDisk = Effect.promise(() =>
    statfs(directory).then(
      ({ bavail, bsize }) => set(Metrics.diskFree, bavail * bsize),
      () => {},
    ),
  )

  const ofProcess = Effect.gen(function* () {
    set(Metrics.storeTrouble, (yield* engine.trouble) === undefined ? 0 : 1)
    set(Metrics.writesWaiting, yield* writer.waiting)
    set(Metrics.eventStreams, yield* listeners.count)
    set(Metrics.residentMemory, process.memoryUsage.rss())
    set(Metrics.stall, loop.max / 1e9)
    loop.reset()
  })

  set(Metrics.buildInfo(version, process.versions.node), 1)
  set(Metrics.startTime, performance.timeOrigin / 1000)
  const cpu = Metric.registerUnsafe(Metrics.cpuSeconds, context, {
    get: () => ({ count: cpuSecondsNow(), incremental: true }),
    update: () => {},
    modify: () => {},
  })
  yield* Effect.addFinalizer(() => Effect.sync(() => cpu.remove()))

  const one = yield* Semaphore.make(1)
  let readAt = -Infinity
  const refresh = one.withPermits(1)(
    Effect.suspend(() => {
      const now = clock.currentTimeMillisUnsafe()
      if (now - readAt < freshMillis) return Effect.void
      readAt = now
      return Effect.all([ofStore, ofDisk, ofProcess], { discard: true })
    }),
  )
  // Who is sent metrics does not ask for them.
  if (yield* Telemetry.sendsMetrics) {
    yield* Effect.forkScoped(Effect.repeat(refresh, Schedule.spaced(sentEvery)))
  }
  return Figures.of({ refresh })
})

export const layer = Layer.effect(Figures, make)

const { version } = createRequire(import.meta.url)("../../package.json") as {
  readonly version: string
}

const cpuSecondsNow = (): number => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1e6
}

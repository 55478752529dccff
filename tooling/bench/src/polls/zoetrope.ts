/** Contender: the public API as a program uses it, gate, checks and events included. */
import { Gate, Task } from "@zoetrope/core"
import { Transport } from "@zoetrope/node"
import { Models, Provider } from "@zoetrope/vidu"
import { Effect, Redacted } from "effect"
import { load, report, serviceFromEnvironment } from "./load.ts"

const { image, key, url } = serviceFromEnvironment()

const all = Effect.gen(function* () {
  const provider = yield* Provider.make({
    apiKey: Redacted.make(key),
    baseUrl: url,
    limits: { inFlight: load.inFlight, callsPerSecond: load.callsPerSecond },
  })
  const one = Task.run(
    provider,
    Models.img2video,
    { model: "viduq3-turbo", image, prompt: "a red kite", duration: 1, resolution: "540p" },
    { poll: { floor: load.pollSeconds, ceiling: load.pollSeconds } },
  )
  const outcomes = yield* Effect.all(
    Array.from({ length: load.tasks }, () => one),
    {
      concurrency: "unbounded",
    },
  )
  return {
    polls: outcomes.reduce((sum, outcome) => sum + outcome.polls, 0),
    done: outcomes.filter((outcome) => outcome.state.outputs.length > 0).length,
  }
})

await report(() =>
  Effect.runPromise(
    all.pipe(Effect.provideService(Gate.Current, Gate.make()), Effect.provide(Transport.layer())),
  ),
)

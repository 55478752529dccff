/** How calls go over the wire: how many, on which connection, and where to. */
import type { TaskError } from "@zoetrope/core/TaskError"
import type { Verdict } from "@zoetrope/core/Verdict"
import { Effect, Result } from "effect"
import { accept, submit } from "../Bench.ts"
import type { Check } from "../Check.ts"
import { words } from "../internal/outcome.ts"
import type { Script } from "../Wire.ts"
import * as Wire from "../Wire.ts"

export const oneCall: Check = {
  name: "every method is one call on the wire, whatever comes back",
  why: "Whoever repeats must be the one who knows what the last attempt proved; a method that repeats by itself may pay twice.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const { provider, simulator, wire } = bench
    const complaints: Array<string> = []
    const count = Effect.fnUntraced(function* (
      name: string,
      call: Effect.Effect<unknown, TaskError>,
    ) {
      const before = wire.seen.length
      yield* Effect.result(call)
      const requests = wire.seen.length - before
      if (requests !== 1) complaints.push(`${name}: ${requests} requests; wanted 1`)
    })
    const ref = yield* accept(bench)
    for (const fault of faults) {
      if (fault !== "none") simulator.faults.add(`submit:${fault}`)
      yield* count(`submit, ${fault}`, submit(provider, bench.starts[0]))
      simulator.faults.clear()
      if (fault !== "none") simulator.faults.add(`poll:${fault}`)
      yield* count(`poll, ${fault}`, provider.poll(ref))
      simulator.faults.clear()
    }
    for (const [name, script] of scripts) {
      if (provider.cancel !== undefined) {
        wire.next(script)
        yield* count(`cancel, ${name}`, provider.cancel(ref))
      }
      if (provider.credits !== undefined) {
        wire.next(script)
        yield* count(`credits, ${name}`, provider.credits)
      }
    }
    return complaints
  }),
}

const faults = [
  "none",
  "429",
  "429:retry-after=1",
  "500",
  "503:body=empty",
  "503:body=html",
  "401",
  "html",
  "malformed",
  "empty",
  "reset-before",
  "lost-answer",
]

const scripts: ReadonlyArray<readonly [string, Script]> = [
  ["none", (service) => service()],
  ["503", () => Promise.resolve({ status: 503, headers: {}, body: "" })],
  ["reset", () => Promise.resolve("reset")],
]

export const freshConnection: Check = {
  name: "every submit goes out on a connection of its own",
  why: "A pooled connection may be reset under the request by a peer that never saw it, and the submit is undecided for nothing.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const { provider, wire } = bench
    const submits: Array<number> = []
    const ref = yield* accept(bench)
    submits.push(wire.seen.length - 1)
    for (const start of [bench.starts[0], ...bench.starts]) {
      yield* provider.poll(ref)
      yield* submit(provider, start)
      submits.push(wire.seen.length - 1)
    }
    yield* provider.poll(ref)
    const used = (connection: number | undefined) =>
      wire.seen.filter((one) => one.connection === connection).length
    return submits
      .filter((index) => used(wire.seen[index]?.connection) !== 1)
      .map(
        (index) => `the connection of request ${index + 1}, a submit, carried other requests too`,
      )
  }),
}

export const noRedirect: Check = {
  name: "a redirect is not followed",
  why: "A POST that is sent on is a second submit, and it carries the credentials to wherever the redirect points.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const { provider, simulator, wire } = bench
    const complaints: Array<string> = []
    const elsewhere = yield* Wire.open(simulator.url)
    const ref = yield* accept(bench)
    for (const status of [301, 302, 303, 307, 308]) {
      const calls: ReadonlyArray<readonly [string, Effect.Effect<unknown, TaskError>, Verdict]> = [
        ["submit", submit(provider, bench.starts[0]), "ask"],
        ["poll", provider.poll(ref), "wait"],
      ]
      for (const [name, call, verdict] of calls) {
        const before = wire.seen.length
        const location = `${elsewhere.url}${wire.seen.at(-1)?.path ?? "/"}`
        wire.next(async () => ({ status, headers: { location }, body: "" }))
        const outcome = yield* Effect.result(call)
        const met = `${name}, HTTP ${status}`
        if (Result.isSuccess(outcome) || outcome.failure.verdict !== verdict) {
          complaints.push(`${met}: ${words(outcome)}; wanted the verdict ${verdict}`)
        }
        if (wire.seen.length !== before + 1)
          complaints.push(`${met}: was sent again to the same host`)
      }
    }
    if (elsewhere.seen.length > 0) {
      complaints.push(`${elsewhere.seen.length} requests went where a redirect pointed`)
    }
    return complaints
  }),
}

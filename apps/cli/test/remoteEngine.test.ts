/** The engine of a server beside the engine itself, on the same generations. */
import { Providers } from "@zoetrope/core/Providers"
import * as Core from "@zoetrope/core/Providers"
import { TaskError } from "@zoetrope/core/TaskError"
import * as Embedded from "@zoetrope/engine/drivers/DataDirectory"
import { Engine, type Record } from "@zoetrope/engine/Engine"
import { KeyReused, NotNow, UnknownGeneration, UnknownModel } from "@zoetrope/engine/EngineError"
import type { Task } from "@zoetrope/engine/Generation"
import { Context, Effect, Exit, Fiber, Layer, Logger, Scope, Stream, Struct } from "effect"
import { describe, expect, it, vi } from "vitest"
import { connect } from "../src/remote/Connection.ts"
import * as Outage from "../src/remote/Outage.ts"
import * as RemoteEngine from "../src/remote/RemoteEngine.ts"
import { between, serverOf } from "./remoteServer.ts"
import { cleanups, emptyPlace, film, simulated } from "./support.ts"

const pro = "volc-cv/jimeng-video-3.0-pro"
const vidu = "vidu/img2video"

const world = async (options: Parameters<typeof simulated>[0] = {}) => {
  const { simulator } = await simulated(options)
  const dataDir = `${(await emptyPlace()).directory}/data`
  const server = await serverOf(simulator, dataDir)
  return { simulator, dataDir, ...server }
}

const scoped = async () => {
  const scope = await Effect.runPromise(Scope.make())
  cleanups.push(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  return <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) =>
    Effect.runPromise(
      effect.pipe(Effect.provideService(Scope.Scope, scope), Effect.provide(Logger.layer([]))),
    )
}

/** The engine of a server. */
const remote = async (url: string) => {
  const run = await scoped()
  const left: Array<string> = []
  const engine = await run(
    Effect.flatMap(connect(url), (connection) =>
      RemoteEngine.make(connection, {
        outage: Outage.make(url),
        onLeft: (key) => Effect.sync(() => void left.push(key)),
      }),
    ),
  )
  return { engine, left }
}

/** The engine itself, driving nothing. */
const embedded = async (directory: string): Promise<Engine["Service"]> => {
  const run = await scoped()
  const providers = Layer.succeed(Providers, Core.make([]))
  const layer = Embedded.layer({ directory }).pipe(Layer.provide(providers))
  return Context.get(await run(Layer.build(layer)), Engine)
}

/** Without what a server keeps to itself. */
const known = ({ artifacts, events, files, generation, input, tasks }: Record) => ({
  generation: {
    ...Struct.omit(generation, ["stamp", "digest", "cohort", "task", "error"]),
    task: generation.task && taskKnown(generation.task),
    error: generation.error && {
      operation: generation.error.operation,
      code: generation.error.code,
      requestId: generation.error.requestId,
      reason: generation.error.reason._tag,
      verdict: generation.error.verdict,
      message: generation.error.message,
    },
  },
  input,
  tasks: tasks.map(taskKnown),
  events,
  files: files.map(Struct.omit(["path"])),
  artifacts: artifacts.map(Struct.omit(["path"])),
})
const taskKnown = (task: Task) => Struct.omit(task, ["token", "attempt", "outputs"])

const run = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.runPromise(Effect.provide(effect, Logger.layer([])))
const failureOf = <E>(effect: Effect.Effect<unknown, E>) => run(Effect.flip(effect))

describe("the engine of a server", () => {
  it("tells of each generation what the engine itself does", async () => {
    const { dataDir, simulator, url } = await world({
      faults: ["submit:lost-answer:model=jimeng_ti2v_v30_pro:skip=2"],
    })
    const { engine } = await remote(url)
    const picture = new Uint8Array(
      await (await fetch(`${simulator.url}/inputs/sample.jpg`)).arrayBuffer(),
    )
    const submit = (model: string, input: unknown) =>
      run(engine.submit({ model, input })).then(({ generation }) => generation.id)
    const ids = [
      await submit(pro, { prompt: "a kite" }),
      await submit(pro, { prompt: "no [[50412]]" }),
      await submit(vidu, { image: picture }),
    ]
    const statesOf = () => Promise.all(ids.map(async (id) => (await run(engine.settled(id))).state))
    expect(await statesOf()).toEqual(["done", "failed", "done"])
    ids.push(await submit(pro, { prompt: "lost" }))
    expect((await statesOf()).at(-1)).toBe("undecided")

    const beside = await embedded(dataDir)
    for (const id of ids) {
      // oxlint-disable-next-line no-await-in-loop -- a failure names the first
      const [here, there] = await Promise.all([run(beside.record(id)), run(engine.record(id))])
      expect(known(there)).toEqual(known(here))
    }
    const listed = await run(engine.list({ states: ["done", "undecided"] }))
    expect(listed.map(({ id }) => id)).toEqual(
      (await run(beside.list({ states: ["done", "undecided"] }))).map(({ id }) => id),
    )
    expect(await run(engine.stats)).toEqual(await run(beside.stats))
  })

  it("finds one by the beginning of its id, and lists page by page", async () => {
    const { url } = await world({ speed: 1 })
    const { engine } = await remote(url)
    const ids: Array<string> = []
    for (let count = 0; count < 205; count++) {
      // oxlint-disable-next-line no-await-in-loop -- in this order
      const { generation } = await run(engine.submit({ model: pro, input: { prompt: `${count}` } }))
      ids.unshift(generation.id)
    }
    const all = await run(engine.list({ limit: 1000 }))
    expect(all.map(({ id }) => id)).toEqual(ids)
    const rest = await run(engine.list({ limit: 2, after: all[2]! }))
    expect(rest.map(({ id }) => id)).toEqual(ids.slice(3, 5))
    const id = ids[7]!
    expect((await run(engine.get(id.slice(0, 10)))).id).toBe(id)
    expect(await failureOf(engine.get("zzzzzzzzzzzz"))).toBeInstanceOf(UnknownGeneration)
    expect(await failureOf(engine.get("../"))).toBeInstanceOf(UnknownGeneration)
    const ambiguous = await failureOf(engine.get(""))
    expect(ambiguous).toBeInstanceOf(UnknownGeneration)
  })

  it("refuses in the engine's own errors", async () => {
    const { url } = await world({ speed: 1 })
    const { engine } = await remote(url)
    const bad = await failureOf(engine.submit({ model: pro, input: { prompt: 7 } }))
    expect(bad).toBeInstanceOf(TaskError)
    expect(bad).toMatchObject({ reason: { issues: [{ path: "/prompt" }] } })
    const none = await failureOf(engine.submit({ model: "vidu/none", input: {} }))
    expect(none).toBeInstanceOf(UnknownModel)
    expect(none).toMatchObject({ known: expect.arrayContaining([pro, vidu]) })

    const ask = (prompt: string) => engine.submit({ model: pro, input: { prompt }, key: "mine" })
    const first = await run(ask("a kite"))
    expect(first.isNew).toBe(true)
    expect(await run(ask("a kite"))).toMatchObject({
      isNew: false,
      generation: { id: first.generation.id },
    })
    const reused = await failureOf(ask("a drum"))
    expect(reused).toBeInstanceOf(KeyReused)
    expect(reused).toMatchObject({ key: "mine", id: first.generation.id })

    const early = await failureOf(engine.remove(first.generation.id))
    expect(early).toBeInstanceOf(NotNow)
    expect((early as NotNow).message).toContain("cancel or settle it first")
    expect(await failureOf(engine.settle(first.generation.id, { _tag: "GiveUp" }))).toBeInstanceOf(
      NotNow,
    )
  })

  it("asks again for a create whose answer was lost, and it is made once", async () => {
    const { simulator, url } = await world()
    let lost = 0
    const unreliable = await between(url, ({ asked, back }) => {
      if (asked.method !== "POST" || lost === 2) return false
      lost += 1
      back.destroy()
      return true
    })
    const { engine } = await remote(unreliable.url)
    const accepted = await run(engine.submit({ model: pro, input: { prompt: "a kite" } }))
    expect([lost, accepted.isNew]).toEqual([2, true])
    expect((await run(engine.settled(accepted.generation.id))).state).toBe("done")
    expect(await run(engine.list())).toHaveLength(1)
    expect(simulator.ledger().totals.accepted).toBe(1)
    const keys = unreliable.asked
      .filter(({ method }) => method === "POST")
      .map(({ headers }) => headers["idempotency-key"])
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
  })

  it("says once what a person says, and that it may have been heard", async () => {
    const { url } = await world({ speed: 1 })
    const { engine } = await remote(url)
    const { generation } = await run(engine.submit({ model: pro, input: { prompt: "a kite" } }))
    const unreliable = await between(url, ({ asked, back }) => {
      if (asked.method !== "POST") return false
      back.destroy()
      return true
    })
    const other = (await remote(unreliable.url)).engine
    const failure = await failureOf(other.cancel(generation.id))
    expect(failure.message).toContain("may have")
    expect(unreliable.asked.filter(({ method }) => method === "POST")).toHaveLength(1)
  })

  it("tells the key of a create that is broken off", async () => {
    const { url } = await world({ speed: 1 })
    const silent = await between(url, ({ asked }) => asked.method === "POST")
    const { engine, left } = await remote(silent.url)
    const fiber = Effect.runFork(engine.submit({ model: pro, input: { prompt: "a kite" } }))
    const isSent = () => silent.asked.some(({ method }) => method === "POST")
    await vi.waitFor(() => expect(isSent()).toBe(true), 10_000)
    await run(Fiber.interrupt(fiber))
    const [key = ""] = left
    const direct = await remote(url)
    const again = await run(direct.engine.submit({ model: pro, input: { prompt: "a kite" }, key }))
    expect(again.isNew).toBe(false)
  })

  it("hears of changes again where it was, when the connection was cut", async () => {
    const { simulator, url } = await world({ speed: 1 })
    const streams: Array<() => void> = []
    const cuttable = await between(url, ({ asked, back }) => {
      if (asked.url === "/api/v1/events") streams.push(() => back.destroy())
      return false
    })
    const { engine } = await remote(cuttable.url)
    const heard: Array<string> = []
    const listening = Effect.runFork(
      engine.changes.pipe(
        Stream.runForEach(({ state }) => Effect.sync(() => void heard.push(state))),
        Effect.provide(Logger.layer([])),
      ),
    )
    // Not by the request on its way: what happens before the server listens is not told.
    await vi.waitFor(async () => {
      const stats: unknown = await (await fetch(`${url}/api/v1/stats`)).json()
      expect(stats).toMatchObject({ listeners: 1 })
    }, 10_000)
    await run(engine.submit({ model: pro, input: { prompt: "a kite" } }))
    await vi.waitFor(() => expect(heard).toContain("running"), 10_000)
    for (const cut of streams) cut()
    simulator.clock.advance(600)
    await vi.waitFor(() => expect(heard).toContain("done"), 20_000)
    await run(Fiber.interrupt(listening))
    const opened = cuttable.asked.filter((one) => one.url === "/api/v1/events")
    expect(opened.length).toBeGreaterThan(1)
    expect(opened.at(-1)?.headers["last-event-id"]).toMatch(/^\d+$/)
    expect(film.bytes.length).toBe((await run(engine.stats)).artifacts.bytes)
  })
})

/** Event streams over real connections that take little, or nothing. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import { Access } from "@zoetrope/api"
import { Engine } from "@zoetrope/engine/Engine"
import { Store } from "@zoetrope/engine/Store"
import { Context, Effect, Layer, Schedule, Stream } from "effect"
import { HttpServer } from "effect/http"
import { connect, type Socket } from "node:net"
import { all } from "../src/api/events.ts"
import * as EventLog from "../src/events/EventLog.ts"
import * as Listeners from "../src/events/Listeners.ts"
import { type Bounds, defaultBounds, nodeServer } from "../src/http/nodeServer.ts"
import { Gatekeeper } from "../src/security/Gatekeeper.ts"
import { Stopping } from "../src/Stopping.ts"

const message = "m".repeat(2000)

/** So many lines, which are far more bytes than the buffers of two sockets hold. */
const count = 20_000

/** Serves the events of a log that is there already, and tells how much of it was read. */
const serving = Effect.fnUntraced(function* (bounds: Partial<Bounds> = {}) {
  const read = { upTo: 0 }
  const store = Layer.mock(Store, {
    log: (after, limit) =>
      Effect.sync(() => {
        const length = Math.max(0, Math.min(limit, count - after))
        // What looks for the newest line reads one.
        if (limit > 1 && length > 0) read.upTo = after + length
        return Array.from({ length }, (_, index) => {
          const seq = after + index + 1
          return { seq, generation: "g", version: seq, at: 0, kind: "accepted", message }
        })
      }),
    get: (id) => Effect.succeed({ id, owner: "alice" } as never),
  })
  const services = EventLog.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        store,
        Stopping.layer,
        Listeners.layer(Listeners.defaultMost),
        Layer.mock(Engine, { changes: Stream.never }),
        Layer.mock(Gatekeeper, { isKnown: () => Effect.succeed(true) }),
        Layer.succeed(Access.CurrentCaller, { id: "k", owner: "alice", scope: "read" }),
        NodeHttpServer.layer(() => nodeServer({ ...defaultBounds, ...bounds }), {
          host: "127.0.0.1",
          port: 0,
        }),
      ),
    ),
  )
  const context = yield* Layer.build(services)
  yield* HttpServer.serveEffect(Effect.orDie(all(0))).pipe(Effect.provideContext(context))
  const { address } = Context.get(context, HttpServer.HttpServer)
  const { hostname, port } = new URL(HttpServer.formatAddress(address))
  const listeners = Context.get(context, Listeners.Listeners)
  const socket = connect(Number(port), hostname)
  yield* Effect.addFinalizer(() => Effect.sync(() => socket.destroy()))
  socket.on("error", () => {})
  socket.pause()
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
  return { read, listeners: listeners.count, socket }
})

/** Waits until it stays as it is for a while, and tells what it is then. */
const steady = Effect.fnUntraced(function* (look: () => number) {
  let before = -1
  let times = 0
  while (times < 10) {
    yield* Effect.sleep("50 millis")
    times = look() === before && before > 0 ? times + 1 : 0
    before = look()
  }
  return before
})

/** Reads until that line has come. */
const idsUntil = (socket: Socket, last: number) =>
  Effect.callback<ReadonlyArray<number>>((resume) => {
    const ids: Array<number> = []
    let rest = ""
    socket.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) if (line.startsWith("id: ")) ids.push(Number(line.slice(4)))
      if (ids.at(-1) === last) resume(Effect.succeed(ids))
    })
    socket.resume()
  })

describe("a listener over a connection", () => {
  it.live("that takes nothing for a while makes nothing pile up, and then gets every line", () =>
    Effect.gen(function* () {
      const { read, socket } = yield* serving()
      const held = yield* steady(() => read.upTo)
      assert.isBelow(held, count / 2)
      // The greeting says where it begins.
      const ids = yield* idsUntil(socket, count)
      assert.deepStrictEqual(
        ids,
        Array.from({ length: count + 1 }, (_, index) => index),
      )
    }).pipe(Effect.scoped),
  )

  it.live("that takes nothing for too long loses it", () =>
    Effect.gen(function* () {
      const { listeners, read } = yield* serving({ silence: 500 })
      const isOpen = Effect.map(listeners, (open) => open === 1)
      yield* Effect.repeat(isOpen, { until: (open) => open, schedule: Schedule.spaced(10) })
      yield* Effect.repeat(isOpen, { until: (open) => !open, schedule: Schedule.spaced(50) })
      assert.isBelow(read.upTo, count / 2)
    }).pipe(Effect.scoped),
  )
})

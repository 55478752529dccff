import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Agent, createServer, request as httpRequest, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import * as Wire from "@zoetrope/provider-kit/Wire"

/** A service on loopback that answers as told. */
const service = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const server = createServer(listener)
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
    }),
    ({ server }) =>
      Effect.promise(async () => {
        const closed = new Promise((resolve) => server.close(resolve))
        server.closeAllConnections()
        await closed
      }),
  )

const opened = Effect.fnUntraced(function* (listener: RequestListener) {
  return yield* Wire.open((yield* service(listener)).url)
})

/** One POST, on a connection of its own unless an agent is given; a broken one is told by its error's code. */
const post = (
  url: string,
  headers: Readonly<Record<string, string>> = {},
  agent: Agent | false = false,
) =>
  Effect.promise(
    () =>
      new Promise<{ readonly status: number; readonly body: string; readonly broken?: string }>(
        (resolve) => {
          const broken = (error: NodeJS.ErrnoException) =>
            resolve({ status: 0, body: "", broken: error.code ?? error.message })
          const sent = httpRequest(url, { method: "POST", headers, agent }, (answer) => {
            answer.on("error", broken)
            answer.toArray().then(
              (chunks: ReadonlyArray<Buffer>) =>
                resolve({
                  status: answer.statusCode ?? 0,
                  body: Buffer.concat(chunks).toString(),
                }),
              broken,
            )
          })
          sent.on("error", broken)
          sent.end("what was sent")
        },
      ),
  )

describe("Wire", () => {
  it.live("passes on what it sees, header lines as they came", () =>
    Effect.gen(function* () {
      let arrived = ""
      const wire = yield* opened((request, response) => {
        arrived = `${request.method} ${request.url} ${request.headers.host} ${String(request.headers["x-signed"])}`
        response.writeHead(418, { "x-answer": "1" }).end("short and stout")
      })
      const answer = yield* post(`${wire.url}/tasks?b=%2B&a=1`, { "X-Signed": "abc" })
      assert.deepStrictEqual(answer, { status: 418, body: "short and stout" })
      const { host } = new URL(wire.url)
      assert.strictEqual(arrived, `POST /tasks?b=%2B&a=1 ${host} abc`)
      const [seen] = wire.seen
      assert.strictEqual(seen?.method, "POST")
      assert.strictEqual(seen?.path, "/tasks?b=%2B&a=1")
      assert.strictEqual(seen?.headers["x-signed"], "abc")
      assert.strictEqual(seen?.body, "what was sent")
    }),
  )

  it.live("numbers connections", () =>
    Effect.gen(function* () {
      const wire = yield* opened((_, response) => void response.end())
      yield* post(wire.url)
      yield* post(wire.url)
      const [first, second] = wire.seen
      assert.notStrictEqual(first?.connection, second?.connection)
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      yield* post(wire.url, {}, agent)
      yield* post(wire.url, {}, agent)
      agent.destroy()
      assert.strictEqual(wire.seen[2]?.connection, wire.seen[3]?.connection)
    }),
  )

  it.live("breaks where the service breaks", () =>
    Effect.gen(function* () {
      const broken = yield* opened((request) => void request.socket.resetAndDestroy())
      assert.strictEqual((yield* post(broken.url)).broken, "ECONNRESET")
      const cut = yield* opened((request, response) => {
        response.writeHead(200, { "content-length": "100" })
        response.write("half", () => request.socket.destroy())
      })
      assert.isDefined((yield* post(cut.url)).broken)
    }),
  )

  it.live("plays each script for one request, with the real answer or without", () =>
    Effect.gen(function* () {
      let served = 0
      const wire = yield* opened((_, response) => {
        served += 1
        response.writeHead(200, { "x-real": "1" }).end("real")
      })
      wire.next(
        async () => ({ status: 503, headers: {}, body: "scripted" }),
        async (real) => ({ ...(await real()), status: 500 }),
        async (real) => {
          await real()
          return "reset"
        },
      )
      assert.deepStrictEqual(yield* post(wire.url), { status: 503, body: "scripted" })
      assert.strictEqual(served, 0)
      assert.deepStrictEqual(yield* post(wire.url), { status: 500, body: "real" })
      assert.strictEqual((yield* post(wire.url)).broken, "ECONNRESET")
      assert.strictEqual(served, 2)
      assert.deepStrictEqual(yield* post(wire.url), { status: 200, body: "real" })
      wire.next(async () => ({ status: 503, headers: {}, body: "" }))
      wire.clear()
      assert.strictEqual((yield* post(wire.url)).status, 200)
    }),
  )

  it.live("knows an address where nobody listens", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* post(yield* Wire.closedAddress)).broken, "ECONNREFUSED")
    }),
  )
})

import { assert, describe, it } from "@effect/vitest"
import { FreshConnection, isNothingSent } from "@zoetrope/core/Transport"
import { Effect, Fiber, Option, type Scope, Tracer } from "effect"
import type { HttpClientError } from "effect/http"
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import type { IncomingMessage } from "node:http"
import { afterAll, beforeAll } from "vitest"
import { client, paidCall } from "./clients.ts"
import * as Servers from "./servers.ts"

const httpUrl = ({ port }: { port: number }) => ({ url: `http://127.0.0.1:${port}/` })

const httpsUrl = ({ port }: { port: number }) => ({ url: `https://127.0.0.1:${port}/` })

const through = (proxy: { port: number }) => ({
  url: "https://service.invalid/",
  environment: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
})

const codeOf = (error: HttpClientError.HttpClientError): string =>
  String((error.reason as { cause?: { code?: unknown } }).cause?.code)

const socketOf = (entry: string) => entry.split(" ")[2]

const recorder = (status: number, headers: Record<string, string> = {}) => {
  const requests: Array<IncomingMessage> = []
  return Effect.map(
    Servers.http((request, response) => {
      requests.push(request)
      response.writeHead(status, headers).end("{}")
    }),
    ({ port }) => ({ requests, url: `http://127.0.0.1:${port}/path?a=1` }),
  )
}

describe("what a failure proves", () => {
  /** undici's own word: published when the head of a request is about to be written. */
  let written: Array<string> = []
  const onWritten = (message: unknown) => {
    const { request } = message as { request: { method: string } }
    if (request.method !== "CONNECT") written.push(request.method)
  }
  beforeAll(() => subscribe("undici:client:sendHeaders", onWritten))
  afterAll(() => unsubscribe("undici:client:sendHeaders", onWritten))

  interface Row {
    readonly name: string
    readonly sent: boolean
    readonly at: Effect.Effect<
      { url: string; environment?: Record<string, string>; trusted?: boolean },
      never,
      Scope.Scope
    >
    readonly code?: string | RegExp
  }

  const proxyAnswering = (answer: string) =>
    Effect.map(Servers.tcp(Servers.afterHead((socket) => socket.end(answer))), through)

  const rows: ReadonlyArray<Row> = [
    {
      name: "the name does not exist",
      sent: false,
      at: Effect.succeed({ url: "http://service.invalid/" }),
      code: /ENOTFOUND|EAI_AGAIN/,
    },
    {
      name: "nothing listens",
      sent: false,
      at: Effect.map(Servers.closedPort, (port) => httpUrl({ port })),
      code: "ECONNREFUSED",
    },
    {
      name: "nothing listens on any address of the name",
      sent: false,
      at: Effect.map(Servers.closedPort, (port) => ({ url: `http://localhost:${port}/` })),
      code: "ECONNREFUSED",
    },
    {
      name: "the certificate is not trusted",
      sent: false,
      at: Effect.map(
        Servers.tls(() => {}),
        httpsUrl,
      ),
      code: "DEPTH_ZERO_SELF_SIGNED_CERT",
    },
    {
      name: "no answer to the TLS hello until the connect timeout",
      sent: false,
      at: Effect.map(
        Servers.tcp(() => {}),
        httpsUrl,
      ),
      code: "UND_ERR_CONNECT_TIMEOUT",
    },
    {
      name: "closed in the TLS handshake",
      sent: false,
      at: Effect.map(
        Servers.tcp((socket) => socket.once("data", () => socket.end())),
        httpsUrl,
      ),
      code: "ECONNRESET",
    },
    {
      name: "reset in the TLS handshake",
      sent: false,
      at: Effect.map(
        Servers.tcp((socket) => socket.once("data", () => socket.resetAndDestroy())),
        httpsUrl,
      ),
      code: "ECONNRESET",
    },
    {
      name: "not TLS at all",
      sent: false,
      at: Effect.map(
        Servers.tcp((socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad\r\n\r\n"))),
        httpsUrl,
      ),
      code: /SSL/,
    },
    {
      name: "the proxy refuses CONNECT",
      sent: false,
      at: proxyAnswering("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"),
    },
    {
      name: "the proxy wants credentials",
      sent: false,
      at: proxyAnswering("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"),
    },
    {
      name: "the proxy hangs up instead of answering CONNECT",
      sent: false,
      at: proxyAnswering(""),
    },
    {
      name: "nothing listens where the proxy should be",
      sent: false,
      at: Effect.map(Servers.closedPort, (port) => through({ port })),
      code: "ECONNREFUSED",
    },
    {
      name: "behind the proxy's tunnel, the certificate is not trusted",
      sent: false,
      at: Servers.tls(() => {}).pipe(Effect.flatMap(Servers.connectProxy), Effect.map(through)),
      code: "DEPTH_ZERO_SELF_SIGNED_CERT",
    },
    {
      name: "behind the proxy's tunnel, reset after the request",
      sent: true,
      at: Servers.tls(Servers.afterHead((socket) => socket.destroy())).pipe(
        Effect.flatMap(Servers.connectProxy),
        Effect.map((proxy) => ({ ...through(proxy), trusted: true })),
      ),
    },
    {
      name: "reset before the server reads a byte",
      sent: true,
      at: Effect.map(
        Servers.tcp((socket) => {
          socket.pause()
          setTimeout(() => socket.resetAndDestroy(), 30)
        }),
        httpUrl,
      ),
      code: "ECONNRESET",
    },
    {
      name: "reset after the request",
      sent: true,
      at: Effect.map(Servers.tcp(Servers.afterHead((socket) => socket.resetAndDestroy())), httpUrl),
      code: "ECONNRESET",
    },
    {
      name: "closed in the middle of the answer's head",
      sent: true,
      at: Effect.map(
        Servers.tcp(Servers.afterHead((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-le"))),
        httpUrl,
      ),
      code: "UND_ERR_SOCKET",
    },
    {
      name: "closed in the middle of the answer's body",
      sent: true,
      at: Effect.map(
        Servers.tcp(
          Servers.afterHead((socket) =>
            socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"),
          ),
        ),
        httpUrl,
      ),
    },
    {
      name: "the answer is not HTTP",
      sent: true,
      at: Effect.map(
        Servers.tcp(Servers.afterHead((socket) => socket.end("what?\r\n\r\n"))),
        httpUrl,
      ),
    },
  ]

  for (const fresh of [false, true]) {
    it.live.each(rows)(`$name (own connection: ${fresh})`, (row) =>
      Effect.gen(function* () {
        const { url, environment, trusted } = yield* row.at
        if (trusted) yield* Servers.trusted
        const http = yield* client({ connectTimeout: "300 millis" }, environment)
        written = []
        const error = yield* http.execute(paidCall(url)).pipe(
          Effect.flatMap((response) => response.text),
          Effect.provideService(FreshConnection, fresh),
          Effect.flip,
        )
        assert.deepStrictEqual(written, row.sent ? ["POST"] : [])
        assert.strictEqual(isNothingSent(error), !row.sent, String(error.reason))
        if (row.code !== undefined) {
          assert.match(codeOf(error), new RegExp(row.code))
        }
      }),
    )
  }

  const hangsUpAtOnce = [
    [
      "TCP",
      Effect.map(
        Servers.tcp((socket) => socket.resetAndDestroy()),
        httpUrl,
      ),
    ],
    [
      "TLS",
      Servers.trusted.pipe(
        Effect.andThen(Servers.tls((socket) => socket.destroy())),
        Effect.map(({ port }) => ({ url: `https://localhost:${port}/` })),
      ),
    ],
  ] as const
  for (const fresh of [false, true]) {
    it.live.each(hangsUpAtOnce)(
      `who hangs up at once (%s), before or after the request is written: never claimed wrongly (own connection: ${fresh})`,
      ([, at]) =>
        Effect.gen(function* () {
          const { url } = yield* at
          const http = yield* client()
          for (let i = 0; i < 30; i++) {
            written = []
            const error = yield* http
              .execute(paidCall(url))
              .pipe(Effect.provideService(FreshConnection, fresh), Effect.flip)
            assert.strictEqual(isNothingSent(error), written.length === 0)
            assert.isAtMost(written.length, 1)
          }
        }),
    )
  }

  it.live("a name with several addresses gets the request at one of them", () =>
    Effect.gen(function* () {
      // `localhost` is ::1 as well, where nothing listens.
      const { port } = yield* Servers.http((_, response) => response.end("{}"))
      const http = yield* client()
      for (const fresh of [false, true]) {
        written = []
        const { status } = yield* http
          .execute(paidCall(`http://localhost:${port}/`))
          .pipe(Effect.provideService(FreshConnection, fresh))
        assert.strictEqual(status, 200)
        assert.deepStrictEqual(written, ["POST"])
      }
    }),
  )

  it.live("the end of the client tells a request under way from one that waited for a socket", () =>
    Effect.gen(function* () {
      let arrived = 0
      const server = yield* Servers.http(() => {
        arrived += 1
      })
      const { url } = httpUrl(server)
      const errors = yield* Effect.scoped(
        Effect.gen(function* () {
          const http = yield* client({ connections: 1 })
          const under = yield* Effect.forkDetach(Effect.flip(http.execute(paidCall(url))))
          yield* Servers.until(() => arrived === 1)
          const waiting = yield* Effect.forkDetach(Effect.flip(http.execute(paidCall(url))))
          yield* Effect.sleep("20 millis")
          return [under, waiting] as const
        }),
      )
      assert.isFalse(isNothingSent(yield* Fiber.join(errors[0])))
      assert.isTrue(isNothingSent(yield* Fiber.join(errors[1])))
    }),
  )
})

describe("a connection of its own", () => {
  it.live("never takes an idle socket, is closed afterwards, and leaves the pool alone", () =>
    Effect.gen(function* () {
      const ports: Array<string> = []
      const server = yield* Servers.http((request, response) => {
        ports.push(`${request.method} ${request.headers.connection} ${request.socket.remotePort}`)
        response.end("{}")
      })
      const url = `http://127.0.0.1:${server.port}/`
      const http = yield* client()
      const poll = Effect.flatMap(http.get(url), (response) => response.text)
      const submit = http.execute(paidCall(url)).pipe(
        Effect.flatMap((response) => response.text),
        Effect.provideService(FreshConnection, true),
      )
      yield* poll
      yield* submit
      yield* Effect.all([submit, submit, submit], { concurrency: "unbounded" })
      yield* poll
      const polls = ports.filter((entry) => entry.startsWith("GET keep-alive"))
      const submits = ports.filter((entry) => entry.startsWith("POST close"))
      assert.strictEqual(polls.length, 2)
      assert.strictEqual(submits.length, 4)
      assert.strictEqual(new Set(polls.map(socketOf)).size, 1)
      assert.strictEqual(new Set(ports.map(socketOf)).size, 5)
      yield* Servers.until(() => server.open() === 1)
    }),
  )

  it.live("is closed although the server would keep it, and after a failure", () =>
    Effect.gen(function* () {
      const answers = [
        "HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\n{}",
        "?",
      ]
      const server = yield* Servers.tcp(
        Servers.afterHead((socket) => socket.write(answers.shift()!)),
      )
      const http = yield* client()
      const submit = http
        .execute(paidCall(`http://127.0.0.1:${server.port}/`))
        .pipe(Effect.provideService(FreshConnection, true))
      assert.strictEqual(yield* Effect.flatMap(submit, (response) => response.text), "{}")
      yield* Servers.until(() => server.open() === 0)
      yield* Effect.flip(submit)
      yield* Servers.until(() => server.open() === 0)
      assert.strictEqual(server.sockets.length, 2)
    }),
  )

  it.live("is closed when the caller gives up before there is a connection", () =>
    Effect.gen(function* () {
      const server = yield* Servers.tcp((socket) => socket.resume())
      const http = yield* client()
      const call = yield* http
        .execute(paidCall(`http://127.0.0.1:${server.port}/`))
        .pipe(Effect.provideService(FreshConnection, true), Effect.forkChild)
      yield* Effect.yieldNow
      yield* Fiber.interrupt(call)
      yield* Servers.until(() => server.sockets.length === 1 && server.open() === 0)
      assert.strictEqual(server.sockets[0]!.bytesRead, 0)
    }),
  )

  it.live("is closed with the transport, whatever is under way", () =>
    Effect.gen(function* () {
      let arrived = false
      const server = yield* Servers.http(() => {
        arrived = true
      })
      const call = yield* Effect.scoped(
        Effect.gen(function* () {
          const http = yield* client()
          const underWay = yield* Effect.forkDetach(
            http
              .execute(paidCall(`http://127.0.0.1:${server.port}/`))
              .pipe(Effect.provideService(FreshConnection, true), Effect.flip),
          )
          yield* Servers.until(() => arrived)
          return underWay
        }),
      )
      assert.isFalse(isNothingSent(yield* Fiber.join(call)))
      yield* Servers.until(() => server.open() === 0)
    }),
  )

  it.live("is closed when the caller gives up", () =>
    Effect.gen(function* () {
      const server = yield* Servers.tcp((socket) => socket.resume())
      const http = yield* client()
      const outcome = yield* http
        .execute(paidCall(`http://127.0.0.1:${server.port}/`))
        .pipe(Effect.provideService(FreshConnection, true), Effect.timeoutOption("100 millis"))
      assert.isTrue(Option.isNone(outcome))
      yield* Servers.until(() => server.sockets.length === 1 && server.open() === 0)
    }),
  )
})

describe("what goes over the wire", () => {
  it.live("introduces itself, wants no compression, sends no trace headers", () =>
    Effect.gen(function* () {
      const { requests, url } = yield* recorder(200)
      const http = yield* client()
      yield* Effect.withSpan(http.get(url), "a span that would be propagated")
      const headers = requests[0]!.headers
      assert.match(headers["user-agent"]!, /^zoetrope\/\d+\.\d+\.\d+/)
      assert.strictEqual(headers["accept-encoding"], "identity")
      assert.notProperty(headers, "traceparent")
      assert.notProperty(headers, "b3")
    }),
  )

  it.live("a tracer sees the call, without its secrets", () =>
    Effect.gen(function* () {
      const { url } = yield* recorder(503)
      const http = yield* client()
      const spans: Array<Tracer.NativeSpan> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        },
      })
      yield* http
        .get(url, { headers: { authorization: "Bearer secret" } })
        .pipe(Effect.withTracer(tracer))
      assert.deepStrictEqual(
        spans.map(({ name }) => name),
        ["GET"],
      )
      assert.strictEqual(spans[0]?.attributes.get("http.response.status_code"), 503)
      assert.notInclude(
        String(spans[0]?.attributes.get("http.request.header.authorization")),
        "secret",
      )
    }),
  )

  it.live("a caller's own headers win", () =>
    Effect.gen(function* () {
      const { requests, url } = yield* recorder(200)
      const http = yield* client({ userAgent: "studio/9" })
      yield* http.get(url)
      yield* http.get(url, { headers: { "user-agent": "mine/1" } })
      assert.deepStrictEqual(
        requests.map((request) => request.headers["user-agent"]),
        ["studio/9", "mine/1"],
      )
    }),
  )

  it.live("a redirect is an answer, not an order", () =>
    Effect.gen(function* () {
      const { requests, url } = yield* recorder(307, { location: "/elsewhere" })
      const http = yield* client()
      const response = yield* http.execute(paidCall(url))
      assert.strictEqual(response.status, 307)
      assert.strictEqual(requests.length, 1)
    }),
  )

  it.live("nothing is sent twice, and cookies are not kept", () =>
    Effect.gen(function* () {
      const { requests, url } = yield* recorder(503, { "set-cookie": "a=b", "retry-after": "0" })
      const http = yield* client()
      yield* http.get(url)
      assert.strictEqual(requests.length, 1)
      yield* http.get(url)
      assert.notProperty(requests[1]!.headers, "cookie")
    }),
  )

  it.live("as many sockets as allowed, and none after the scope", () =>
    Effect.gen(function* () {
      const server = yield* Servers.http((_, response) => setTimeout(() => response.end("{}"), 20))
      const url = `http://127.0.0.1:${server.port}/`
      yield* Effect.scoped(
        Effect.gen(function* () {
          const http = yield* client({ connections: 2 })
          const call = Effect.flatMap(http.get(url), (response) => response.text)
          yield* Effect.all(
            Array.from({ length: 6 }, () => call),
            { concurrency: "unbounded" },
          )
          assert.strictEqual(server.sockets.length, 2)
          assert.strictEqual(server.open(), 2)
        }),
      )
      yield* Servers.until(() => server.open() === 0)
    }),
  )
})

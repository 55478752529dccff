/**
 * What can go wrong between a paid request and its answer, over real sockets: what is read all the same,
 * what is proven by it, and that no connection outlives its call.
 */
import { assert, describe, it } from "@effect/vitest"
import { type Answer, type Broken, exchange } from "@zoetrope/core/Exchange"
import { FreshConnection, isNothingSent } from "@zoetrope/core/Transport"
import { Cause, Effect, Exit, Stream } from "effect"
import { HttpBody, type HttpClientError, HttpClientRequest } from "effect/http"
import type { Socket } from "node:net"
import { client, paidCall } from "./clients.ts"
import * as Servers from "./servers.ts"

const urlOf = ({ port }: { port: number }) => `http://127.0.0.1:${port}/`

/** A submit: on a connection of its own, and given up after a fifth of a second. */
const submit = { timeoutSeconds: 0.2, fresh: true }

const accepted = '{"task_id":"1"}'
const ok = "HTTP/1.1 200 OK\r\n"
const length = (bytes: number) => `content-length: ${bytes}\r\n`
const chunked = "transfer-encoding: chunked\r\n"

const ends: Readonly<Record<string, (socket: Socket) => void>> = {
  "the server closes": (socket) => void socket.end(),
  "the server resets": (socket) => void setTimeout(() => socket.resetAndDestroy(), 10),
  "nothing more comes": () => {},
}

describe("an answer that is not as it should be", () => {
  /** The status of what is read of it; `broken`: nothing is. */
  const rows: ReadonlyArray<readonly [name: string, wire: string, expected: number | "broken"]> = [
    ["is shorter than announced, and whole", `${ok}${length(100)}\r\n${accepted}`, 200],
    ["is shorter than announced, and cut", `${ok}${length(100)}\r\n{"task_id":"1`, "broken"],
    ["lacks its last chunk, and is whole", `${ok}${chunked}\r\nf\r\n${accepted}\r\n`, 200],
    ["is cut within a chunk", `${ok}${chunked}\r\nff\r\n{"task_id":`, "broken"],
    [
      "is an error, whole, and shorter than announced",
      `HTTP/1.1 400 Bad Request\r\n${length(100)}\r\n{"code":50413}`,
      400,
    ],
    ["has a byte order mark", `${ok}${length(18)}\r\n\uFEFF${accepted}`, 200],
    ["has more than it announced", `${ok}${length(15)}\r\n${accepted}garbage`, 200],
    [
      "is followed by another",
      `${ok}${length(15)}\r\n${accepted}${ok}${length(15)}\r\n{"task_id":"2"}`,
      200,
    ],
    [
      "comes after early hints",
      `HTTP/1.1 103 Early Hints\r\n\r\n${ok}${length(15)}\r\n${accepted}`,
      200,
    ],
    ["has trailers", `${ok}${chunked}\r\nf\r\n${accepted}\r\n0\r\nx-sum: 1\r\n\r\n`, 200],
    ["has two lengths", `${ok}${length(15)}${length(16)}\r\n${accepted}`, "broken"],
    [
      "has a length and chunks",
      `${ok}${length(15)}${chunked}\r\nf\r\n${accepted}\r\n0\r\n\r\n`,
      "broken",
    ],
    [
      "has an endless head",
      `${ok}x: ${"a".repeat(20_000)}\r\n${length(15)}\r\n${accepted}`,
      "broken",
    ],
    [
      "changes the protocol",
      "HTTP/1.1 101 Upgrade\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
      "broken",
    ],
  ]

  for (const [how, finish] of Object.entries(ends)) {
    it.live.each(rows)(`$0 (${how})`, ([, wire, expected]) =>
      Effect.gen(function* () {
        const server = yield* Servers.tcp(
          Servers.afterHead((socket) => {
            socket.write(wire)
            finish(socket)
          }),
        )
        const http = yield* client()
        const outcome = yield* exchange(http, paidCall(urlOf(server)), submit)
        assert.strictEqual(outcome._tag === "Answer" ? outcome.status : "broken", expected)
        if (expected === 200) assert.strictEqual(bodyOf(outcome), accepted)
        if (outcome._tag === "Broken") assert.isFalse(outcome.nothingSent)
        yield* Servers.until(() => server.open() === 0)
        assert.lengthOf(server.sockets, 1)
      }),
    )
  }

  it.live.each([false, true])("is larger than anybody reads (own connection: %s)", (fresh) =>
    Effect.gen(function* () {
      const piece = Buffer.concat([
        Buffer.from("100000\r\n"),
        Buffer.alloc(1 << 20),
        Buffer.from("\r\n"),
      ])
      const server = yield* Servers.tcp(
        Servers.afterHead((socket) => {
          const write = () => {
            while (!socket.destroyed && socket.write(piece));
          }
          socket
            .on("drain", write)
            .write(`${ok}${chunked}\r\n${accepted.length.toString(16)}\r\n${accepted}\r\n`)
          write()
        }),
      )
      const http = yield* client()
      const outcome = yield* exchange(http, paidCall(urlOf(server)), { timeoutSeconds: 5, fresh })
      assert.strictEqual(outcome._tag, "Broken")
      yield* Servers.until(() => server.open() === 0)
    }),
  )

  it.live("comes before the request has been read", () =>
    Effect.gen(function* () {
      const refusal = `HTTP/1.1 413 Content Too Large\r\nconnection: close\r\n${length(10)}\r\n{"code":1}`
      for (const finish of Object.values(ends)) {
        const server = yield* Servers.tcp((socket) => {
          socket.once("data", () => {
            socket.pause().write(refusal)
            finish(socket)
          })
        })
        const http = yield* client()
        const request = HttpClientRequest.post(urlOf(server)).pipe(
          HttpClientRequest.bodyUint8Array(new Uint8Array(1 << 24)),
        )
        const outcome = yield* exchange(http, request, submit)
        assert.deepInclude(outcome, { _tag: "Answer", status: 413, body: '{"code":1}' })
        for (const socket of server.sockets) socket.resume()
        yield* Servers.until(() => server.open() === 0)
      }
    }),
  )

  it.live("is given up in time where nothing may interrupt", () =>
    Effect.gen(function* () {
      const server = yield* Servers.tcp((socket) => socket.resume())
      const http = yield* client()
      const outcome = yield* Effect.uninterruptible(exchange(http, paidCall(urlOf(server)), submit))
      assert.deepInclude(outcome, { _tag: "Broken", nothingSent: false })
      yield* Servers.until(() => server.open() === 0)
    }),
  )
})

const bodyOf = (outcome: Answer | Broken) => (outcome._tag === "Answer" ? outcome.body : undefined)

for (const fresh of [false, true]) {
  describe(`a request that cannot be made as it should (own connection: ${fresh})`, () => {
    const send = (
      http: Effect.Success<ReturnType<typeof client>>,
      request: HttpClientRequest.HttpClientRequest,
    ) => Effect.provideService(http.execute(request), FreshConnection, fresh)

    it.live("fails, and says that nothing was sent, where the address is none of HTTP", () =>
      Effect.gen(function* () {
        const http = yield* client()
        for (const url of ["ftp://127.0.0.1/", "file:///etc/hosts", "data:text/plain,a"]) {
          const exit = yield* Effect.exit(send(http, paidCall(url)))
          assert.isTrue(isNothingSent(failureOf(exit)), url)
        }
      }),
    )

    it.live("tells no header that it could not send", () =>
      Effect.gen(function* () {
        const http = yield* client()
        const request = HttpClientRequest.setHeader(
          paidCall("http://127.0.0.1:9/"),
          "authorization",
          "Bearer secret\n",
        )
        const error = failureOf(yield* Effect.exit(send(http, request)))
        assert.isTrue(isNothingSent(error))
        assert.notInclude(Cause.pretty(Cause.fail(error)), "secret")
      }),
    )

    it.live("waits for a proxy no longer than for a connection, and then nothing was sent", () =>
      Effect.gen(function* () {
        const proxy = yield* Servers.tcp((socket) => socket.resume())
        const http = yield* client(
          { connectTimeout: "300 millis" },
          { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
        )
        const exit = yield* send(http, paidCall("https://service.invalid/")).pipe(
          Effect.timeout("4 seconds"),
          Effect.exit,
        )
        assert.isTrue(isNothingSent(failureOf(exit)))
        yield* Servers.until(() => proxy.open() === 0)
      }),
    )

    it.live("was sent in part where its body breaks off, and nothing of it stays open", () =>
      Effect.gen(function* () {
        const part = Stream.succeed(new Uint8Array(100))
        const bodies = [
          Stream.fail(new Error("unreadable")),
          Stream.concat(part, Stream.fail(new Error("unreadable"))),
        ]
        for (const body of bodies) {
          let closed = 0
          const whole = Stream.ensuring(
            body,
            Effect.sync(() => (closed += 1)),
          )
          const server = yield* Servers.tcp((socket) => socket.resume())
          const http = yield* client()
          const request = HttpClientRequest.setBody(
            HttpClientRequest.post(urlOf(server)),
            HttpBody.stream(whole),
          )
          assert.isFalse(isNothingSent(failureOf(yield* Effect.exit(send(http, request)))))
          yield* Servers.until(() => server.open() === 0)
          assert.strictEqual(closed, 1)
        }
      }),
    )

    it.live("lets go of its body when the caller gives up", () =>
      Effect.gen(function* () {
        let closed = 0
        const body = Stream.never.pipe(
          (never) => Stream.concat(Stream.succeed(new Uint8Array(100)), never),
          Stream.ensuring(Effect.sync(() => (closed += 1))),
        )
        const server = yield* Servers.tcp((socket) => socket.resume())
        const http = yield* client()
        const request = HttpClientRequest.setBody(
          HttpClientRequest.post(urlOf(server)),
          HttpBody.stream(body),
        )
        yield* Effect.timeoutOption(send(http, request), "100 millis")
        yield* Servers.until(() => server.open() === 0 && closed === 1)
        assert.isAtLeast(server.sockets[0]?.bytesRead ?? 0, 100)
      }),
    )

    it.live("keeps no connection, whenever the caller gives up", () =>
      Effect.gen(function* () {
        const server = yield* Servers.http((_, response) => {
          setTimeout(() => {
            response.write('{"task_id":')
            setTimeout(() => response.end('"1"}'), 2)
          }, 2)
        })
        yield* Effect.scoped(
          Effect.gen(function* () {
            const http = yield* client({ connections: 4 })
            const given = Array.from({ length: 60 }, (_, index) => index / 6)
            yield* Effect.forEach(
              given,
              (millis) =>
                exchange(http, paidCall(urlOf(server)), { timeoutSeconds: 5, fresh }).pipe(
                  Effect.timeoutOption(millis),
                ),
              { concurrency: 8 },
            )
            yield* Servers.until(() => server.open() <= (fresh ? 0 : 4))
          }),
        )
        yield* Servers.until(() => server.open() === 0)
      }),
    )
  })
}

describe("a connection of its own through a proxy", () => {
  it.live("is closed at both ends, although both would keep it", () =>
    Effect.gen(function* () {
      yield* Servers.trusted
      const server = yield* Servers.tls(
        Servers.afterHead((socket) =>
          socket.write(`${ok}connection: keep-alive\r\n${length(15)}\r\n${accepted}`),
        ),
      )
      const proxy = yield* Servers.connectProxy(server)
      const http = yield* client({}, { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` })
      for (let number = 1; number <= 3; number++) {
        const outcome = yield* exchange(http, paidCall("https://service.invalid/"), {
          timeoutSeconds: 5,
          fresh: true,
        })
        assert.strictEqual(bodyOf(outcome), accepted)
        yield* Servers.until(() => server.open() === 0 && proxy.open() === 0)
        assert.lengthOf(proxy.sockets, number)
      }
    }),
  )
})

const failureOf = <A, E>(exit: Exit.Exit<A, HttpClientError.HttpClientError | E>) => {
  if (Exit.isSuccess(exit)) return assert.fail("it succeeded")
  const [first] = exit.cause.reasons
  if (first === undefined || !Cause.isFailReason(first)) {
    return assert.fail(`it did not fail, but ended: ${Cause.pretty(exit.cause)}`)
  }
  return first.error as HttpClientError.HttpClientError
}

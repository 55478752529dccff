import { assert, describe, it } from "@effect/vitest"
import { FreshConnection, isNothingSent } from "@zoetrope/core/Transport"
import { Effect } from "effect"
import { client, paidCall } from "./clients.ts"
import * as Servers from "./servers.ts"

describe("proxies", () => {
  it.live("HTTPS_PROXY: a tunnel to the host, for pooled and own connections", () =>
    Effect.gen(function* () {
      yield* Servers.trusted
      const heads: Array<string> = []
      const answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
      const target = yield* Servers.tls(
        Servers.afterHead((socket, head) => {
          heads.push(head)
          socket.write(answer)
        }),
      )
      const proxy = yield* Servers.connectProxy(target)
      const http = yield* client({}, { HTTPS_PROXY: `http://me:secret@127.0.0.1:${proxy.port}` })
      const call = Effect.flatMap(
        http.execute(paidCall("https://service.invalid/v1?a=1")),
        (response) => response.text,
      )
      assert.strictEqual(yield* call, "{}")
      assert.strictEqual(yield* Effect.provideService(call, FreshConnection, true), "{}")
      assert.strictEqual(proxy.heads.length, 2)
      for (const head of proxy.heads) {
        assert.match(head, /^CONNECT service\.invalid:443 HTTP\/1\.1/)
        assert.include(head, `Basic ${btoa("me:secret")}`)
      }
      for (const head of heads) {
        assert.match(head, /^POST \/v1\?a=1 HTTP\/1\.1/)
        assert.notMatch(head, /proxy-authorization/i)
      }
      yield* Servers.until(() => target.open() === 1)
    }),
  )

  it.live("HTTP_PROXY: the whole address, but never for loopback", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const proxy = yield* Servers.http((request, response) => {
        seen.push(request.url!)
        response.end("{}")
      })
      const direct = yield* Servers.http((_, response) => response.end("{}"))
      const http = yield* client({}, { http_proxy: `http://127.0.0.1:${proxy.port}` })
      yield* http.get("http://service.invalid/x?y=1")
      yield* http.get(`http://127.0.0.1:${direct.port}/`)
      yield* http.get(`http://localhost:${direct.port}/`)
      assert.deepStrictEqual(seen, ["http://service.invalid/x?y=1"])
      assert.strictEqual(direct.sockets.length, 2)
    }),
  )

  it.live("NO_PROXY goes past it", () =>
    Effect.gen(function* () {
      const proxy = yield* Servers.connectProxy({ port: 1 })
      const http = yield* client(
        {},
        { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: "example.org,.invalid" },
      )
      const error = yield* Effect.flip(http.get("https://service.invalid/"))
      assert.isTrue(isNothingSent(error))
      assert.strictEqual(proxy.heads.length, 0)
    }),
  )

  it.effect.each([
    { HTTPS_PROXY: "me:hunter2@proxy" },
    { https_proxy: "socks5://me:hunter2@proxy:1" },
    { HTTP_PROXY: "proxy.corp:8080" },
  ])("%o is refused without repeating it", (environment) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(client({}, environment as Record<string, string>))
      assert.strictEqual(error.variable, Object.keys(environment)[0])
      assert.notInclude(error.message, "hunter2")
    }),
  )
})

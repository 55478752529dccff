import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib"
import * as Artifact from "../src/Artifact.ts"
import * as HostPolicy from "../src/HostPolicy.ts"
import * as Proxy from "../src/Proxy.ts"
import { etag, failure, good, quick, serve, setup, sha256 } from "./downloads.ts"
import * as Servers from "./servers.ts"
import * as Temporary from "./temporary.ts"

describe("where a download may go", () => {
  it.live(
    "redirects are followed, relative ones too, and say nothing of where they come from",
    () =>
      Effect.gen(function* () {
        const { requests, to, url } = yield* setup((request, response) => {
          const next: Record<string, string> = {
            "/video.mp4?sign=s3cret": "/a/b?x='1",
            "/a/b?x='1": "c",
            "/a/c": "?last",
          }
          const location = next[request.url!]
          if (location === undefined) return serve(request, response, good)
          response.writeHead(302, { location, "set-cookie": "a=b" }).end()
        })
        assert.strictEqual((yield* Artifact.save({ ...quick, url, to })).sha256, sha256)
        assert.deepStrictEqual(
          requests.map((request) => request.url),
          ["/video.mp4?sign=s3cret", "/a/b?x='1", "/a/c", "/a/c?last"],
        )
        for (const { headers } of requests) {
          assert.notProperty(headers, "referer")
          assert.notProperty(headers, "cookie")
        }
      }),
  )

  it.live("a loop ends after five", () =>
    Effect.gen(function* () {
      const { requests, to, url } = yield* setup((_, response) =>
        response.writeHead(302, { location: "/again" }).end(),
      )
      const reason = yield* failure({ ...quick, url, to })
      assert.deepInclude(reason, { _tag: "LinkRefused", why: "it redirects more than 5 times" })
      assert.strictEqual(requests.length, 6)
    }),
  )

  it.live("over TLS too, and never from https to http", () =>
    Effect.gen(function* () {
      yield* Servers.trusted
      const { requests, to, url } = yield* setup((request, response) =>
        serve(request, response, good),
      )
      const answers = [
        "HTTP/1.1 302 Found\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        `HTTP/1.1 302 Found\r\nlocation: ${url}\r\ncontent-length: 0\r\n\r\n`,
      ]
      const secure = yield* Servers.tls(
        Servers.afterHead((socket) => socket.write(answers.shift()!)),
      )
      const link = `https://localhost:${secure.port}/a`
      assert.strictEqual((yield* Artifact.save({ ...quick, url: link, to })).bytes, 2)
      const reason = yield* failure({ ...quick, url: link, to })
      assert.deepInclude(reason, { _tag: "LinkRefused", why: "a redirect leaves https" })
      assert.strictEqual(requests.length, 0)
    }),
  )

  it.live.each([
    "https://10.1.2.3/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[fd00::1]/x",
    "https://metadata.google.internal/x",
    "https://printer/x",
    "http://example.com/x",
    "https://me:pw@example.com/x",
    "ftp://example.com/x",
    "file:///etc/passwd",
    "//",
  ])("a redirect to %s is not followed", (location) =>
    Effect.gen(function* () {
      const { directory, requests, to, url } = yield* setup((_, response) =>
        response.writeHead(302, { location }).end(),
      )
      const reason = yield* failure({ ...quick, url, to })
      assert.strictEqual(reason._tag, "LinkRefused")
      assert.notInclude(reason.message, "pw")
      assert.strictEqual(requests.length, 1)
      assert.deepStrictEqual(readdirSync(directory), [])
    }),
  )

  it.live("loopback only if allowed, before anything is connected", () =>
    Effect.gen(function* () {
      const { server, to, url } = yield* setup((request, response) =>
        serve(request, response, good),
      )
      for (const link of [url, url.replace("http:", "https:"), url.replace("127.0.0.1", "[::1]")]) {
        const reason = yield* failure({ ...quick, url: link, to, allow: {} })
        assert.strictEqual(reason._tag, "LinkRefused")
      }
      assert.strictEqual(server.sockets.length, 0)
    }),
  )

  it.live("a public name that resolves to loopback is refused when connecting", () =>
    Effect.gen(function* () {
      const { server, to } = yield* setup((request, response) => serve(request, response, good))
      const asked: Array<string> = []
      const reason = yield* failure({
        ...quick,
        url: `https://cdn.example.com:${server.port}/x?sign=s3cret`,
        to,
      }).pipe(
        Effect.provideService(HostPolicy.Resolver, (name, callback) => {
          asked.push(name)
          callback(null, [{ address: "127.0.0.1", family: 4 }])
        }),
      )
      assert.deepInclude(reason, {
        _tag: "LinkRefused",
        why: "cdn.example.com resolves to 127.0.0.1, where a download may not go",
      })
      assert.deepStrictEqual(asked, ["cdn.example.com"])
      assert.strictEqual(server.sockets.length, 0)
    }),
  )

  it.live("through a proxy: to the host by CONNECT, and still not to a private one", () =>
    Effect.gen(function* () {
      const target = yield* Servers.tls(() => {})
      const proxy = yield* Servers.connectProxy(target)
      const to = join(yield* Temporary.directory, "video.mp4")
      const through = Effect.provideService(Proxy.Environment, {
        HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      })
      const reason = yield* through(
        failure({ ...quick, url: "https://cdn.example.com/x", to, allow: {} }),
      )
      assert.strictEqual(reason._tag, "DownloadFailed")
      assert.match(proxy.heads[0]!, /^CONNECT cdn\.example\.com:443 /)
      const before = proxy.heads.length
      const refused = yield* through(
        failure({ ...quick, url: "https://192.168.1.1/x", to, allow: {} }),
      )
      assert.strictEqual(refused._tag, "LinkRefused")
      assert.strictEqual(proxy.heads.length, before)
    }),
  )

  it.live("not at all while the proxy cannot be understood", () =>
    Effect.gen(function* () {
      const { directory, requests, to, url } = yield* setup((request, response) =>
        serve(request, response, good),
      )
      const reason = yield* failure({ ...quick, url, to }).pipe(
        Effect.provideService(Proxy.Environment, { HTTPS_PROXY: "me:hunter2@proxy" }),
      )
      assert.strictEqual(reason._tag, "LinkRefused")
      assert.include(reason.message, "HTTPS_PROXY")
      assert.notInclude(reason.message, "hunter2")
      assert.strictEqual(requests.length, 0)
      assert.deepStrictEqual(readdirSync(directory), [])
    }),
  )

  it.live("what is no link", () =>
    Effect.gen(function* () {
      const to = join(yield* Temporary.directory, "video.mp4")
      for (const url of [
        "",
        "video.mp4",
        "data:video/mp4;base64,AAAA",
        "https://",
        "https://a b/",
      ]) {
        const reason = yield* failure({ ...quick, url, to })
        assert.strictEqual(reason._tag, "LinkRefused", url)
      }
    }),
  )
})

describe("a body that was packed although nobody asked", () => {
  const text = Buffer.from("frame ".repeat(50_000))
  it.live.each([
    ["gzip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["br", brotliCompressSync(text)],
    ["zstd", zstdCompressSync(text)],
  ] as const)("%s is unpacked", ([encoding, packed]) =>
    Effect.gen(function* () {
      let calls = 0
      const { requests, to, url } = yield* setup((_, response) => {
        response.writeHead(200, {
          etag,
          "content-encoding": encoding,
          "content-length": packed.length,
        })
        if (++calls > 1) return void response.end(packed)
        response.write(packed.subarray(0, packed.length - 5), () => response.socket?.destroySoon())
      })
      const saved = yield* Artifact.save({ ...quick, url, to, expected: { bytes: text.length } })
      assert.isTrue(readFileSync(to).equals(text))
      assert.deepStrictEqual(saved.warnings, [])
      assert.strictEqual(requests.length, 2)
      assert.strictEqual(requests[1]!.headers.range, undefined)
    }),
  )
})

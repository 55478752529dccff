import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Ref } from "effect"
import { TestClock } from "effect/testing"
import { createHash, randomBytes } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Artifact from "../src/Artifact.ts"
import { etag, failure, good, quick, reasonOf, serve, setup, sha256, video } from "./downloads.ts"
import * as Servers from "./servers.ts"
import * as Temporary from "./temporary.ts"

/** Some bytes at both ends, both sides of a piece's and of our own limits, and the middle. */
const cuts = [0, 1, 16_383, 16_384, 65_535, 65_536, 65_537, 100_000, 199_999]

describe("cuts", () => {
  it.live.each(cuts)("after %i bytes: continued with Range and If-Range", (offset) =>
    Effect.gen(function* () {
      let calls = 0
      const { directory, requests, to, url } = yield* setup((request, response) =>
        serve(request, response, good, ++calls === 1 ? offset : undefined),
      )
      const saved = yield* Artifact.save({ ...quick, url, to })
      assert.strictEqual(saved.sha256, sha256)
      assert.strictEqual(saved.bytes, video.length)
      assert.strictEqual(saved.resumed, offset === 0 ? 0 : 1)
      assert.isTrue(readFileSync(to).equals(video))
      assert.deepStrictEqual(readdirSync(directory), ["video.mp4"])
      assert.strictEqual(requests[1]!.headers.range, offset === 0 ? undefined : `bytes=${offset}-`)
      assert.strictEqual(requests[1]!.headers["if-range"], offset === 0 ? undefined : etag)
    }),
  )

  it.live("again and again: as long as something new comes, it goes on", () =>
    Effect.gen(function* () {
      const { requests, to, url } = yield* setup((request, response) => {
        const from = Number(/\d+/.exec(request.headers.range ?? "0")?.[0])
        serve(request, response, good, from + 20_000)
      })
      const saved = yield* Artifact.save({ ...quick, url, to })
      assert.strictEqual(saved.sha256, sha256)
      assert.strictEqual(saved.resumed, 9)
      assert.strictEqual(requests.length, 10)
    }),
  )

  it.live("for ever at the same place: a bounded number of attempts, then a retryable error", () =>
    Effect.gen(function* () {
      const { directory, requests, to, url } = yield* setup((request, response) =>
        serve(request, response, good, 70_000),
      )
      const error = yield* Effect.flip(
        Artifact.save({ ...quick, url, to, expiresAt: "2026-11-20T13:00:00Z" }),
      )
      const reason = reasonOf(error)
      assert.deepInclude(reason, {
        _tag: "DownloadFailed",
        received: 70_000,
        total: video.length,
        attempts: 5,
      })
      assert.isTrue(error.isRetryable)
      assert.strictEqual(requests.length, 1 + 5 - 1)
      assert.deepStrictEqual(readdirSync(directory), [])
      assert.include(error.message, "still at the provider until 2026-11-20T13:00:00Z")
      assert.notInclude(JSON.stringify(error) + error.message, "s3cret")
    }),
  )

  it.live("a drip between cuts does not count as progress for ever", () =>
    Effect.gen(function* () {
      const { requests, to, url } = yield* setup((request, response) => {
        const from = Number(/\d+/.exec(request.headers.range ?? "0")?.[0])
        serve(request, response, good, from + 1)
      })
      const reason = yield* failure({ ...quick, url, to })
      assert.strictEqual(reason._tag, "DownloadFailed")
      assert.strictEqual(requests.length, 5)
    }),
  )

  it.live("without a validator nothing is continued: it starts over, and the hash with it", () =>
    Effect.gen(function* () {
      let calls = 0
      const { requests, to, url } = yield* setup((request, response) =>
        serve(request, response, { bytes: video }, ++calls === 1 ? 100_000 : undefined),
      )
      const saved = yield* Artifact.save({ ...quick, url, to })
      assert.strictEqual(requests[1]!.headers.range, undefined)
      assert.strictEqual(saved.resumed, 0)
      assert.strictEqual(saved.sha256, sha256)
      assert.isTrue(readFileSync(to).equals(video))
    }),
  )

  it.live("another version of the file (200 instead of 206): only the new one is kept", () =>
    Effect.gen(function* () {
      const other = randomBytes(150_000)
      let calls = 0
      const { to, url } = yield* setup((request, response) =>
        ++calls === 1
          ? serve(request, response, good, 180_000)
          : serve(request, response, { bytes: other, etag: `"v2"` }),
      )
      const saved = yield* Artifact.save({ ...quick, url, to })
      assert.isTrue(readFileSync(to).equals(other))
      assert.strictEqual(saved.sha256, createHash("sha256").update(other).digest("hex"))
    }),
  )

  const liar = (headers: (from: number) => Record<string, string>, status = 206) => {
    let calls = 0
    return setup((request, response) => {
      calls++
      if (calls !== 2) return serve(request, response, good, calls === 1 ? 100_000 : undefined)
      response.writeHead(status, headers(100_000)).end(randomBytes(50_000))
    })
  }
  it.live.each([
    ["from another place", () => ({ "content-range": "bytes 99999-149998/200000", etag })],
    ["of another length", () => ({ "content-range": "bytes 100000-149999/300000", etag })],
    ["of another version", () => ({ "content-range": "bytes 100000-149999/200000", etag: `"x"` })],
    ["that does not say where it begins", () => ({ etag })],
    ["that says nonsense", () => ({ "content-range": "pages 3-4", etag })],
  ] as const)("a 206 %s is not appended", ([, headers]) =>
    Effect.gen(function* () {
      const { requests, to, url } = yield* liar(headers)
      const saved = yield* Artifact.save({ ...quick, url, to })
      assert.strictEqual(saved.sha256, sha256)
      assert.isTrue(readFileSync(to).equals(video))
      assert.strictEqual(requests[2]!.headers.range, undefined)
    }),
  )

  it.live("416 although there is more: starts over", () =>
    Effect.gen(function* () {
      const { to, url } = yield* liar(() => ({ "content-range": "bytes */90000" }), 416)
      const saved = yield* Artifact.save({ ...quick, url, to })
      assert.strictEqual(saved.sha256, sha256)
    }),
  )

  it.live("416 because all of it was there: done", () =>
    Effect.gen(function* () {
      let calls = 0
      const { requests, to, url } = yield* setup((_, response) => {
        if (++calls === 2) {
          return void response
            .writeHead(416, { "content-range": `bytes */${video.length}`, etag })
            .end()
        }
        // Chunked, whole, and cut before the chunk that ends it.
        response.writeHead(200, { etag, "content-type": "video/mp4" })
        response.write(video, () => response.socket?.destroySoon())
      })
      const saved = yield* Artifact.save({ ...quick, url, to })
      assert.strictEqual(requests[1]!.headers.range, `bytes=${video.length}-`)
      assert.strictEqual(saved.sha256, sha256)
      assert.strictEqual(saved.mediaType, "video/mp4")
    }),
  )

  it.live("a server that hands out the file in pieces", () =>
    Effect.gen(function* () {
      const { to, url } = yield* setup((request, response) => {
        const from = Number(/\d+/.exec(request.headers.range ?? "0")?.[0])
        const piece = video.subarray(from, from + 50_000)
        response
          .writeHead(206, {
            etag,
            "content-range": `bytes ${from}-${from + piece.length - 1}/${video.length}`,
          })
          .end(piece)
      })
      const saved = yield* Artifact.save({ ...quick, url, to })
      assert.strictEqual(saved.sha256, sha256)
      assert.strictEqual(saved.resumed, 3)
    }),
  )
})

describe("a web page instead of the file", () => {
  const page = "\n<!doctype html><p>Sign in to the network"
  const portal = (pages: number) => {
    let left = pages
    return setup((request, response) =>
      left-- > 0
        ? void response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page)
        : serve(request, response, good),
    )
  }

  it.live("is not kept; the file comes at a later attempt", () =>
    Effect.gen(function* () {
      const { to, url } = yield* portal(2)
      const saved = yield* Artifact.save({ ...quick, url, to })
      assert.strictEqual(saved.sha256, sha256)
      assert.deepStrictEqual(saved.warnings, [])
    }),
  )

  it.live("fails in the end, with nothing that looks like a video", () =>
    Effect.gen(function* () {
      const { directory, to, url } = yield* portal(99)
      const reason = yield* failure({ ...quick, url, to })
      assert.include(reason, { _tag: "DownloadFailed", received: 0 })
      assert.include(reason.message, "a web page came")
      assert.deepStrictEqual(readdirSync(directory), [])
    }),
  )
})

describe("by default", () => {
  it.effect("nine attempts in well under two minutes", () =>
    Effect.gen(function* () {
      const url = `http://127.0.0.1:${yield* Servers.closedPort}/video.mp4`
      const to = join(yield* Temporary.directory, "video.mp4")
      const saving = yield* Effect.forkChild(failure({ url, to, allow: quick.allow }))
      while (saving.pollUnsafe() === undefined) {
        // The refusal of a real port takes real time, the pauses virtual time.
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 2)))
        yield* TestClock.adjust("1 second")
      }
      assert.deepInclude(yield* Fiber.join(saving), { _tag: "DownloadFailed", attempts: 9 })
      assert.isBelow(yield* Clock.currentTimeMillis, 120_000)
    }),
  )
})

describe("silence", () => {
  it.live("a server that stops sending is left and continued elsewhere", () =>
    Effect.gen(function* () {
      let calls = 0
      const { server, to, url } = yield* setup((request, response) => {
        if (++calls > 1) return serve(request, response, good)
        response.writeHead(200, { etag, "content-length": video.length })
        response.write(video.subarray(0, 100_000))
      })
      const saved = yield* Artifact.save({ ...quick, url, to, stall: "150 millis" })
      assert.strictEqual(saved.resumed, 1)
      assert.strictEqual(saved.sha256, sha256)
      assert.strictEqual(server.sockets.length, 2)
    }),
  )

  it.live("no answer at all", () =>
    Effect.gen(function* () {
      const { directory, to, url } = yield* setup(() => {})
      const reason = yield* failure({ ...quick, url, to, stall: "30 millis" })
      assert.deepInclude(reason, {
        _tag: "DownloadFailed",
        received: 0,
        detail: "nothing came for 30ms",
      })
      assert.deepStrictEqual(readdirSync(directory), [])
    }),
  )

  it.live("slow is not silent", () =>
    Effect.gen(function* () {
      const { requests, to, url } = yield* setup((_, response) => {
        response.writeHead(200, { etag, "content-length": 8 })
        let sent = 0
        const timer = setInterval(() => {
          response.write("x")
          if (++sent === 8) clearInterval(timer)
        }, 50)
      })
      const saved = yield* Artifact.save({ ...quick, url, to, stall: "300 millis" })
      assert.strictEqual(saved.bytes, 8)
      assert.strictEqual(requests.length, 1)
    }),
  )
})

describe("answers that are not the file", () => {
  it.live.each([401, 403, 404, 410, 400, 451])("HTTP %i: the link is dead", (status) =>
    Effect.gen(function* () {
      const { directory, requests, to, url } = yield* setup((_, response) =>
        response.writeHead(status, { "content-type": "application/xml" }).end("<Error/>"),
      )
      const error = yield* Effect.flip(Artifact.save({ ...quick, url, to }))
      assert.deepInclude(reasonOf(error), {
        _tag: "LinkDead",
        status,
        link: url.replace(/\?.*/, ""),
      })
      assert.strictEqual(requests.length, 1)
      assert.deepStrictEqual(readdirSync(directory), [])
      assert.include(error.message, "poll the task again for a fresh link")
      assert.notInclude(JSON.stringify(error) + error.message, "s3cret")
    }),
  )

  it.live.each([408, 425, 429, 500, 502, 503, 504, 204])("HTTP %i: tried again", (status) =>
    Effect.gen(function* () {
      let calls = 0
      const { to, url } = yield* setup((request, response) =>
        ++calls < 4 ? response.writeHead(status).end() : serve(request, response, good),
      )
      assert.strictEqual((yield* Artifact.save({ ...quick, url, to })).sha256, sha256)
    }),
  )

  it.live("an outage in the middle costs nothing that is there", () =>
    Effect.gen(function* () {
      let calls = 0
      const { requests, to, url } = yield* setup((request, response) => {
        calls++
        if (calls === 2 || calls === 3) return void response.writeHead(503).end()
        serve(request, response, good, calls === 1 ? 120_000 : undefined)
      })
      assert.strictEqual((yield* Artifact.save({ ...quick, url, to })).sha256, sha256)
      assert.strictEqual(requests[3]!.headers.range, "bytes=120000-")
    }),
  )

  it.live("Retry-After is obeyed", () =>
    Effect.gen(function* () {
      let calls = 0
      const { to, url } = yield* setup((request, response) =>
        ++calls === 1
          ? response.writeHead(503, { "retry-after": "1" }).end()
          : serve(request, response, good),
      )
      const [took] = yield* Effect.timed(Artifact.save({ ...quick, url, to }))
      assert.isAtLeast(Duration.toMillis(took), 1000)
    }),
  )
})

describe("a fresh link", () => {
  it.live("continues with it where the dead one stopped", () =>
    Effect.gen(function* () {
      let calls = 0
      const { requests, to, url } = yield* setup((request, response) => {
        calls++
        if (calls === 1) return serve(request, response, good, 100_000)
        if (request.url!.endsWith("s3cret")) return void response.writeHead(403).end()
        serve(request, response, good)
      })
      const saved = yield* Artifact.save({
        ...quick,
        url,
        to,
        renew: Effect.sync(() => url.replace("s3cret", "fresh")),
      })
      assert.strictEqual(saved.sha256, sha256)
      assert.strictEqual(saved.resumed, 1)
      assert.deepStrictEqual(
        requests.map(({ url: path }) => path!.split("=")[1]),
        ["s3cret", "s3cret", "fresh"],
      )
    }),
  )

  it.live("is asked for once; dead as well, it is dead", () =>
    Effect.gen(function* () {
      const { requests, to, url } = yield* setup((_, response) => response.writeHead(404).end())
      const asked = yield* Ref.make(0)
      const reason = yield* failure({
        ...quick,
        url,
        to,
        renew: Ref.updateAndGet(asked, (n) => n + 1).pipe(Effect.as(url)),
      })
      assert.strictEqual(reason._tag, "LinkDead")
      assert.strictEqual(yield* Ref.get(asked), 1)
      assert.strictEqual(requests.length, 2)
    }),
  )

  it.live("an error of asking is the error", () =>
    Effect.gen(function* () {
      const { directory, to, url } = yield* setup((_, response) => response.writeHead(404).end())
      const error = yield* Effect.flip(
        Artifact.save({ ...quick, url, to, renew: Effect.fail("the task is gone" as const) }),
      )
      assert.strictEqual(error, "the task is gone")
      assert.deepStrictEqual(readdirSync(directory), [])
    }),
  )

  it.live("is checked like the first", () =>
    Effect.gen(function* () {
      const { to, url } = yield* setup((_, response) => response.writeHead(404).end())
      const reason = yield* failure({
        ...quick,
        url,
        to,
        renew: Effect.succeed("https://10.0.0.1/x?sign=s3cret"),
      })
      assert.deepInclude(reason, { _tag: "LinkRefused", link: "https://10.0.0.1/x" })
    }),
  )
})

describe("lengths that lie", () => {
  it.live(
    "longer than announced: what was announced is the file, and the provider's size is missed",
    () =>
      Effect.gen(function* () {
        const server = yield* Servers.tcp(
          Servers.afterHead((socket) => {
            socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 1000\r\netag: ${etag}\r\n\r\n`)
            socket.end(video)
          }),
        )
        const to = join(yield* Temporary.directory, "video.mp4")
        const saved = yield* Artifact.save({
          ...quick,
          url: `http://127.0.0.1:${server.port}/`,
          to,
          expected: { bytes: video.length },
        })
        assert.strictEqual(saved.bytes, 1000)
        assert.strictEqual(saved.warnings.length, 1)
      }),
  )

  it.live("a range that brings more than the whole", () =>
    Effect.gen(function* () {
      let calls = 0
      const { to, url } = yield* setup((request, response) => {
        calls++
        if (calls !== 2) return serve(request, response, good, calls === 1 ? 100_000 : undefined)
        response
          .writeHead(206, { etag, "content-range": "bytes 100000-199999/200000" })
          .end(randomBytes(150_000))
      })
      assert.strictEqual((yield* Artifact.save({ ...quick, url, to })).sha256, sha256)
    }),
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Latch, Ref, Schedule, Schema } from "effect"
import { TestClock } from "effect/testing"
import { createHash, randomBytes } from "node:crypto"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import type { IncomingMessage, ServerResponse } from "node:http"
import { join } from "node:path"
import { Readable } from "node:stream"
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib"
import * as Artifact from "../src/Artifact.ts"
import { ArtifactError, type ArtifactReason } from "../src/ArtifactError.ts"
import * as HostPolicy from "../src/HostPolicy.ts"
import * as Proxy from "../src/Proxy.ts"
import * as Servers from "./servers.ts"
import * as Temporary from "./temporary.ts"

const video = randomBytes(200_000)
const sha256 = createHash("sha256").update(video).digest("hex")
const md5 = createHash("md5").update(video).digest("hex")

/** Some bytes at both ends, both sides of a piece's and of our own limits, and the middle. */
const cuts = [0, 1, 16_383, 16_384, 65_535, 65_536, 65_537, 100_000, 199_999]

interface File {
  readonly bytes: Uint8Array
  readonly etag?: string
  readonly type?: string
}

/** What a good server does: whole files, ranges, If-Range; `until` cuts the body at that offset. */
const serve = (
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, etag, type = "video/mp4" }: File,
  until = bytes.length,
) => {
  const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1]
  const from = request.headers["if-range"] === etag && wanted !== undefined ? Number(wanted) : 0
  const ranged: Record<string, string> =
    from === 0 ? {} : { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }
  response.writeHead(from === 0 ? 200 : 206, {
    "content-type": type,
    "content-length": bytes.length - from,
    ...(etag === undefined ? {} : { etag }),
    ...ranged,
  })
  if (until >= bytes.length) return void response.end(bytes.subarray(from))
  response.write(bytes.subarray(from, Math.max(from, until)), () => response.socket?.destroySoon())
  response.flushHeaders()
}

const quick = {
  allow: { loopback: true },
  stall: "150 millis",
  retry: Schedule.spaced("2 millis").pipe(Schedule.upTo({ times: 4 })),
} as const

const setup = (listener: (request: IncomingMessage, response: ServerResponse) => void) =>
  Effect.gen(function* () {
    const requests: Array<IncomingMessage> = []
    const server = yield* Servers.http((request, response) => {
      requests.push(request)
      listener(request, response)
    })
    const directory = yield* Temporary.directory
    return {
      directory,
      requests,
      server,
      url: `http://127.0.0.1:${server.port}/video.mp4?sign=s3cret`,
      to: join(directory, "video.mp4"),
    }
  })

const etag = `"v1"`
const good: File = { bytes: video, etag }

describe("save", () => {
  it.live("a whole file under its name, and nothing else", () =>
    Effect.gen(function* () {
      const { directory, requests, to, url } = yield* setup((request, response) =>
        serve(request, response, good),
      )
      const saved = yield* Artifact.save({
        ...quick,
        url,
        to,
        expected: { bytes: video.length, md5: md5.toUpperCase() },
      })
      assert.deepStrictEqual(saved, {
        path: to,
        bytes: video.length,
        sha256,
        mediaType: "video/mp4",
        warnings: [],
        resumed: 0,
      })
      assert.isTrue(readFileSync(to).equals(video))
      assert.deepStrictEqual(readdirSync(directory), ["video.mp4"])
      const sent = requests[0]!
      assert.deepStrictEqual(Object.keys(sent.headers).toSorted(), [
        "accept",
        "accept-encoding",
        "connection",
        "host",
        "user-agent",
      ])
    }),
  )

  it.live("the query arrives byte for byte", () =>
    Effect.gen(function* () {
      const { requests, to, url } = yield* setup((request, response) =>
        serve(request, response, good),
      )
      const query = "?a=%2f~!'()*+b&c=1%20&d=%E7%8C%AB|x&&e"
      yield* Artifact.save({ ...quick, to, url: url.replace(/\?.*/, query) })
      assert.strictEqual(requests[0]!.url, `/video.mp4${query}`)
    }),
  )

  it.live("progress comes in order and ends at the whole", () =>
    Effect.gen(function* () {
      const { to, url } = yield* setup((request, response) => serve(request, response, good))
      const seen = yield* Ref.make<ReadonlyArray<Artifact.Progress>>([])
      yield* Artifact.save({
        ...quick,
        url,
        to,
        onProgress: (progress) => Ref.update(seen, (all) => [...all, progress]),
      })
      const all = yield* Ref.get(seen)
      assert.isAbove(all.length, 1)
      assert.deepStrictEqual(
        all.map(({ bytes }) => bytes),
        all.map(({ bytes }) => bytes).toSorted((a, b) => a - b),
      )
      assert.deepStrictEqual(all.at(-1), { bytes: video.length, total: video.length })
    }),
  )

  it.live("a directory that is missing is made; a name of any length and script works", () =>
    Effect.gen(function* () {
      const { directory, url } = yield* setup((request, response) => serve(request, response, good))
      const name = `${"猫".repeat(83)}.mp4`
      const to = join(directory, "new", "deeper", name)
      assert.strictEqual((yield* Artifact.save({ ...quick, url, to })).path, to)
      assert.deepStrictEqual(readdirSync(join(directory, "new", "deeper")), [name])
    }),
  )

  it.live("an empty file is a file", () =>
    Effect.gen(function* () {
      const { to, url } = yield* setup((request, response) =>
        serve(request, response, { bytes: new Uint8Array(0), etag }),
      )
      const saved = yield* Artifact.save({ ...quick, url, to })
      assert.strictEqual(saved.bytes, 0)
      assert.strictEqual(saved.sha256, createHash("sha256").digest("hex"))
    }),
  )
})

describe("a name that is taken", () => {
  it.live("gets a number before its extension, and the old file stays as it is", () =>
    Effect.gen(function* () {
      const { directory, to, url } = yield* setup((request, response) =>
        serve(request, response, good),
      )
      writeFileSync(to, "mine")
      const all = yield* Effect.all(
        Array.from({ length: 3 }, () => Artifact.save({ ...quick, url, to })),
        { concurrency: "unbounded" },
      )
      assert.deepStrictEqual(all.map(({ path }) => path).toSorted(), [
        join(directory, "video (2).mp4"),
        join(directory, "video (3).mp4"),
        join(directory, "video (4).mp4"),
      ])
      assert.strictEqual(readFileSync(to, "utf8"), "mine")
      assert.strictEqual(readdirSync(directory).length, 4)
    }),
  )

  it.live("fails before anything is fetched if told so", () =>
    Effect.gen(function* () {
      const { directory, requests, to, url } = yield* setup((request, response) =>
        serve(request, response, good),
      )
      writeFileSync(to, "mine")
      const reason = yield* failure({ ...quick, url, to, whenTaken: "fail" })
      assert.strictEqual(reason._tag, "NameTaken")
      assert.strictEqual(requests.length, 0)
      assert.deepStrictEqual(readdirSync(directory), ["video.mp4"])
    }),
  )

  it.live("also if it is taken while the download runs", () =>
    Effect.gen(function* () {
      const { directory, to, url } = yield* setup((request, response) => {
        writeFileSync(to, "mine")
        serve(request, response, good)
      })
      const reason = yield* failure({ ...quick, url, to, whenTaken: "fail" })
      assert.strictEqual(reason._tag, "NameTaken")
      assert.strictEqual(readFileSync(to, "utf8"), "mine")
      assert.deepStrictEqual(readdirSync(directory), ["video.mp4"])
    }),
  )

  it.live("a directory is no file name", () =>
    Effect.gen(function* () {
      const { directory, url } = yield* setup((request, response) => serve(request, response, good))
      const reason = yield* failure({ ...quick, url, to: directory })
      assert.deepInclude(reason, { _tag: "NotWritable", code: "EISDIR" })
    }),
  )
})

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
      const saved = yield* Artifact.save({ ...quick, url, to })
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
        }, 40)
      })
      const saved = yield* Artifact.save({ ...quick, url, to })
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

describe("kept with a warning", () => {
  const warnings = (file: File, expected: { readonly bytes?: number; readonly md5?: string }) =>
    Effect.gen(function* () {
      const { to, url } = yield* setup((request, response) => serve(request, response, file))
      const saved = yield* Artifact.save({ ...quick, url, to, expected })
      assert.isTrue(readFileSync(to).equals(file.bytes))
      return saved.warnings
    })

  it.live("another size, another MD5", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* warnings(good, { bytes: 5, md5: "0".repeat(32) }), [
        `the provider announced 5 bytes, the file has ${video.length}`,
        `the provider announced MD5 ${"0".repeat(32)}, the file has ${md5}`,
      ])
    }),
  )

  it.live.each(["text/html; charset=utf-8", "application/json", "application/xml"])(
    "a message instead of a video: %s",
    (type) =>
      Effect.gen(function* () {
        const [warning] = yield* warnings({ bytes: Buffer.from("<p>Sorry</p>"), etag, type }, {})
        assert.include(warning, "may be a message and not a video")
      }),
  )

  it.live("an end that cannot be told from a cut", () =>
    Effect.gen(function* () {
      const server = yield* Servers.tcp(
        Servers.afterHead((socket) => {
          socket.write("HTTP/1.0 200 OK\r\n\r\n")
          socket.end(video)
        }),
      )
      const url = `http://127.0.0.1:${server.port}/`
      const to = join(yield* Temporary.directory, "video.mp4")
      const uncertain = yield* Artifact.save({ ...quick, url, to })
      assert.match(uncertain.warnings[0]!, /its end may be missing/)
      const certain = yield* Artifact.save({
        ...quick,
        url,
        to,
        expected: { bytes: video.length },
      })
      assert.deepStrictEqual(certain.warnings, [])
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

describe("the error", () => {
  it.live("survives JSON with its words", () =>
    Effect.gen(function* () {
      const { to, url } = yield* setup((_, response) => response.writeHead(410).end())
      const error = yield* Effect.flip(
        Artifact.save({ ...quick, url, to, expiresAt: "2026-11-20T13:00:00Z" }),
      )
      const codec = Schema.toCodecJson(ArtifactError)
      const json = JSON.stringify(yield* Schema.encodeEffect(codec)(error))
      const again = yield* Schema.decodeUnknownEffect(codec)(JSON.parse(json))
      assert.strictEqual(again.message, error.message)
      assert.strictEqual(again.reason._tag, "LinkDead")
    }),
  )
})

describe("interruption", () => {
  it.live("leaves no file and no connection", () =>
    Effect.gen(function* () {
      const { directory, server, to, url } = yield* setup((_, response) => {
        response.writeHead(200, { etag, "content-length": video.length })
        response.write(video.subarray(0, 100_000))
      })
      const some = yield* Latch.make(false)
      const saving = yield* Effect.forkChild(
        Artifact.save({
          ...quick,
          stall: "1 minute",
          url,
          to,
          onProgress: ({ bytes }) => (bytes === 100_000 ? some.open : Effect.void),
        }),
      )
      yield* some.await
      assert.strictEqual(readdirSync(directory).length, 1)
      assert.match(readdirSync(directory)[0]!, /^\.video\.mp4\.[0-9a-f]{12}\.part$/)
      yield* Fiber.interrupt(saving)
      assert.deepStrictEqual(readdirSync(directory), [])
      yield* Servers.until(() => server.open() === 0)
    }),
  )
})

describe("size", () => {
  it.live("100 MB go through, and wait at the server while the disk is busy", () =>
    Effect.gen(function* () {
      const block = randomBytes(1024 * 1024)
      const blocks = Array.from({ length: 100 }, () => block)
      const { server, to, url } = yield* setup((_, response) => {
        response.writeHead(200, { etag, "content-length": blocks.length * block.length })
        Readable.from(blocks).pipe(response)
      })
      const free = yield* Latch.make(false)
      const saving = yield* Effect.forkChild(
        Artifact.save({ ...quick, stall: "10 seconds", url, to, onProgress: () => free.await }),
      )
      yield* Servers.until(() => (server.sockets[0]?.bytesWritten ?? 0) > block.length)
      let before = -1
      while (before !== server.sockets[0]!.bytesWritten) {
        before = server.sockets[0]!.bytesWritten
        yield* Effect.sleep("50 millis")
      }
      // What the kernel holds for both ends of a socket, and some; far from all of it.
      assert.isBelow(before, 30 * block.length)
      yield* free.open
      const saved = yield* Fiber.join(saving)
      assert.strictEqual(saved.bytes, blocks.length * block.length)
      const whole = createHash("sha256")
      for (const piece of blocks) whole.update(piece)
      assert.strictEqual(saved.sha256, whole.digest("hex"))
    }),
  )
})

const failure = (options: Artifact.SaveOptions): Effect.Effect<ArtifactReason, unknown> =>
  Effect.map(Effect.flip(Artifact.save(options)), reasonOf)

const reasonOf = (error: ArtifactError): ArtifactReason => {
  assert.instanceOf(error, ArtifactError)
  return error.reason
}

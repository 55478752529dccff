import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Latch, Ref, Schema } from "effect"
import { createHash, randomBytes } from "node:crypto"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Readable } from "node:stream"
import * as Artifact from "../src/Artifact.ts"
import { ArtifactError } from "../src/ArtifactError.ts"
import {
  etag,
  failure,
  type File,
  good,
  md5,
  quick,
  serve,
  setup,
  sha256,
  video,
} from "./downloads.ts"
import * as Servers from "./servers.ts"
import * as Temporary from "./temporary.ts"

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

  it.live("a film that is called a page", () =>
    Effect.gen(function* () {
      const [warning] = yield* warnings({ ...good, type: "text/html; charset=utf-8" }, {})
      assert.include(warning, "may be a message and not a video")
    }),
  )

  it.live.each(["text/plain; charset=utf-8", "application/json", "application/xml"])(
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

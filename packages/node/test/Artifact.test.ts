import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Ref, Schedule } from "effect"
import { createHash, randomBytes } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import type { IncomingMessage, ServerResponse } from "node:http"
import { join } from "node:path"
import { brotliCompressSync, gzipSync } from "node:zlib"
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
})

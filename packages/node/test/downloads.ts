/** A server with a video, a directory for it, and options without long pauses: for tests of `Artifact.save`. */
import { assert } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { createHash, randomBytes } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import { join } from "node:path"
import * as Artifact from "../src/Artifact.ts"
import { ArtifactError, type ArtifactReason } from "../src/ArtifactError.ts"
import * as Servers from "./servers.ts"
import * as Temporary from "./temporary.ts"

export const video = randomBytes(200_000)
export const sha256 = createHash("sha256").update(video).digest("hex")
export const md5 = createHash("md5").update(video).digest("hex")

export interface File {
  readonly bytes: Uint8Array
  readonly etag?: string
  readonly type?: string
}

/** What a good server does: whole files, ranges, If-Range; `until` cuts the body at that offset. */
export const serve = (
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

export const quick = {
  allow: { loopback: true },
  stall: "5 seconds",
  retry: Schedule.spaced("2 millis").pipe(Schedule.upTo({ times: 4 })),
} as const

export const setup = (listener: (request: IncomingMessage, response: ServerResponse) => void) =>
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
      server: server satisfies Servers.Listening,
      url: `http://127.0.0.1:${server.port}/video.mp4?sign=s3cret`,
      to: join(directory, "video.mp4"),
    }
  })

export const etag = `"v1"`
export const good: File = { bytes: video, etag }

export const failure = (options: Artifact.SaveOptions): Effect.Effect<ArtifactReason, unknown> =>
  Effect.map(Effect.flip(Artifact.save(options)), reasonOf)

export const reasonOf = (error: ArtifactError): ArtifactReason => {
  assert.instanceOf(error, ArtifactError)
  return error.reason
}

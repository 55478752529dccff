import { assert, describe, it } from "@effect/vitest"
import type { Output } from "@zoetrope/core/TaskState"
import { Effect, References, type Scope } from "effect"
import { createHash } from "node:crypto"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import * as Artifacts from "../src/drivers/Artifacts.ts"
import { canMount, disk, filesIn, isRoot, remount, temporary } from "./support/directories.ts"
import { queued } from "./support/vendor.ts"

const video = Buffer.from("the bytes of a video ".repeat(5000))
const sha256 = createHash("sha256").update(video).digest("hex")

type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** A directory, and a server that has the video at `/video`, more where the test says, and nothing anywhere else. */
const keeping = Effect.fnUntraced(function* (
  more: Readonly<Record<string, Answer>> = {},
  place: Effect.Effect<string, never, Scope.Scope> = temporary,
) {
  const directory = yield* place
  const answers: Readonly<Record<string, Answer>> = {
    "/video": (response) => response.writeHead(200, { "content-type": "video/mp4" }).end(video),
    ...more,
  }
  const server = yield* Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const made = createServer((request, response) => {
            const answer = answers[request.url?.split("?")[0] ?? ""]
            if (answer === undefined) response.writeHead(404).end("gone")
            else answer(response, request)
          })
          made.listen(0, "127.0.0.1", () => resolve(made))
        }),
    ),
    (made) =>
      Effect.promise(() => {
        made.closeAllConnections()
        return new Promise((resolve) => made.close(resolve))
      }),
  )
  const { port } = server.address() as AddressInfo
  const output = (path: string, over: Partial<Output> = {}): Output => ({
    kind: "video",
    url: `http://127.0.0.1:${port}${path}`,
    ...over,
  })
  const { keep } = Artifacts.make({ directory, allow: { loopback: true } })
  return { directory, keep, output }
})

const kept = {
  kind: "video",
  sha256,
  bytes: video.length,
  path: `artifacts/${sha256.slice(0, 2)}/${sha256.slice(2)}`,
  mediaType: "video/mp4",
} as const

describe("artifacts", () => {
  it.live("are kept by their hash, once for the same bytes, and nothing is left beside them", () =>
    Effect.gen(function* () {
      const { directory, keep, output } = yield* keeping()
      // What a crash left behind.
      const incoming = join(directory, "incoming", "g1")
      mkdirSync(incoming, { recursive: true })
      writeFileSync(join(incoming, "video"), "half of it")
      for (const id of ["g1", "g1", "g2"]) {
        assert.deepStrictEqual(yield* keep(queued({ id }), [output("/video")]), [kept])
      }
      assert.isTrue(readFileSync(join(directory, kept.path)).equals(video))
      assert.lengthOf(readdirSync(join(directory, "artifacts"), { recursive: true }), 2)
      assert.deepStrictEqual(readdirSync(join(directory, "incoming")), [])
    }).pipe(Effect.scoped),
  )

  it.live("say that a link is dead, without its signature", () =>
    Effect.gen(function* () {
      const { directory, keep, output } = yield* keeping()
      const failed = yield* Effect.flip(keep(queued(), [output("/gone?sig=secret")]))
      assert.isTrue(failed.deadLink)
      assert.match(failed.why, /dead: HTTP 404/)
      assert.notInclude(failed.why, "secret")
      assert.isFalse(existsSync(join(directory, "artifacts")))
    }).pipe(Effect.scoped),
  )

  it.live("are kept without a cover that is gone", () =>
    Effect.gen(function* () {
      const { keep, output } = yield* keeping()
      const outputs = [output("/video"), output("/gone", { kind: "cover" })] as const
      assert.deepStrictEqual(yield* keep(queued(), outputs), [kept])
    }).pipe(Effect.scoped),
  )

  it.live("are not recorded where the disk will not have them", () =>
    Effect.gen(function* () {
      const { directory, keep, output } = yield* keeping()
      writeFileSync(join(directory, "artifacts"), "a file where the directory should be")
      const failed = yield* Effect.flip(keep(queued(), [output("/video")]))
      assert.isFalse(failed.deadLink)
      assert.match(failed.why, /could not be put in its place: E(NOTDIR|EXIST)/)
      rmSync(join(directory, "artifacts"))
      assert.deepStrictEqual(yield* keep(queued(), [output("/video")]), [kept])
    }).pipe(Effect.scoped),
  )

  it.live("bear what is read from the file, whatever the server calls it", () =>
    Effect.gen(function* () {
      const file = (name: string): Answer => {
        const bytes = readFileSync(join(import.meta.dirname, "fixtures/media", name))
        return (response) =>
          response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes)
      }
      const { keep, output } = yield* keeping({
        "/film": file("film.mp4"),
        "/cover": file("cover.png"),
      })
      const outputs = [output("/film"), output("/cover", { kind: "cover" })] as const
      const [film, cover] = yield* keep(queued(), outputs)
      assert.include(film, {
        kind: "video",
        mediaType: "video/mp4",
        width: 64,
        height: 36,
        seconds: 1.5,
        codec: "avc",
      })
      assert.include(cover, { kind: "cover", mediaType: "image/png", width: 32, height: 18 })
      assert.notProperty(cover, "seconds")
    }).pipe(Effect.scoped),
  )

  it.live("are continued after a cut", () =>
    Effect.gen(function* () {
      const asked: Array<string | undefined> = []
      const { keep, output } = yield* keeping({
        "/cut": (response, request) => {
          const { range } = request.headers
          asked.push(range)
          const from = range === undefined ? 0 : Number(/^bytes=(\d+)-/.exec(range)?.[1])
          const rest = video.subarray(from)
          response.writeHead(range === undefined ? 200 : 206, {
            "content-type": "video/mp4",
            "content-length": rest.length,
            etag: '"1"',
            ...(range === undefined
              ? {}
              : { "content-range": `bytes ${from}-${video.length - 1}/${video.length}` }),
          })
          if (range === undefined) {
            response.write(rest.subarray(0, 40_000), () => setTimeout(() => response.destroy(), 20))
          } else response.end(rest)
        },
      })
      assert.deepStrictEqual(yield* keep(queued(), [output("/cut")]), [kept])
      assert.deepStrictEqual(asked, [undefined, "bytes=40000-"])
    }).pipe(Effect.scoped),
  )

  /** What is doubtful is told to people, and not to who reads the outcome of a test. */
  const quietly = Effect.provideService(References.MinimumLogLevel, "Error")
  const md5 = createHash("md5").update(video).digest("hex")
  /** Without its length, so that nothing tells a cut from an end. */
  const endless =
    (parts: ReadonlyArray<Uint8Array>): Answer =>
    (response) => {
      const [part = video] = parts.slice(answered++)
      response.sendDate = false
      response.useChunkedEncodingByDefault = false
      response.writeHead(200, { "content-type": "video/mp4", connection: "close" }).end(part)
    }
  let answered = 0

  it.live("are fetched once more where they are not what the provider announced", () =>
    Effect.gen(function* () {
      answered = 0
      const { directory, keep, output } = yield* keeping({
        "/short": endless([video.subarray(0, 70_000), video]),
      })
      assert.deepStrictEqual(yield* keep(queued(), [output("/short", { md5 })]), [kept])
      assert.strictEqual(answered, 2)
      assert.deepStrictEqual(filesIn(directory), [kept.path])
    }).pipe(Effect.scoped, quietly),
  )

  it.live("are kept, the longer one, where the provider's words never come true", () =>
    Effect.gen(function* () {
      answered = 0
      const { directory, keep, output } = yield* keeping({
        "/short": endless([video, video.subarray(0, 70_000)]),
      })
      const wrong = { md5: "0".repeat(32) }
      assert.deepStrictEqual(yield* keep(queued(), [output("/short", wrong)]), [kept])
      assert.strictEqual(answered, 2)
      assert.deepStrictEqual(filesIn(directory), [kept.path])
    }).pipe(Effect.scoped, quietly),
  )

  it.live.skipIf(!canMount)("wait for room on a full disk, and leave nothing there meanwhile", () =>
    Effect.gen(function* () {
      const { directory, keep, output } = yield* keeping({}, disk(65_536))
      const failed = yield* Effect.flip(keep(queued(), [output("/video")]))
      assert.match(failed.why, /^the disk is full: .* free some space, and it is fetched again/)
      assert.include(failed, { deadLink: false, inMillis: 30_000 })
      assert.deepStrictEqual(filesIn(directory), [])
      assert.isTrue(remount(directory, "size=1m"))
      assert.deepStrictEqual(yield* keep(queued(), [output("/video")]), [kept])
      assert.deepStrictEqual(filesIn(directory), [kept.path])
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(!canMount && isRoot)("say that a directory may not be written", () =>
    Effect.gen(function* () {
      const { directory, keep, output } = yield* keeping({}, canMount ? disk(1_000_000) : temporary)
      assert.isTrue(canMount ? remount(directory, "ro") : chmodSync(directory, 0o500) === undefined)
      const failed = yield* Effect.flip(keep(queued(), [output("/video")]))
      if (!canMount) chmodSync(directory, 0o700)
      assert.match(failed.why, /cannot be written \(\w+\); make it writable, and it is fetched/)
      assert.isFalse(failed.deadLink)
    }).pipe(Effect.scoped),
  )
})

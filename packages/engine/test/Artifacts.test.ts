import { assert, describe, it } from "@effect/vitest"
import type { Output } from "@zoetrope/core/TaskState"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Artifacts from "../src/drivers/Artifacts.ts"
import { queued } from "./support/vendor.ts"

const video = Buffer.from("the bytes of a video ".repeat(5000))
const sha256 = createHash("sha256").update(video).digest("hex")

/** A directory, and a server that has the video at `/video` and nothing anywhere else. */
const keeping = Effect.gen(function* () {
  const directory = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "zoetrope-artifacts-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true })),
  )
  const server = yield* Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const made = createServer((request, response) => {
            const isThere = request.url?.startsWith("/video") === true
            response.writeHead(isThere ? 200 : 404, isThere ? { "content-type": "video/mp4" } : {})
            response.end(isThere ? video : "gone")
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
  const output = (path: string, kind: Output["kind"] = "video"): Output => ({
    kind,
    url: `http://127.0.0.1:${port}${path}`,
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
      const { directory, keep, output } = yield* keeping
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
      const { directory, keep, output } = yield* keeping
      const failed = yield* Effect.flip(keep(queued(), [output("/gone?sig=secret")]))
      assert.isTrue(failed.deadLink)
      assert.match(failed.why, /dead: HTTP 404/)
      assert.notInclude(failed.why, "secret")
      assert.isFalse(existsSync(join(directory, "artifacts")))
    }).pipe(Effect.scoped),
  )

  it.live("are kept without a cover that is gone", () =>
    Effect.gen(function* () {
      const { keep, output } = yield* keeping
      const outputs = [output("/video"), output("/gone", "cover")] as const
      assert.deepStrictEqual(yield* keep(queued(), outputs), [kept])
    }).pipe(Effect.scoped),
  )

  it.live("are not recorded where the disk will not have them", () =>
    Effect.gen(function* () {
      const { directory, keep, output } = yield* keeping
      writeFileSync(join(directory, "artifacts"), "a file where the directory should be")
      const failed = yield* Effect.flip(keep(queued(), [output("/video")]))
      assert.isFalse(failed.deadLink)
      assert.match(failed.why, /could not be put in its place: E(NOTDIR|EXIST)/)
      rmSync(join(directory, "artifacts"))
      assert.deepStrictEqual(yield* keep(queued(), [output("/video")]), [kept])
    }).pipe(Effect.scoped),
  )
})

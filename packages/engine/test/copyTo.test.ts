import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { copyTo } from "../src/drivers/copyTo.ts"
import type { Artifact } from "../src/Generation.ts"
import { canMount, disk, filesIn, remount, temporary } from "./support/directories.ts"

const video = Buffer.from("the bytes of a video ".repeat(10_000))
const sha256 = createHash("sha256").update(video).digest("hex")
const artifact: Artifact = {
  kind: "video",
  sha256,
  bytes: video.length,
  path: `artifacts/${sha256.slice(0, 2)}/${sha256.slice(2)}`,
}

/** A data directory with one video, and another directory beside it. */
const kept = Effect.gen(function* () {
  const directory = yield* temporary
  const path = join(directory, artifact.path)
  mkdirSync(join(path, ".."), { recursive: true })
  writeFileSync(path, video)
  return { directory, path, elsewhere: yield* temporary }
})

describe("a copy of a kept file", () => {
  it.live("is whole, lies where it is wanted, and leaves the kept one alone", () =>
    Effect.gen(function* () {
      const { directory, elsewhere, path } = yield* kept
      const target = join(elsewhere, "films", "of the cat", "cat.mp4")
      assert.strictEqual(yield* copyTo(directory, artifact, target), target)
      assert.isTrue(readFileSync(target).equals(video))
      assert.deepStrictEqual(filesIn(elsewhere), ["films/of the cat/cat.mp4"])
      writeFileSync(target, "cut by its owner")
      assert.isTrue(readFileSync(path).equals(video))
    }).pipe(Effect.scoped),
  )

  it.live("never takes the name of another file", () =>
    Effect.gen(function* () {
      const { directory, elsewhere } = yield* kept
      const target = join(elsewhere, "cat.mp4")
      writeFileSync(target, "another cat")
      const copies = yield* Effect.forEach(
        [1, 2, 3, 4],
        () => copyTo(directory, artifact, target),
        { concurrency: "unbounded" },
      )
      const names = [2, 3, 4, 5].map((number) => join(elsewhere, `cat (${number}).mp4`))
      assert.deepStrictEqual(copies.toSorted(), names)
      assert.strictEqual(readFileSync(target, "utf8"), "another cat")
      for (const name of names) assert.isTrue(readFileSync(name).equals(video))
      assert.lengthOf(filesIn(elsewhere), 5)
    }).pipe(Effect.scoped),
  )

  it.live("is not made into a folder's name", () =>
    Effect.gen(function* () {
      const { directory, elsewhere } = yield* kept
      const failed = yield* Effect.flip(copyTo(directory, artifact, elsewhere))
      assert.match(failed.message, /is a folder; name a file in it/)
      assert.deepStrictEqual(filesIn(elsewhere), [])
    }).pipe(Effect.scoped),
  )

  it.live("is not made of a file that is damaged or gone", () =>
    Effect.gen(function* () {
      const { directory, elsewhere, path } = yield* kept
      const copy = Effect.flip(copyTo(directory, artifact, join(elsewhere, "cat.mp4")))
      truncateSync(path, 100)
      assert.match((yield* copy).message, /is damaged/)
      rmSync(path)
      assert.match((yield* copy).message, /is gone; somebody removed it/)
      assert.deepStrictEqual(filesIn(elsewhere), [])
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(!canMount)("leaves nothing on a full or read-only disk, and says so", () =>
    Effect.gen(function* () {
      const { directory } = yield* kept
      const small = yield* disk(65_536)
      const copy = copyTo(directory, artifact, join(small, "cat.mp4"))
      assert.match((yield* Effect.flip(copy)).message, /the disk is full.*free some space/)
      assert.deepStrictEqual(filesIn(small), [])
      assert.isTrue(remount(small, "size=1m,ro"))
      assert.match((yield* Effect.flip(copy)).message, /cannot be written \(EROFS\)/)
      assert.isTrue(remount(small, "rw"))
      assert.strictEqual(yield* copy, join(small, "cat.mp4"))
    }).pipe(Effect.scoped),
  )
})

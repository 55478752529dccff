/**
 * A disk that fails. The failures are injected into `node:fs/promises`, since a full or foreign disk
 * cannot be had everywhere; the full disk is tried for real too where /dev/full exists.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createHash, randomBytes } from "node:crypto"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import type * as Fs from "node:fs/promises"
import { join } from "node:path"
import { beforeEach, vi } from "vitest"
import { ArtifactError } from "../src/ArtifactError.ts"
import * as Artifact from "../src/Artifact.ts"
import * as PartFile from "../src/internal/PartFile.ts"
import * as Servers from "./servers.ts"
import * as Temporary from "./temporary.ts"

const disk = vi.hoisted(() => ({
  /** Error codes by operation; `write` fails once `room` bytes are used up. */
  fails: {} as Partial<Record<"open" | "write" | "sync" | "link" | "rename" | "truncate", string>>,
  room: Number.POSITIVE_INFINITY,
  /** What is opened instead of a part file. */
  instead: undefined as string | undefined,
  synced: [] as Array<string>,
  /** Longest write the disk takes at once. */
  atOnce: Number.POSITIVE_INFINITY,
}))

vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof Fs>()
  const failure = (operation: keyof typeof disk.fails) => {
    const code = disk.fails[operation]
    return code === undefined ? undefined : Object.assign(new Error(`${code}: injected`), { code })
  }
  const open: typeof fs.open = async (path, flags, mode) => {
    const part = String(path).endsWith(".part")
    const error = part ? failure("open") : undefined
    if (error) throw error
    const handle =
      part && disk.instead !== undefined
        ? await fs.open(disk.instead, "w")
        : await fs.open(path, flags, mode)
    return new Proxy(handle, {
      get: (target, name) => {
        if (name === "write") {
          return async (chunk: Uint8Array, offset: number, length: number, at: number) => {
            if (at + length > disk.room)
              throw Object.assign(new Error("injected"), { code: disk.fails.write })
            return target.write(chunk, offset, Math.min(length, disk.atOnce), at)
          }
        }
        if (name === "sync" || name === "truncate") {
          return async (length?: number) => {
            const problem = failure(name)
            if (problem) throw problem
            if (name === "truncate") return target.truncate(length)
            disk.synced.push(String(path))
            return target.sync()
          }
        }
        const value: unknown = Reflect.get(target, name)
        return typeof value === "function" ? value.bind(target) : value
      },
    })
  }
  const link: typeof fs.link = async (from, to) => {
    const error = failure("link")
    if (error) throw error
    return fs.link(from, to)
  }
  const rename: typeof fs.rename = async (from, to) => {
    const error = failure("rename")
    if (error) throw error
    return fs.rename(from, to)
  }
  return { ...fs, open, link, rename }
})

beforeEach(() => {
  disk.fails = {}
  disk.room = Number.POSITIVE_INFINITY
  disk.atOnce = Number.POSITIVE_INFINITY
  disk.instead = undefined
  disk.synced = []
})

const video = randomBytes(150_000)
const options = { whenTaken: "number", md5: true } as const

const save = (to: string, more: Partial<Artifact.SaveOptions> = {}) =>
  Effect.gen(function* () {
    const server = yield* Servers.http((_, response) => response.end(video))
    return yield* Artifact.save({
      url: `http://127.0.0.1:${server.port}/video.mp4?sign=s3cret`,
      to,
      allow: { loopback: true },
      expiresAt: "2026-11-20T13:00:00Z",
      ...more,
    })
  })

describe("a disk that fails", () => {
  it.live.each([
    ["full after some bytes", { write: "ENOSPC" }, "DiskFull"],
    ["over quota", { write: "EDQUOT" }, "DiskFull"],
    ["full when flushed", { sync: "ENOSPC" }, "DiskFull"],
    ["broken when written", { write: "EIO" }, "NotWritable"],
    ["broken when flushed", { sync: "EIO" }, "NotWritable"],
    ["read-only", { open: "EROFS" }, "NotWritable"],
    ["no permission", { open: "EACCES" }, "NotWritable"],
    ["no permission to give it its name", { link: "EACCES" }, "NotWritable"],
    ["no hard links and no renaming", { link: "EPERM", rename: "EIO" }, "NotWritable"],
  ] as const)("%s: says so, says where the video is, and leaves nothing", ([, fails, tag]) =>
    Effect.gen(function* () {
      const directory = yield* Temporary.directory
      disk.fails = fails
      if ("write" in fails) disk.room = 100_000
      const error = yield* Effect.flip(save(join(directory, "video.mp4")))
      assert.instanceOf(error, ArtifactError)
      assert.strictEqual(error.reason._tag, tag)
      if (error.reason._tag === "NotWritable") {
        assert.include(Object.values(fails), error.reason.code)
      }
      assert.include(error.message, join(directory, "video.mp4"))
      assert.include(
        error.message,
        "The video is paid for and still at the provider until 2026-11-20T13:00:00Z",
      )
      assert.isFalse(error.isRetryable)
      assert.deepStrictEqual(readdirSync(directory), [])
    }),
  )

  it.live.skipIf(process.platform !== "linux")("the kernel's own full disk (/dev/full)", () =>
    Effect.gen(function* () {
      const directory = yield* Temporary.directory
      disk.instead = "/dev/full"
      const error = yield* Effect.flip(save(join(directory, "video.mp4")))
      assert.strictEqual(error.reason._tag, "DiskFull")
    }),
  )

  it.live("short writes are completed", () =>
    Effect.gen(function* () {
      const to = join(yield* Temporary.directory, "video.mp4")
      disk.atOnce = 1000
      const saved = yield* save(to)
      assert.isTrue(readFileSync(to).equals(video))
      assert.strictEqual(saved.sha256, createHash("sha256").update(video).digest("hex"))
    }),
  )

  it.live("the file is flushed before it has its name, the directory after", () =>
    Effect.gen(function* () {
      const directory = yield* Temporary.directory
      yield* save(join(directory, "video.mp4"))
      assert.strictEqual(disk.synced.length, 2)
      assert.match(disk.synced[0]!, /\.part$/)
      assert.strictEqual(disk.synced[1], directory)
    }),
  )
})

describe("a disk without hard links", () => {
  it.live.each(["EPERM", "ENOTSUP", "ENOSYS"])(
    "%s: still in one piece, still never over another",
    (code) =>
      Effect.gen(function* () {
        const directory = yield* Temporary.directory
        const to = join(directory, "video.mp4")
        disk.fails = { link: code }
        writeFileSync(to, "mine")
        const saved = yield* save(to)
        assert.strictEqual(saved.path, join(directory, "video (2).mp4"))
        assert.isTrue(readFileSync(saved.path).equals(video))
        assert.strictEqual(readFileSync(to, "utf8"), "mine")
        assert.strictEqual(readdirSync(directory).length, 2)
      }),
  )
})

describe("PartFile", () => {
  it.live("names without an extension, and dot files", () =>
    Effect.gen(function* () {
      const directory = yield* Temporary.directory
      for (const [name, second] of [
        ["video", "video (2)"],
        [".video", ".video (2)"],
        ["a.tar.gz", "a.tar (2).gz"],
      ] as const) {
        writeFileSync(join(directory, name), "mine")
        const part = yield* PartFile.make(join(directory, name), options)
        assert.strictEqual(yield* part.publish, join(directory, second))
      }
    }),
  )

  it.live("a restart forgets bytes and hashes", () =>
    Effect.gen(function* () {
      const to = join(yield* Temporary.directory, "video.mp4")
      const part = yield* PartFile.make(to, options)
      yield* part.append(randomBytes(1000))
      yield* part.restart
      assert.strictEqual(part.bytes(), 0)
      yield* part.append(video.subarray(0, 10))
      yield* part.publish
      assert.isTrue(readFileSync(to).equals(video.subarray(0, 10)))
      assert.deepStrictEqual(part.digests(), {
        sha256: createHash("sha256").update(video.subarray(0, 10)).digest("hex"),
        md5: createHash("md5").update(video.subarray(0, 10)).digest("hex"),
      })
    }),
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { symlinkSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import * as Files from "../src/Files.ts"
import * as Temporary from "./temporary.ts"

const windows = process.platform === "win32"

describe("readMedia", () => {
  it.live("gives the bytes, also at the limit and through a link", () =>
    Effect.gen(function* () {
      const at = join(yield* Temporary.directory, "猫 picture.png")
      const bytes = randomBytes(200_000)
      writeFileSync(at, bytes)
      const read = yield* Files.readMedia(at, { maxBytes: 200_000 })
      assert.deepStrictEqual(Buffer.from(read), bytes)
      symlinkSync(at, `${at}.link`)
      assert.strictEqual(
        (yield* Files.readMedia(`${at}.link`, { maxBytes: 300_000 })).length,
        200_000,
      )
    }),
  )

  it.live("an empty file is no bytes", () =>
    Effect.gen(function* () {
      const at = join(yield* Temporary.directory, "empty")
      writeFileSync(at, "")
      assert.strictEqual((yield* Files.readMedia(at, { maxBytes: 1 })).length, 0)
    }),
  )

  it.live("too large: says both numbers", () =>
    Effect.gen(function* () {
      const at = join(yield* Temporary.directory, "large.png")
      writeFileSync(at, new Uint8Array(11))
      const error = yield* Effect.flip(Files.readMedia(at, { maxBytes: 10 }))
      assert.deepStrictEqual(
        error.reason,
        Files.FileReason.cases.TooLarge.make({ bytes: 11, maxBytes: 10 }),
      )
      assert.strictEqual(error.message, `${at} has 11 bytes; at most 10 are allowed`)
    }),
  )

  it.live("not there, or below something that is no directory", () =>
    Effect.gen(function* () {
      const directory = yield* Temporary.directory
      writeFileSync(join(directory, "file"), "")
      for (const path of ["nothing", "file/below"]) {
        const error = yield* Effect.flip(Files.readMedia(join(directory, path), { maxBytes: 10 }))
        assert.strictEqual(error.reason._tag, "NotFound")
      }
    }),
  )

  it.live("a directory", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Files.readMedia(yield* Temporary.directory, { maxBytes: 10 }),
      )
      assert.match(error.message, /is a directory; a regular file is needed$/)
    }),
  )

  it.live.skipIf(windows)("a pipe nobody writes to, a socket, a device: refused at once", () =>
    Effect.gen(function* () {
      const directory = yield* Temporary.directory
      const pipe = join(directory, "pipe")
      execFileSync("/usr/bin/env", ["mkfifo", pipe])
      const socket = join(directory, "socket")
      yield* Effect.acquireRelease(
        Effect.promise(async () => {
          const server = createServer()
          await new Promise<void>((resolve) => server.listen(socket, resolve))
          return server
        }),
        (server) => Effect.sync(() => server.close()),
      )
      for (const [path, kind] of [
        [pipe, "a named pipe"],
        [socket, "a socket"],
        ["/dev/zero", "a device"],
      ] as const) {
        const error = yield* Effect.flip(Files.readMedia(path, { maxBytes: 10 }))
        assert.deepStrictEqual(error.reason, Files.FileReason.cases.NotAFile.make({ kind }))
      }
    }),
  )

  it.live.skipIf(process.platform !== "linux")("a file with more in it than its size says", () =>
    Effect.gen(function* () {
      // Files of /proc have size 0 and content: the kernel's version of a file that grows.
      const error = yield* Effect.flip(Files.readMedia("/proc/self/stat", { maxBytes: 10_000 }))
      assert.strictEqual(error.reason._tag, "Changed")
    }),
  )

  it.live.skipIf(windows || Temporary.isRoot)("no permission (means nothing to root)", () =>
    Effect.gen(function* () {
      const at = join(yield* Temporary.directory, "private")
      writeFileSync(at, "x", { mode: 0o000 })
      const error = yield* Effect.flip(Files.readMedia(at, { maxBytes: 10 }))
      assert.deepStrictEqual(
        error.reason,
        Files.FileReason.cases.NotReadable.make({ code: "EACCES" }),
      )
    }),
  )

  it.live("a path that no system allows", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Files.readMedia("a\0b", { maxBytes: 10 }))
      assert.strictEqual(error.reason._tag, "NotReadable")
    }),
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { spawnSync } from "node:child_process"
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { factsOf } from "../src/drivers/facts.ts"
import { temporary } from "./support/directories.ts"

const fixture = (name: string) => join(import.meta.dirname, "fixtures/media", name)

const film = { width: 64, height: 36, seconds: 1.5 }

describe("facts of a file", () => {
  for (const [name, facts] of [
    ["film.mp4", { ...film, mediaType: "video/mp4", codec: "avc" }],
    ["film.mov", { ...film, mediaType: "video/quicktime", codec: "avc" }],
    ["film.webm", { ...film, mediaType: "video/webm", codec: "vp9" }],
  ] as const) {
    it.live(`are read from ${name}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* factsOf(fixture(name), "video"), facts)
      }),
    )
  }

  for (const [name, mediaType] of [
    ["cover.jpg", "image/jpeg"],
    ["cover.png", "image/png"],
    ["cover.webp", "image/webp"],
  ] as const) {
    it.live(`are read from ${name}`, () =>
      Effect.gen(function* () {
        const facts = { mediaType, width: 32, height: 18 }
        assert.deepStrictEqual(yield* factsOf(fixture(name), "cover"), facts)
      }),
    )
  }

  it.live("are absent where the file is none that is known", () =>
    Effect.gen(function* () {
      const directory = yield* temporary
      const files = {
        empty: "",
        words: "the bytes of a video ".repeat(5000),
        page: "<!doctype html><title>Log in</title>",
      }
      for (const [name, content] of Object.entries(files)) {
        const path = join(directory, name)
        writeFileSync(path, content)
        assert.deepStrictEqual(yield* factsOf(path, "video"), {}, name)
        assert.deepStrictEqual(yield* factsOf(path, "cover"), {}, name)
      }
      assert.deepStrictEqual(yield* factsOf(join(directory, "nothing"), "video"), {})
    }).pipe(Effect.scoped),
  )

  it.live("are never numbers that are none, however the file is cut or spoilt", () =>
    Effect.gen(function* () {
      const path = join(yield* temporary, "film")
      const whole = readFileSync(fixture("film.mp4"))
      for (let at = 0; at < whole.length; at += 41) {
        const spoilt = Buffer.from(whole)
        spoilt.fill(0xff, at, at + 8)
        for (const bytes of [whole.subarray(0, at), spoilt]) {
          writeFileSync(path, bytes)
          const { codec: _, mediaType: __, ...numbers } = yield* factsOf(path, "video")
          for (const value of Object.values(numbers)) {
            assert.isTrue(Number.isFinite(value) && value > 0, `at ${at}: ${value}`)
          }
        }
      }
    }).pipe(Effect.scoped),
  )

  it.effect.skipIf(process.platform === "win32")(
    "are done without where the disk does not answer",
    () =>
      Effect.gen(function* () {
        // Opening a pipe that nobody writes to waits for ever.
        const path = join(yield* temporary, "pipe")
        assert.strictEqual(spawnSync("mkfifo", [path]).status, 0)
        const fiber = yield* Effect.forkChild(factsOf(path, "video"))
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(yield* Fiber.join(fiber), {})
        closeSync(openSync(path, "r+"))
      }).pipe(Effect.scoped),
  )
})

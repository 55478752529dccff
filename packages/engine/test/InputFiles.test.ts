import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { createHash } from "node:crypto"
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import * as InputFiles from "../src/drivers/InputFiles.ts"
import { canMount, disk, filesIn, isRoot, remount, temporary } from "./support/directories.ts"

const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex")
const pathOf = (sha256: string) => `inputs/${sha256.slice(0, 2)}/${sha256.slice(2)}`

const picture = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256)
const sound = Uint8Array.from({ length: 50_000 }, (_, index) => (index * 11) % 256)
const uri = `data:audio/mpeg;base64,${Buffer.from(sound).toString("base64")}`
const input = { prompt: "a cat", first_frame: picture, voice: { audio: uri } }
const paths = [pathOf(sha256Of(picture)), pathOf(sha256Of(sound))].toSorted()

const inDirectory = Effect.map(temporary, (directory) => ({
  directory,
  inputs: InputFiles.make({ directory }),
}))

describe("files of an input", () => {
  it.live("lie under their hash, once, and give the same input back", () =>
    Effect.gen(function* () {
      const { directory, inputs } = yield* inDirectory
      const aside = yield* inputs.setAside(input)
      assert.deepStrictEqual(filesIn(directory), paths)
      assert.isTrue(readFileSync(join(directory, pathOf(sha256Of(sound)))).equals(sound))
      assert.deepStrictEqual(aside.files, [
        {
          field: "first_frame",
          sha256: sha256Of(picture),
          bytes: picture.length,
          path: pathOf(sha256Of(picture)),
        },
        {
          field: "voice",
          sha256: sha256Of(sound),
          bytes: sound.length,
          path: pathOf(sha256Of(sound)),
        },
      ])
      // Another process, another day.
      const later = InputFiles.make({ directory })
      const back = yield* later.restore(JSON.parse(JSON.stringify(aside.input)))
      assert.deepStrictEqual(back, input)
      assert.deepStrictEqual(yield* later.setAside(back), aside)
      assert.deepStrictEqual(filesIn(directory), paths)
    }).pipe(Effect.scoped),
  )

  it.live("are no file of somebody else", () =>
    Effect.gen(function* () {
      const { directory, inputs } = yield* inDirectory
      yield* inputs.setAside(input)
      for (const path of paths) {
        assert.strictEqual(statSync(join(directory, path)).mode & 0o777, 0o600)
      }
    }).pipe(Effect.scoped),
  )

  it.live("make no folder where there are none", () =>
    Effect.gen(function* () {
      const { directory, inputs } = yield* inDirectory
      const aside = yield* inputs.setAside({ prompt: "a cat" })
      assert.deepStrictEqual(aside, { input: { prompt: "a cat" }, files: [] })
      assert.deepStrictEqual(filesIn(directory), [])
      assert.throws(() => statSync(join(directory, "inputs")), /ENOENT/)
    }).pipe(Effect.scoped),
  )

  it.live("are set aside by many at once, in two processes' eyes", () =>
    Effect.gen(function* () {
      const { directory, inputs } = yield* inDirectory
      const other = InputFiles.make({ directory })
      const all = yield* Effect.forEach(
        Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? inputs : other)),
        (one) => one.setAside(input),
        { concurrency: "unbounded" },
      )
      assert.deepStrictEqual(filesIn(directory), paths)
      assert.deepStrictEqual(yield* other.restore(all[7]!.input), input)
    }).pipe(Effect.scoped),
  )

  it.live("are new for the janitor when they are set aside again", () =>
    Effect.gen(function* () {
      const { directory, inputs } = yield* inDirectory
      yield* inputs.setAside(input)
      for (const path of paths) utimesSync(join(directory, path), 1, 1)
      yield* inputs.setAside(input)
      for (const path of paths) {
        assert.isAtLeast(statSync(join(directory, path)).mtimeMs, Date.now() - 60_000)
      }
    }).pipe(Effect.scoped),
  )

  for (const [how, spoil] of [
    ["cut short", (path: string) => truncateSync(path, 10)],
    ["changed", (path: string) => writeFileSync(path, new Uint8Array(picture.length))],
  ] as const) {
    it.live(`are refused where one was ${how}, and mended by being given again`, () =>
      Effect.gen(function* () {
        const { directory, inputs } = yield* inDirectory
        const aside = yield* inputs.setAside(input)
        spoil(join(directory, pathOf(sha256Of(picture))))
        const failed = yield* Effect.flip(inputs.restore(aside.input))
        assert.match(failed.message, /inputs\/.* has been changed or is damaged\. .*was not sent/)
        yield* inputs.setAside(input)
        assert.deepStrictEqual(yield* inputs.restore(aside.input), input)
        assert.deepStrictEqual(filesIn(directory), paths)
      }).pipe(Effect.scoped),
    )
  }

  it.live("are missed where one is gone", () =>
    Effect.gen(function* () {
      const { directory, inputs } = yield* inDirectory
      const aside = yield* inputs.setAside(input)
      rmSync(join(directory, pathOf(sha256Of(sound))))
      const failed = yield* Effect.flip(inputs.restore(aside.input))
      assert.match(failed.message, /inputs\/.* is gone\. This submit was not sent/)
    }).pipe(Effect.scoped),
  )

  it.live("are not looked for where the record leads elsewhere", () =>
    Effect.gen(function* () {
      const { inputs } = yield* inDirectory
      const failed = yield* Effect.flip(
        inputs.restore({ image: { $file: "../../../etc/passwd", as: "bytes" } }),
      )
      assert.match(failed.message, /the recorded input cannot be read/)
      assert.notInclude(failed.message, "passwd")
    }).pipe(Effect.scoped),
  )

  it.live("are refused with what is no plain data, before anything is written", () =>
    Effect.gen(function* () {
      const { directory, inputs } = yield* inDirectory
      const failed = yield* Effect.flip(inputs.setAside({ ...input, at: new Date(0) }))
      assert.match(failed.message, /the field "at" holds a Date.*Nothing was recorded/)
      assert.deepStrictEqual(filesIn(directory), [])
    }).pipe(Effect.scoped),
  )

  it.live("leave nothing where a file stands in the way", () =>
    Effect.gen(function* () {
      const { directory, inputs } = yield* inDirectory
      writeFileSync(join(directory, "inputs"), "no folder")
      const failed = yield* Effect.flip(inputs.setAside(input))
      assert.match(failed.message, /could not be written to .*inputs \(E(EXIST|NOTDIR)\)/)
      assert.deepStrictEqual(filesIn(directory), ["inputs"])
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(isRoot)("are refused by a folder that may not be written", () =>
    Effect.gen(function* () {
      const { directory, inputs } = yield* inDirectory
      mkdirSync(join(directory, "inputs"))
      chmodSync(join(directory, "inputs"), 0o500)
      const failed = yield* Effect.flip(inputs.setAside(input))
      chmodSync(join(directory, "inputs"), 0o700)
      assert.match(failed.message, /\(EACCES\).*make that folder writable/)
      assert.deepStrictEqual(filesIn(directory), [])
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(!canMount)("are refused by a disk that is read-only", () =>
    Effect.gen(function* () {
      const directory = yield* disk(1_000_000)
      assert.isTrue(remount(directory, "ro"))
      const failed = yield* Effect.flip(InputFiles.make({ directory }).setAside(input))
      assert.match(failed.message, /\(EROFS\)\. Nothing was recorded.*make that folder writable/)
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(!canMount)(
    "leave nothing on a full disk, and find their place when there is room",
    () =>
      Effect.gen(function* () {
        // Room for the first file, not for both.
        const directory = yield* disk(131_072)
        const inputs = InputFiles.make({ directory })
        const failed = yield* Effect.flip(inputs.setAside(input))
        assert.match(failed.message, /the disk is full.*Nothing was recorded.*free some space/)
        assert.deepStrictEqual(filesIn(directory), [])
        assert.isTrue(remount(directory, "size=1m"))
        const aside = yield* inputs.setAside(input)
        assert.deepStrictEqual(yield* inputs.restore(aside.input), input)
      }).pipe(Effect.scoped),
  )

  it.live("leave nothing where the asking was interrupted", () =>
    Effect.gen(function* () {
      const { directory, inputs } = yield* inDirectory
      const exit = yield* Effect.exit(Effect.timeout(inputs.setAside(input), 0))
      assert.isTrue(Exit.isFailure(exit))
      assert.deepStrictEqual(filesIn(directory), [])
      yield* inputs.setAside(input)
      assert.deepStrictEqual(filesIn(directory), paths)
    }).pipe(Effect.scoped),
  )
})

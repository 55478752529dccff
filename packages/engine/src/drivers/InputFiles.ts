/**
 * `Inputs` in a directory: `inputs/ab/cdef…`, by the SHA-256 of the bytes. A file has that name only
 * when it is whole and on the disk, and any number of generations may refer to it. Any process may set
 * aside; what nobody refers to is the janitor's.
 */
import { Effect, Layer, Result, Semaphore } from "effect"
import { readFile, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import type { InputFile } from "../Generation.ts"
import { Inputs, InputsError } from "../Inputs.ts"
import { hashesIn, hashOf, putBack, takeOut } from "./FileReferences.ts"
import {
  codeOf,
  isFull,
  makeFolder,
  pathOf,
  publish,
  syncNames,
  temporaryIn,
  touch,
  writeNew,
} from "./FilesByHash.ts"

export interface Options {
  /** The data directory. Made if need be. */
  readonly directory: string
}

export const layer = (options: Options): Layer.Layer<Inputs> => Layer.succeed(Inputs, make(options))

/** So many inputs are written at once: a hundred requests with one picture shall not make a hundred copies. */
const writers = 4

export const make = ({ directory }: Options): Inputs["Service"] => {
  const places = Semaphore.makeUnsafe(writers)
  const folder = join(directory, "inputs")

  const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, InputsError> =>
    Effect.tryPromise({ try: run, catch: (cause) => notWritten(folder, cause) })

  /** Everything is written before anything gets its name, so that a full disk leaves nothing behind. */
  const write = Effect.fnUntraced(function* (files: ReadonlyMap<string, Uint8Array>) {
    yield* attempt(() => makeFolder(folder))
    const written = yield* Effect.forEach(files, ([sha256, bytes]) => {
      const path = join(directory, pathOf("inputs", sha256))
      const temporary = temporaryIn(folder)
      return Effect.acquireRelease(
        attempt(async () => {
          if (await isThere(path, bytes)) return { path, temporary: undefined }
          await writeNew(temporary, bytes)
          return { path, temporary }
        }),
        () => Effect.promise(() => rm(temporary, { force: true }).catch(() => {})),
      )
    })
    yield* Effect.forEach(written, ({ path, temporary }) =>
      attempt(() => (temporary === undefined ? syncNames(path) : publish(temporary, path))),
    )
  }, Effect.scoped)

  return Inputs.of({
    setAside: Effect.fn("InputFiles.setAside")(function* (input) {
      const taken = takeOut(input)
      if (Result.isFailure(taken)) return yield* new InputsError({ why: notPlain(taken.failure) })
      const { files, json } = taken.success
      const bytes = new Map(files.map((file) => [file.sha256, file.bytes]))
      if (bytes.size > 0) yield* places.withPermits(1)(write(bytes))
      return { input: json, files: files.map(recordOf) }
    }),

    restore: Effect.fn("InputFiles.restore")(function* (json) {
      const hashes = hashesIn(json)
      if (Result.isFailure(hashes)) return yield* new InputsError({ why: notOurs(hashes.failure) })
      const found = yield* Effect.forEach(hashes.success, (sha256) =>
        Effect.tryPromise({
          try: async () => [sha256, await readWhole(directory, sha256)] as const,
          catch: (cause) => notRead(directory, sha256, cause),
        }),
      )
      const bytes = new Map(found)
      return putBack(json, (sha256) => bytes.get(sha256) ?? new Uint8Array())
    }),
  })
}

const recordOf = ({
  bytes,
  field,
  sha256,
}: {
  readonly field: string
  readonly sha256: string
  readonly bytes: Uint8Array
}): InputFile => ({ field, sha256, bytes: bytes.length, path: pathOf("inputs", sha256) })

/** The touch comes last: where the janitor was faster there is nothing to touch, and from then on it spares the file. */
const isThere = async (path: string, bytes: Uint8Array): Promise<boolean> => {
  try {
    if ((await stat(path)).size !== bytes.length) return false
    if (!(await readFile(path)).equals(bytes)) return false
    await touch(path)
    return true
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false
    throw error
  }
}

/** The bytes are no longer those that were given. */
class Changed extends Error {}

const readWhole = async (directory: string, sha256: string): Promise<Uint8Array> => {
  const bytes = await readFile(join(directory, pathOf("inputs", sha256)))
  if (hashOf(bytes) !== sha256) throw new Changed()
  // A plain one with a buffer of its own, as it was given: some libraries tell a `Buffer` apart.
  return new Uint8Array(bytes)
}

const nothingDone = "Nothing was recorded and nothing was paid"

const notPlain = (what: string): string =>
  `the input cannot be kept: ${what}; plain data and bytes (Uint8Array) can. ${nothingDone}.`

const notWritten = (folder: string, cause: unknown): InputsError => {
  const code = codeOf(cause)
  if (isFull(code)) {
    const what = `the disk is full: the files of the input could not be written to ${folder}`
    return new InputsError({ why: `${what}. ${nothingDone}; free some space and ask again.` })
  }
  const what = `the files of the input could not be written to ${folder} (${code})`
  const next = mayNotWrite.has(code)
    ? "make that folder writable, or choose another data directory, and ask again"
    : "repair that, or choose another data directory, and ask again"
  return new InputsError({ why: `${what}. ${nothingDone}; ${next}.` })
}

const mayNotWrite: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"])

const askAnew = "This submit was not sent; ask for the video anew, with the file"

const notRead = (directory: string, sha256: string, cause: unknown): InputsError => {
  const path = join(directory, pathOf("inputs", sha256))
  const code = codeOf(cause)
  if (cause instanceof Changed) {
    return new InputsError({
      why: `the input file ${path} has been changed or is damaged. ${askAnew}.`,
    })
  }
  return code === "ENOENT"
    ? new InputsError({ why: `the input file ${path} is gone. ${askAnew}.` })
    : new InputsError({
        why: `the input file ${path} cannot be read (${code}). This submit was not sent; make the file readable.`,
      })
}

const notOurs = (what: string): string =>
  `the recorded input cannot be read: ${what}. ${askAnew}, or with the version of this program that recorded it.`

/**
 * The file that a download grows in: hidden, beside its target, made new, hashed as it is written.
 * It becomes the target in one step when it is whole, and is removed if that never happens.
 */
import { Effect, type Scope } from "effect"
import { createHash } from "node:crypto"
import { type FileHandle, lstat, mkdir, open, rm } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { DiskFull, NameTaken, NotWritable } from "../ArtifactError.ts"
import { giveName, hiddenNameOf, namesFor } from "../FreeName.ts"

export type DiskProblem = DiskFull | NotWritable

export interface Options {
  /** What to do when the name is taken: take the next free one, or fail. */
  readonly whenTaken: "number" | "fail"
  /** Whether to hash with MD5 too, which some systems refuse to do (FIPS). */
  readonly md5: boolean
}

export interface PartFile {
  /** How long the file is now. */
  readonly bytes: () => number
  readonly append: (chunk: Uint8Array) => Effect.Effect<void, DiskProblem>
  /** Empties the file; what was hashed is forgotten. */
  readonly restart: Effect.Effect<void, DiskProblem>
  /** Of all that was appended since the last restart, as hex. */
  readonly digests: () => { readonly sha256: string; readonly md5: string | undefined }
  /** Makes it durable under the wanted name, or the next free one: the name it got. */
  readonly publish: Effect.Effect<string, DiskProblem | NameTaken>
}

/** Makes the target's directory if need be, and the empty file in it. */
export const make = Effect.fnUntraced(function* (
  target: string,
  options: Options,
): Effect.fn.Return<PartFile, DiskProblem | NameTaken, Scope.Scope> {
  const newHashes = () => ({
    sha256: createHash("sha256"),
    md5: options.md5 ? createHash("md5") : undefined,
  })
  let bytes = 0
  let hashes = newHashes()

  const directory = dirname(target)
  const path = join(directory, hiddenNameOf(basename(target)))
  const attempt = <A>(run: () => Promise<A>) =>
    Effect.tryPromise({ try: run, catch: (cause) => problemOf(cause, target, bytes) })

  const there = yield* attempt(() => kindOf(target))
  if (there === "directory") return yield* new NotWritable({ path: target, code: "EISDIR" })
  if (there === "other" && options.whenTaken === "fail") {
    return yield* new NameTaken({ path: target })
  }

  const handle = yield* Effect.acquireRelease(
    attempt(async () => {
      await mkdir(directory, { recursive: true })
      return open(path, "wx")
    }),
    (opened) =>
      Effect.promise(async () => {
        await opened.close().catch(() => {})
        await rm(path, { force: true }).catch(() => {})
      }),
  )

  return {
    bytes: () => bytes,
    append: (chunk) =>
      attempt(async () => {
        await writeAll(handle, chunk, bytes)
        hashes.sha256.update(chunk)
        hashes.md5?.update(chunk)
        bytes += chunk.length
      }).pipe(Effect.uninterruptible),
    restart: attempt(async () => {
      await handle.truncate(0)
      bytes = 0
      hashes = newHashes()
    }).pipe(Effect.uninterruptible),
    digests: () => ({
      sha256: hashes.sha256.copy().digest("hex"),
      md5: hashes.md5?.copy().digest("hex"),
    }),
    publish: Effect.gen(function* () {
      yield* attempt(() => handle.sync())
      for (const name of namesFor(target)) {
        if (yield* attempt(() => giveName(path, name))) {
          yield* attempt(() => syncDirectory(directory))
          return name
        }
        if (options.whenTaken === "fail") break
      }
      return yield* new NameTaken({ path: target })
    }).pipe(Effect.uninterruptible),
  }
})

const kindOf = async (path: string): Promise<"nothing" | "directory" | "other"> => {
  const stats = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined
    throw error
  })
  if (stats === undefined) return "nothing"
  return stats.isDirectory() ? "directory" : "other"
}

/**
 * Makes a name in it survive a power cut, where the system can do that to a directory. The file itself
 * is whole and durable by now: failing here would only hide that.
 */
const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, "r").catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

const writeAll = async (handle: FileHandle, chunk: Uint8Array, at: number): Promise<void> => {
  let written = 0
  while (written < chunk.length) {
    // oxlint-disable-next-line no-await-in-loop -- a write may be short; the next begins where it ended
    const result = await handle.write(chunk, written, chunk.length - written, at + written)
    written += result.bytesWritten
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "unknown"

const problemOf = (error: unknown, path: string, received: number): DiskProblem => {
  const code = codeOf(error)
  return code === "ENOSPC" || code === "EDQUOT"
    ? new DiskFull({ path, received })
    : new NotWritable({ path, code })
}

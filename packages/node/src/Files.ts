/**
 * Local files as inputs: a picture, a video or a sound read whole, within a limit that is known
 * before the first byte is read. Only regular files: a pipe or a device could block or never end.
 */
import * as ErrorClass from "@zoetrope/core/ErrorClass"
import { Effect, type Scope, Schema } from "effect"
import { constants, type Stats } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"

/** Why a file cannot be an input. */
export const FileReason = Schema.TaggedUnion({
  NotFound: {},
  /** `kind`: what it is instead, as a person would say it. */
  NotAFile: { kind: Schema.String },
  /** `code`: the operating system's, such as `EACCES`. */
  NotReadable: { code: Schema.String },
  TooLarge: { bytes: Schema.Finite, maxBytes: Schema.Finite },
  /** Its size changed while it was read. */
  Changed: {},
})
export type FileReason = typeof FileReason.Type

/** A local file that cannot be an input. Nothing was sent. */
export class FileProblem extends Schema.TaggedError<FileProblem>()("FileProblem", {
  path: Schema.String,
  reason: FileReason,
}) {
  override get message(): string {
    return FileReason.match(this.reason, {
      NotFound: () => `${this.path}: there is no such file`,
      NotAFile: ({ kind }) => `${this.path} is ${kind}; a regular file is needed`,
      NotReadable: ({ code }) => `${this.path} cannot be read (${code})`,
      TooLarge: ({ bytes, maxBytes }) =>
        `${this.path} has ${bytes} bytes; at most ${maxBytes} are allowed`,
      Changed: () => `${this.path} was written to while it was read; try again when it is finished`,
    })
  }
}

ErrorClass.complete(FileProblem, "@zoetrope/node/Files/FileProblem")

export interface ReadOptions {
  /** Largest size in bytes, inclusive. */
  readonly maxBytes: number
}

/**
 * The bytes of a file, links followed. Its kind and size are those of the opened file, so a path
 * that is exchanged meanwhile cannot slip past the limit.
 */
export const readMedia: (
  path: string,
  options: ReadOptions,
) => Effect.Effect<Uint8Array, FileProblem> = Effect.fn("Files.readMedia")(function* (
  path,
  { maxBytes },
) {
  const fail = (reason: FileReason) => new FileProblem({ path, reason })
  const handle = yield* opened(path)
  const stats = yield* attempt(path, () => handle.stat())
  const kind = kindOf(stats)
  if (kind !== undefined) return yield* fail(FileReason.cases.NotAFile.make({ kind }))
  if (stats.size > maxBytes) {
    return yield* fail(FileReason.cases.TooLarge.make({ bytes: stats.size, maxBytes }))
  }
  // One byte more than it has: a file that grows is noticed, and still not read beyond its limit.
  const buffer = new Uint8Array(stats.size + 1)
  const length = yield* attempt(path, () => fill(handle, buffer))
  if (length !== stats.size) return yield* fail(FileReason.cases.Changed.make({}))
  return buffer.subarray(0, length)
}, Effect.scoped)

/** Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever. */
const opened = (path: string): Effect.Effect<FileHandle, FileProblem, Scope.Scope> =>
  Effect.acquireRelease(
    attempt(path, () => open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))),
    (handle) => Effect.promise(() => handle.close()),
  )

const attempt = <A>(path: string, run: () => Promise<A>): Effect.Effect<A, FileProblem> =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => new FileProblem({ path, reason: reasonOf(cause) }),
  })

const reasonOf = (cause: unknown): FileReason => {
  const code = (cause as NodeJS.ErrnoException).code ?? "unknown"
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return FileReason.cases.NotFound.make({})
    case "ENXIO":
      return FileReason.cases.NotAFile.make({ kind: "a socket" })
    default:
      return FileReason.cases.NotReadable.make({ code })
  }
}

const kindOf = (stats: Stats): string | undefined => {
  if (stats.isFile()) return undefined
  if (stats.isDirectory()) return "a directory"
  if (stats.isFIFO()) return "a named pipe"
  if (stats.isSocket()) return "a socket"
  return "a device"
}

const fill = async (handle: FileHandle, buffer: Uint8Array): Promise<number> => {
  let length = 0
  while (length < buffer.length) {
    // oxlint-disable-next-line no-await-in-loop -- each read begins where the last one ended
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return length
}

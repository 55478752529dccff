/**
 * Where the video will be kept, found out before anything is paid: a name that is free, in a
 * directory that can be written. Makes nothing: what makes the file makes its directory, and never
 * overwrites.
 */
import { Effect } from "effect"
import { constants } from "node:fs"
import { access, stat } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { BadInput } from "../BadInput.ts"

export interface Target {
  /** @param name what the file is called where only a directory was asked for */
  readonly pathFor: (name: string) => string
  /** A name of its own was asked for. */
  readonly named: boolean
  /** Absolute: the file of that name, or the directory. */
  readonly path: string
}

/**
 * @param out the value of `--out`; a directory if it is one or ends in a slash, and then it need not be there yet
 * @param isMade whether the directory of a file, too, need not be there yet
 */
export const target = (
  out: string | undefined,
  isMade: boolean = false,
): Effect.Effect<Target, BadInput> =>
  Effect.tryPromise({
    try: async () => {
      const wanted = out ?? "./"
      if (wanted === "") throw new BadInput({ say: ({ refusals }) => refusals.out.empty })
      const path = resolve(wanted)
      const existing = await kindOf(path)
      if (existing === "other") {
        throw new BadInput({ say: ({ refusals }) => refusals.out.exists(path) })
      }
      const isDirectory = existing === "directory" || /[\\/]$/.test(wanted)
      const directory = isDirectory ? path : dirname(path)
      const writable = isDirectory || isMade ? await nearest(directory) : directory
      await access(writable, constants.W_OK | constants.X_OK)
      return {
        pathFor: (name: string) => (isDirectory ? join(path, name) : path),
        named: !isDirectory,
        path,
      }
    },
    catch: (cause) =>
      cause instanceof BadInput
        ? cause
        : new BadInput({
            say: ({ refusals: { out: words } }) =>
              words.unwritable(out ?? words.here, cause instanceof Error ? cause.message : ""),
          }),
  })

/** The directory in which missing ones can be made. */
const nearest = async (path: string): Promise<string> => {
  const kind = await kindOf(path)
  if (kind === "other") {
    throw new BadInput({ say: ({ refusals }) => refusals.out.notDirectory(path) })
  }
  return kind === "directory" ? path : nearest(dirname(path))
}

const kindOf = async (path: string): Promise<"directory" | "other" | undefined> => {
  try {
    return (await stat(path)).isDirectory() ? "directory" : "other"
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    // A file on the way is met as the nearest there is.
    if (code === "ENOENT" || code === "ENOTDIR") return undefined
    throw cause
  }
}

/**
 * Where the video will be kept, found out before anything is paid: a name that is free, in a
 * directory that can be written. What makes the file never overwrites one.
 */
import { Effect } from "effect"
import { constants } from "node:fs"
import { access, mkdir, stat } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { BadInput } from "./BadInput.ts"

export interface Target {
  /** @param name what the file is called where only a directory was asked for */
  readonly pathFor: (name: string) => string
  /** A name of its own was asked for. */
  readonly named: boolean
  /** Absolute: the file of that name, or the directory. */
  readonly path: string
}

/** @param out the value of `--out`; a directory if it is one or ends in a slash, which is then made */
export const target = (out: string | undefined): Effect.Effect<Target, BadInput> =>
  Effect.tryPromise({
    try: async () => {
      const wanted = out ?? "./"
      if (wanted === "") throw new BadInput({ message: "--out: is empty" })
      const path = resolve(wanted)
      const existing = await kindOf(path)
      if (existing === "other") {
        throw new BadInput({
          message: `--out: ${path} exists already and is not overwritten; choose another name, or a directory`,
        })
      }
      const isDirectory = existing === "directory" || /[\\/]$/.test(wanted)
      const directory = isDirectory ? path : dirname(path)
      if (isDirectory && existing === undefined) await mkdir(directory, { recursive: true })
      await access(directory, constants.W_OK | constants.X_OK)
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
            message: `--out: ${out ?? "the current directory"} cannot be written: ${cause instanceof Error ? cause.message : ""}`,
          }),
  })

const kindOf = async (path: string): Promise<"directory" | "other" | undefined> => {
  try {
    return (await stat(path)).isDirectory() ? "directory" : "other"
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw cause
  }
}

/**
 * Where the video will be kept, found out before anything is paid: a name that is free, in a
 * directory that can be written. The file itself is made by `Artifact.save`, which never overwrites.
 */
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { Effect } from "effect"
import { constants } from "node:fs"
import { access, mkdir, stat } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { BadInput } from "./BadInput.ts"

export interface Target {
  readonly pathFor: (ref: TaskRef) => string
  /** A name of its own was asked for. */
  readonly named: boolean
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
        pathFor: (ref: TaskRef) => (isDirectory ? join(path, fileName(ref)) : path),
        named: !isDirectory,
      }
    },
    catch: (cause) =>
      cause instanceof BadInput
        ? cause
        : new BadInput({
            message: `--out: ${out ?? "the current directory"} cannot be written: ${cause instanceof Error ? cause.message : ""}`,
          }),
  })

/** The model and the task id, of characters that every file system takes. */
const fileName = (ref: TaskRef): string =>
  `${ref.model.split("/").at(-1)}-${ref.taskId}.mp4`.replaceAll(/[^\w.-]/g, "_")

const kindOf = async (path: string): Promise<"directory" | "other" | undefined> => {
  try {
    return (await stat(path)).isDirectory() ? "directory" : "other"
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw cause
  }
}

/**
 * Copies a kept file under the same name into another directory: whole, on the disk and with the hash
 * that it was recorded with, or not at all.
 */
import { createHash, randomBytes } from "node:crypto"
import { constants, createReadStream } from "node:fs"
import { copyFile, mkdir, open, rename, rm, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import { pipeline } from "node:stream/promises"

export interface Named {
  /** Within the directory. */
  readonly path: string
  /** Hex. */
  readonly sha256: string
  readonly bytes: number
}

/**
 * - `there`: it was copied before; a file of this name and size is not read again.
 * - `missing`: there is none, or not with these bytes.
 */
export const copyVerified = async (
  { bytes, path, sha256 }: Named,
  from: string,
  to: string,
): Promise<"copied" | "there" | "missing"> => {
  const target = join(to, path)
  if ((await sizeOf(target)) === bytes) return "there"
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  const temporary = join(dirname(target), `.${randomBytes(8).toString("hex")}.part`)
  try {
    if (!(await copyIfThere(join(from, path), temporary))) return "missing"
    if ((await hashOf(temporary)) !== sha256) return "missing"
    await synced(temporary)
    await rename(temporary, target)
    return "copied"
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Whether there was a file to copy. */
export const copyIfThere = async (from: string, to: string): Promise<boolean> => {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false
    throw error
  }
}

/** `undefined` where there is no such file. */
export const sizeOf = (file: string): Promise<number | undefined> =>
  stat(file).then(
    ({ size }) => size,
    () => undefined,
  )

/** A file, or the names in a folder, are on the disk before this returns. */
export const synced = async (path: string): Promise<void> => {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const hashOf = async (file: string): Promise<string> => {
  const hash = createHash("sha256")
  await pipeline(createReadStream(file), hash)
  return hash.digest("hex")
}

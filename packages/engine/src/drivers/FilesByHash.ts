/**
 * Files that lie under the SHA-256 of their bytes, `ab/cdef…`, in a folder of the data directory. Owns
 * their names and what makes one durable; refuses to know what they are and who refers to them.
 */
import { randomBytes } from "node:crypto"
import { mkdir, open, rename, rm, utimes } from "node:fs/promises"
import { dirname, join } from "node:path"

export type Folder = "artifacts" | "inputs"

/** Within the data directory, with forward slashes. */
export const pathOf = (folder: Folder, sha256: string): string =>
  `${folder}/${sha256.slice(0, 2)}/${sha256.slice(2)}`

/** A name for what is not whole yet, in the same file system as where it will be. */
export const temporaryIn = (folder: string): string =>
  join(folder, `.${randomBytes(8).toString("hex")}.part`)

/**
 * Gives a whole file its name: in one step, in place of what had it before. The name, and the names of
 * its directories, are on the disk before this returns.
 */
export const publish = async (from: string, to: string): Promise<void> => {
  await touch(from)
  await makeFolder(dirname(to))
  await rename(from, to)
  await syncNames(to)
}

/**
 * With the folders above it. Node's own `recursive` says ENOENT where a disk is read-only, does not end
 * where nothing can be made at all (`/proc`), and a person should be told the truth.
 */
export const makeFolder = async (folder: string, mode?: number): Promise<void> => {
  const code = await mkdir(folder, { mode }).then(() => undefined, codeOf)
  if (code === undefined || code === "EEXIST") return
  if (code === "ENOENT" && dirname(folder) !== folder) await makeFolder(dirname(folder), mode)
  await mkdir(folder, { mode }).catch((error: unknown) => {
    if (codeOf(error) !== "EEXIST") throw error
  })
}

/** The operating system's, such as `ENOSPC`; else what the error says of itself. */
export const codeOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? String(error)

/** No space, or no quota. */
export const isFull = (code: string): boolean => code === "ENOSPC" || code === "EDQUOT"

/** Makes a file new for the janitor: somebody is about to refer to it. */
export const touch = async (path: string): Promise<void> => {
  const now = new Date()
  await utimes(path, now, now)
}

/** The name of a file, and of the two folders that it lies in, survive a power cut. */
export const syncNames = async (path: string): Promise<void> => {
  const inner = dirname(path)
  for (const folder of [inner, dirname(inner), dirname(dirname(inner))]) {
    // oxlint-disable-next-line no-await-in-loop -- the inner one first
    await synced(folder)
  }
}

/** A file, or the names in a folder, are on the disk before this returns. */
export const synced = async (folder: string): Promise<void> => {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a file that is not there yet; on the disk before this returns, and nothing is left of it if it fails. */
export const writeNew = async (path: string, bytes: Uint8Array): Promise<void> => {
  const handle = await open(path, "wx", 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } catch (error) {
    await rm(path, { force: true }).catch(() => {})
    throw error
  } finally {
    await handle.close()
  }
}

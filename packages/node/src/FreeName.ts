/**
 * How a whole file gets the name that a person wants for it: a name that is free, in one step, and
 * nothing is ever overwritten. The file grows under a hidden name beside it. Promises, since it is for
 * whoever has the file: `Artifact.save` is the whole of it.
 */
import { randomBytes } from "node:crypto"
import { link, open, rename, rm } from "node:fs/promises"
import { extname } from "node:path"

/** The hidden name beside it. Names have at most 255 bytes nearly everywhere; this is the target's and some more. */
export const hiddenNameOf = (name: string): string =>
  `.${Buffer.from(name).subarray(0, 200).toString()}.${randomBytes(6).toString("hex")}.part`

/** `cat.mp4`, `cat (2).mp4`, `cat (3).mp4` …, ten thousand of them. */
export const namesFor = function* (target: string): Generator<string> {
  yield target
  const extension = extname(target)
  const stem = target.slice(0, target.length - extension.length)
  for (let number = 2; number <= 10_000; number++) yield `${stem} (${number})${extension}`
}

/**
 * Gives the whole file its name; `false` if the name is taken. A hard link does it in one step and
 * never replaces anything. Where there are none (FAT, some network shares), the name is claimed by
 * making it new, and the file moved over that claim.
 *
 * @throws the system's error, with its `code`, where the name cannot be given
 */
export const giveName = async (file: string, name: string): Promise<boolean> => {
  const code = await link(file, name).then(() => undefined, codeOf)
  if (code === undefined || code === "EEXIST") return code === undefined
  if (!noHardLinks.has(code)) throw Object.assign(new Error(code), { code })
  const claim = await open(name, "wx").catch((error: unknown) => {
    if (codeOf(error) === "EEXIST") return undefined
    throw error
  })
  if (claim === undefined) return false
  await claim.close()
  try {
    await rename(file, name)
  } catch (error) {
    await rm(name, { force: true })
    throw error
  }
  return true
}

const noHardLinks: ReadonlySet<string> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
])

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "unknown"

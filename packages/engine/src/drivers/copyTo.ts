/**
 * A copy of a kept file where a person wants it: whole or not at all, under a name that was free. The
 * kept one stays as it is; where the file system can, both share their bytes until one is written to.
 */
import { giveName, hiddenNameOf, namesFor } from "@zoetrope/node/FreeName"
import { Effect, Schema } from "effect"
import { constants } from "node:fs"
import { copyFile, rm, stat } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import type { Artifact } from "../Generation.ts"
import { codeOf, isFull, makeFolder, synced } from "./FilesByHash.ts"

/** There is no copy. The kept file is where it was, unless `why` says otherwise. */
export class NotCopied extends Schema.TaggedError<NotCopied>()("NotCopied", {
  /** What happened and what to do, in plain words. */
  why: Schema.String,
}) {
  override get message(): string {
    return this.why
  }
}

/**
 * The absolute path of the copy: `target`, or where that is taken `target (2)` and so on, before its
 * extension. Its folder is made if need be.
 *
 * @param directory the data directory
 */
export const copyTo: (
  directory: string,
  artifact: Artifact,
  target: string,
) => Effect.Effect<string, NotCopied> = Effect.fn("copyTo")(
  function* (directory, artifact, target) {
    const kept = join(directory, artifact.path)
    const wanted = resolve(target)
    const attempt = <A>(run: () => Promise<A>) =>
      Effect.tryPromise({ try: run, catch: (cause) => notWritten(wanted, cause) })

    const there = yield* Effect.tryPromise({
      try: () => stat(kept),
      catch: (cause) => notRead(kept, cause),
    })
    if (there.size !== artifact.bytes) return yield* damaged(kept)
    if (yield* attempt(() => isFolder(wanted))) {
      return yield* new NotCopied({ why: `${wanted} is a folder; name a file in it` })
    }
    const temporary = yield* Effect.acquireRelease(
      Effect.sync(() => join(dirname(wanted), hiddenNameOf(basename(wanted)))),
      (path) => Effect.promise(() => rm(path, { force: true }).catch(() => {})),
    )
    yield* attempt(async () => {
      await makeFolder(dirname(wanted))
      await copyFile(kept, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      await synced(temporary)
    })
    for (const name of namesFor(wanted)) {
      if (yield* attempt(() => giveName(temporary, name))) {
        // The copy is whole by now; where a folder cannot be synced, that is no reason to deny it.
        yield* Effect.promise(() => synced(dirname(name)).catch(() => {}))
        return name
      }
    }
    return yield* new NotCopied({ why: `${wanted} and ten thousand names like it are taken` })
  },
  Effect.uninterruptible,
  Effect.scoped,
)

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

const notWritten = (path: string, cause: unknown): NotCopied => {
  const code = codeOf(cause)
  return new NotCopied({
    why: isFull(code)
      ? `the disk is full: there is no room for ${path}; free some space, or choose another place`
      : `${path} cannot be written (${code}); choose another place, or make this one writable`,
  })
}

const notRead = (path: string, cause: unknown): NotCopied => {
  const code = codeOf(cause)
  return new NotCopied({
    why:
      code === "ENOENT"
        ? `the kept file ${path} is gone; somebody removed it from the data directory`
        : `the kept file ${path} cannot be read (${code}); make it readable`,
  })
}

const damaged = (path: string): NotCopied =>
  new NotCopied({ why: `the kept file ${path} is damaged: it has not the size that was recorded` })

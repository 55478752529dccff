/**
 * `Keep` in a directory: `artifacts/ab/cdef…`, by the SHA-256 of the bytes. A file has that name only
 * when it is whole and on the disk. What was begun lies under `incoming/`, by generation, and is begun
 * anew after a crash; so only the process that drives may keep.
 */
import * as Save from "@zoetrope/node/Artifact"
import type { ArtifactError } from "@zoetrope/node/ArtifactError"
import type { HostPolicy } from "@zoetrope/node/HostPolicy"
import { Effect, Layer } from "effect"
import { mkdir, open, rename, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Output } from "@zoetrope/core/TaskState"
import type { Artifact, Generation } from "../Generation.ts"
import { Keep, NotKept } from "../Keep.ts"

export interface Options {
  /** The data directory. Made if need be. */
  readonly directory: string
  /** Where links may lead. Default: https and public hosts only. */
  readonly allow?: HostPolicy | undefined
}

export const layer = (options: Options): Layer.Layer<Keep> => Layer.succeed(Keep, make(options))

export const make = ({ allow = {}, directory }: Options): Keep["Service"] => {
  const keepOne = Effect.fnUntraced(function* (incoming: string, output: Output) {
    const saved = yield* Save.save({
      url: output.url,
      to: join(incoming, output.kind),
      allow,
      expected: { bytes: output.bytes, md5: output.md5 },
      expiresAt: output.expiresAt,
    }).pipe(Effect.mapError(whyNot))
    const path = `artifacts/${saved.sha256.slice(0, 2)}/${saved.sha256.slice(2)}`
    yield* attempt(() => publish(saved.path, join(directory, path)))
    const artifact: Artifact = {
      kind: output.kind,
      sha256: saved.sha256,
      bytes: saved.bytes,
      path,
      ...(saved.mediaType === undefined ? {} : { mediaType: saved.mediaType }),
    }
    return artifact
  })

  return Keep.of({
    keep: Effect.fn("Artifacts.keep")(function* ({ id }: Generation, [first, ...others]) {
      const incoming = join(directory, "incoming", encodeURIComponent(id))
      yield* attempt(() => rm(incoming, { recursive: true, force: true }))
      const video = yield* keepOne(incoming, first)
      // A cover or a second version that is gone must not keep the video from being kept.
      const beside = yield* Effect.forEach(others, (output) =>
        Effect.option(keepOne(incoming, output)),
      )
      yield* attempt(() => rm(incoming, { recursive: true, force: true }))
      return [video, ...beside.flatMap((one) => (one._tag === "Some" ? [one.value] : []))] as const
    }),
  })
}

/** The name, and the name of its directory, are on the disk before this returns. The same bytes again replace themselves. */
const publish = async (from: string, to: string): Promise<void> => {
  const folder = dirname(to)
  await mkdir(folder, { recursive: true })
  await rename(from, to)
  for (const one of [folder, dirname(folder), dirname(dirname(folder))]) {
    // oxlint-disable-next-line no-await-in-loop -- the inner one first
    await synced(one)
  }
}

const synced = async (folder: string): Promise<void> => {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, NotKept> =>
  Effect.tryPromise({
    try: run,
    catch: (cause) =>
      new NotKept({
        why: `the file could not be put in its place: ${cause instanceof Error ? cause.message : String(cause)}`,
        deadLink: false,
        inMillis: pauses.DiskFull,
      }),
  })

/** Milliseconds until it is worth trying again. What only a person can mend is tried seldom. */
const pauses: Readonly<Record<ArtifactError["reason"]["_tag"], number>> = {
  LinkDead: 5_000,
  DownloadFailed: 10_000,
  DiskFull: 30_000,
  NotWritable: 30_000,
  NameTaken: 60_000,
  LinkRefused: 60_000,
}

const whyNot = ({ reason }: ArtifactError): NotKept =>
  new NotKept({
    why: `${reason.message}; ${reason.next}`,
    deadLink: reason._tag === "LinkDead",
    inMillis: pauses[reason._tag],
  })

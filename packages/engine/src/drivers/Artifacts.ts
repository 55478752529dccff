/**
 * `Keep` in a directory: `artifacts/ab/cdef…`, by the SHA-256 of the bytes. A file has that name only
 * when it is whole and on the disk. What was begun lies under `incoming/`, by generation, and is begun
 * anew after a crash; so only the process that drives may keep.
 */
import type * as Save from "@zoetrope/node/Artifact"
import type { ArtifactError } from "@zoetrope/node/ArtifactError"
import type { HostPolicy } from "@zoetrope/node/HostPolicy"
import { Effect, Layer } from "effect"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import type { Output } from "@zoetrope/core/TaskState"
import type { Artifact, Generation } from "../Generation.ts"
import { Keep, NotKept } from "../Keep.ts"
import { factsOf } from "./facts.ts"
import { codeOf, isFull, pathOf, publish } from "./FilesByHash.ts"

export interface Options {
  /** The data directory. Made if need be. */
  readonly directory: string
  /** Where links may lead, for all or for each. Default: https and public hosts only. */
  readonly allow?: HostPolicy | ((generation: Generation) => HostPolicy) | undefined
}

interface Place {
  readonly incoming: string
  readonly allow: HostPolicy
}

export const layer = (options: Options): Layer.Layer<Keep> => Layer.succeed(Keep, make(options))

export const make = ({ allow: policy = {}, directory }: Options): Keep["Service"] => {
  /** What differs from the provider's words may lack its end: it is fetched once more, and the better one kept. */
  const downloadWell = Effect.fnUntraced(function* (place: Place, output: Output) {
    const first = yield* download(place, output)
    if (first.warnings.length === 0) return first
    const second = yield* Effect.orElseSucceed(download(place, output), () => first)
    const better = isBetter(second, first) ? second : first
    if (better.warnings.length > 0) {
      yield* Effect.logWarning(`${output.kind} kept all the same: ${better.warnings.join("; ")}`)
    }
    return better
  })

  const keepOne = Effect.fnUntraced(function* (place: Place, output: Output) {
    const saved = yield* downloadWell(place, output).pipe(
      Effect.mapError((error) => whyNot(directory, error)),
    )
    const path = pathOf("artifacts", saved.sha256)
    const file = join(directory, path)
    yield* attempt(directory, () => publish(saved.path, file))
    const { mediaType = saved.mediaType, ...facts } = yield* factsOf(file, output.kind)
    const artifact: Artifact = {
      kind: output.kind,
      sha256: saved.sha256,
      bytes: saved.bytes,
      path,
      ...(mediaType === undefined ? {} : { mediaType }),
      ...facts,
    }
    return artifact
  })

  const keepAll = Effect.fnUntraced(function* (
    place: Place,
    [first, ...others]: readonly [Output, ...ReadonlyArray<Output>],
  ) {
    const video = yield* keepOne(place, first)
    // A cover or a second version that is gone must not keep the video from being kept.
    const beside = yield* Effect.forEach(others, (output) => Effect.option(keepOne(place, output)))
    return [video, ...beside.flatMap((one) => (one._tag === "Some" ? [one.value] : []))] as const
  })

  return Keep.of({
    keep: Effect.fn("Artifacts.keep")(function* (generation: Generation, outputs) {
      const { id } = generation
      const incoming = join(directory, "incoming", encodeURIComponent(id))
      const allow = typeof policy === "function" ? policy(generation) : policy
      const clear = attempt(directory, () => rm(incoming, { recursive: true, force: true }))
      yield* clear
      return yield* keepAll({ incoming, allow }, outputs).pipe(
        // Half a video would take the room that the next attempt needs.
        Effect.ensuring(Effect.ignore(clear)),
        Effect.annotateLogs("generation", id),
      )
    }),
  })
}

const download = Effect.fnUntraced(function* ({ allow, incoming }: Place, output: Output) {
  // Loaded with the first video: whoever only reads what is recorded needs no HTTP client.
  const { save } = yield* Effect.promise(() => import("@zoetrope/node/Artifact"))
  return yield* save({
    url: output.url,
    to: join(incoming, output.kind),
    allow,
    expected: { bytes: output.bytes, md5: output.md5 },
    expiresAt: output.expiresAt,
  })
})

const isBetter = (one: Save.SavedArtifact, other: Save.SavedArtifact): boolean =>
  one.warnings.length < other.warnings.length ||
  (one.warnings.length === other.warnings.length && one.bytes > other.bytes)

const attempt = <A>(directory: string, run: () => Promise<A>): Effect.Effect<A, NotKept> =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => {
      const what = `the file could not be put in its place: ${cause instanceof Error ? cause.message : String(cause)}`
      const why = isFull(codeOf(cause)) ? whenFull(directory) : what
      return new NotKept({ why, deadLink: false, inMillis: pauses.DiskFull })
    },
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

const whyNot = (directory: string, { reason }: ArtifactError): NotKept =>
  new NotKept({
    why: words(directory, reason),
    deadLink: reason._tag === "LinkDead",
    inMillis: pauses[reason._tag],
  })

/** What to do is not what it is for one download: here somebody tries again. */
const words = (directory: string, reason: ArtifactError["reason"]): string => {
  switch (reason._tag) {
    case "DiskFull":
      return whenFull(directory)
    case "NotWritable":
      return `${directory} cannot be written (${reason.code}); make it writable, and it is fetched again by itself`
    case "LinkDead":
      return `${reason.message}; the provider is asked for a fresh one`
    case "DownloadFailed":
      return `${reason.message}; it is fetched again by itself`
    case "LinkRefused":
    case "NameTaken":
      return `${reason.message}; ${reason.next}`
  }
}

const whenFull = (directory: string): string =>
  `the disk is full: there is no room for the video in ${directory}; free some space, and it is fetched again by itself`

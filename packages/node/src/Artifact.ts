/**
 * Keeps a result: from a link that dies in an hour to a whole, durable file with its SHA-256.
 *
 * It grows in a hidden file beside its target, is continued by Range after a cut, and gets its name
 * in one step when it is whole. It never overwrites a file, never leaves a part behind, and never
 * throws a whole download away: what differs from the provider's own words is kept with a warning.
 * Only a web page (of a proxy, of a login) is no download, and asked past like any failed attempt.
 * Where a link may lead is `HostPolicy.ts`; why it can fail is `ArtifactError.ts`.
 */
import { Duration, Effect, Schedule } from "effect"
import { resolve } from "node:path"
import { ArtifactError, LinkRefused } from "./ArtifactError.ts"
import type { HostPolicy } from "./HostPolicy.ts"
import * as Download from "./internal/Download.ts"
import type { Progress } from "./internal/Download.ts"
import * as Exchange from "./internal/Exchange.ts"
import * as PartFile from "./internal/PartFile.ts"

export interface SaveOptions<E = never, R = never> {
  /** The link, byte for byte as the provider gave it. */
  readonly url: string
  /** The file wanted. Its directory is made if need be. */
  readonly to: string
  /** A name that is taken gets ` (2)` before its extension (`"number"`, the default), or fails. */
  readonly whenTaken?: "number" | "fail" | undefined
  /** What the provider said of the file. Compared after a whole download. */
  readonly expected?: Expected | undefined
  /** When the link dies, ISO 8601 UTC. Only for the words of an error. */
  readonly expiresAt?: string | undefined
  /** Default: https and public hosts only. */
  readonly allow?: HostPolicy | undefined
  /** A fresh link when this one is dead, asked for once; again only after new bytes have arrived. */
  readonly renew?: Effect.Effect<string, E, R> | undefined
  /** Called after each piece written; it must be quick. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined
  /** How long the server may be silent before the connection is given up. Default 30 seconds. */
  readonly stall?: Duration.Input | undefined
  /**
   * Pauses between attempts that bring nothing new; when it ends, so does the download. Begins anew
   * with every 16 KiB that arrive. Default: 0.5 s doubling to 10 s, jittered, 8 times.
   */
  readonly retry?: Schedule.Schedule<unknown> | undefined
}

export interface Expected {
  readonly bytes?: number | undefined
  /** Hex. */
  readonly md5?: string | undefined
}

export type { Progress }

export interface SavedArtifact {
  /** Absolute; not the one asked for if that was taken. */
  readonly path: string
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
  /** What the server calls it, without parameters: `video/mp4`. */
  readonly mediaType?: string
  /** In words: what differs from what the provider said, or casts doubt on the file. */
  readonly warnings: ReadonlyArray<string>
  /** How often it was continued after a cut. */
  readonly resumed: number
}

/**
 * Downloads a link into a file. Fails with `ArtifactError`, whose message says what to do next, or
 * with the error of `renew`. Interrupted, it leaves nothing behind.
 */
export const save: <E = never, R = never>(
  options: SaveOptions<E, R>,
) => Effect.Effect<SavedArtifact, ArtifactError | E, R> = Effect.fn("Artifact.save")(function* <
  E,
  R,
>(options: SaveOptions<E, R>) {
  const target = resolve(options.to)
  return yield* fetchAndPublish(options, target).pipe(
    Effect.scoped,
    Effect.mapError((error) =>
      error._tag === "RenewFailed"
        ? error.error
        : new ArtifactError({
            path: target,
            reason: error,
            ...(options.expiresAt === undefined ? {} : { expiresAt: options.expiresAt }),
          }),
    ),
  )
})

const fetchAndPublish = Effect.fnUntraced(function* <E, R>(
  options: SaveOptions<E, R>,
  target: string,
) {
  const { allow = {}, expected = {}, onProgress = () => Effect.void } = options
  const link = yield* Download.readable(options.url)
  const exchange = yield* Exchange.make(allow).pipe(
    Effect.mapError((error) => new LinkRefused({ link: link.shown, why: error.message })),
  )
  const part = yield* PartFile.make(target, {
    whenTaken: options.whenTaken ?? "number",
    md5: expected.md5 !== undefined,
  })
  const arrived = yield* Download.run({
    link,
    part,
    exchange,
    renew: options.renew,
    onProgress,
    stall: Duration.fromInputUnsafe(options.stall ?? "30 seconds"),
    retry: options.retry ?? defaultRetry,
  })
  const bytes = part.bytes()
  const { md5, sha256 } = part.digests()
  const saved: SavedArtifact = {
    path: yield* part.publish,
    bytes,
    sha256,
    ...(arrived.mediaType === undefined ? {} : { mediaType: arrived.mediaType }),
    warnings: [...warningsFor({ bytes, md5 }, expected, arrived)],
    resumed: arrived.resumed,
  }
  return saved
})

const defaultRetry = Schedule.min([
  Schedule.exponential("500 millis"),
  Schedule.spaced("10 seconds"),
]).pipe(Schedule.jittered, Schedule.upTo({ times: 8 }))

const warningsFor = function* (
  got: { readonly bytes: number; readonly md5: string | undefined },
  expected: Expected,
  arrived: Download.Arrived,
): Generator<string> {
  if (expected.bytes !== undefined && expected.bytes !== got.bytes) {
    yield `the provider announced ${expected.bytes} bytes, the file has ${got.bytes}`
  }
  if (expected.md5 !== undefined && expected.md5.toLowerCase() !== got.md5) {
    yield `the provider announced MD5 ${expected.md5}, the file has ${got.md5}`
  }
  if (!arrived.endIsCertain && expected.bytes !== got.bytes) {
    yield "the server did not say how long the file is, so its end may be missing"
  }
  if (arrived.mediaType !== undefined && /^text\/|\/(json|xml)$/.test(arrived.mediaType)) {
    yield `the server calls it ${arrived.mediaType}, so it may be a message and not a video`
  }
}

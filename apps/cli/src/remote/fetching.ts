/**
 * The kept file of a server, brought to where a person wants it: gone on with where it was cut off,
 * whole by its SHA-256, and under a name that was free. Outlasts a server that is away for a while.
 */
import { copyTo, NotCopied } from "@zoetrope/engine/drivers/copyTo"
import type { Artifact } from "@zoetrope/engine/Generation"
import { Clock, Data, Effect, Schedule, Stream } from "effect"
import { HttpClientError, HttpClientRequest } from "effect/http"
import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { pipeline } from "node:stream/promises"
import type { Connection } from "../setup/Server.ts"
import type { Outage } from "./Outage.ts"
import { isPassing, serverError } from "./refusals.ts"

/** A server from which nothing comes for so long is asked again. */
const stall = "60 seconds"

/** Milliseconds for which it is asked again though not one new byte comes. */
const patience = 600_000

/** The answer has ended before the file. */
class CutOff extends Data.TaggedError("CutOff")<{ readonly message: string }> {}

/**
 * The absolute path of the copy: `target`, or a numbered one beside it where that is taken.
 *
 * @param file its path is that of the server's API
 */
export const fetchTo = Effect.fn("remote.fetchTo")(function* (
  connection: Connection,
  outage: Outage,
  file: Artifact,
  target: string,
) {
  const directory = yield* temporaryBeside(resolve(target))
  const part = join(directory, "part")
  for (let tries = 1; ; tries++) {
    yield* onDisk(part, () => writeFile(part, ""))
    yield* download(connection, outage, file, part)
    if ((yield* onDisk(part, () => sha256Of(part))) === file.sha256) break
    if (tries === 2) {
      return yield* new NotCopied({
        why: `what comes from ${connection.url} is not the file that was kept: its SHA-256 is another one`,
      })
    }
  }
  return yield* copyTo(directory, { ...file, path: "part" }, target)
}, Effect.scoped)

const download = Effect.fnUntraced(function* (
  { http, url }: Connection,
  outage: Outage,
  { bytes, path, sha256 }: Artifact,
  part: string,
) {
  const clock = yield* Clock.Clock
  let progressAt = clock.currentTimeMillisUnsafe()
  let have = 0

  const attempt = Effect.gen(function* () {
    const headers = have === 0 ? {} : { range: `bytes=${have}-`, "if-range": `"${sha256}"` }
    const response = yield* http
      .execute(HttpClientRequest.get(`/${path}`, { headers }))
      .pipe(Effect.timeout(stall))
    const { status } = response
    if (status !== 200 && status !== 206) {
      return yield* new HttpClientError.HttpClientError({
        reason: new HttpClientError.StatusCodeError({ request: response.request, response }),
      })
    }
    if (status === 200 && have > 0) {
      yield* onDisk(part, () => writeFile(part, ""))
      have = 0
    }
    yield* outage.over
    yield* response.stream.pipe(
      Stream.timeout(stall),
      Stream.runForEach((piece) =>
        Effect.tap(
          onDisk(part, () => appendFile(part, piece)),
          Effect.sync(() => {
            have += piece.length
            progressAt = clock.currentTimeMillisUnsafe()
          }),
        ),
      ),
    )
    if (have < bytes) return yield* new CutOff({ message: `cut off after ${have} bytes` })
  })

  yield* attempt.pipe(
    Effect.tapError((error) => (mayPass(error) ? outage.seen(error) : Effect.void)),
    Effect.retry({
      schedule: Schedule.spaced("1 second").pipe(Schedule.jittered),
      while: (error) => mayPass(error) && clock.currentTimeMillisUnsafe() - progressAt < patience,
    }),
    Effect.mapError((error) =>
      error._tag === "NotCopied" ? error : new NotCopied({ why: serverError(error, url).message }),
    ),
  )
})

const mayPass = (error: { readonly _tag: string; readonly message: string }): boolean =>
  error._tag === "CutOff" || isPassing(error)

/** In the file system of the target, and gone with the scope. */
const temporaryBeside = (target: string) =>
  Effect.acquireRelease(
    onDisk(target, async () => {
      const folder = dirname(target)
      await mkdir(folder, { recursive: true })
      return mkdtemp(join(folder, ".zoetrope-"))
    }),
    (path) => Effect.promise(() => rm(path, { recursive: true, force: true }).catch(() => {})),
  )

const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash("sha256")
  await pipeline(createReadStream(path), hash)
  return hash.digest("hex")
}

const onDisk = <A>(path: string, run: () => Promise<A>): Effect.Effect<A, NotCopied> =>
  Effect.tryPromise({
    try: run,
    catch: (cause) =>
      new NotCopied({
        why: `${path} cannot be written (${(cause as NodeJS.ErrnoException).code ?? String(cause)}); choose another place, or make room in this one`,
      }),
  })

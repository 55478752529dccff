/**
 * Brings every byte behind a link into a part file: the loop of attempts, and what ends it. What an
 * answer means is `Range.ts`; one exchange is `Exchange.ts`.
 */
import { Clock, Duration, Effect, Pull, Schedule } from "effect"
import { type ArtifactReason, DownloadFailed, LinkDead, LinkRefused } from "../ArtifactError.ts"
import { type Answer, Broken, detailOf, type Exchange } from "./Exchange.ts"
import * as Link from "./Link.ts"
import type { PartFile } from "./PartFile.ts"
import * as Range from "./Range.ts"

export interface Plan<E, R> {
  readonly link: Link.Link
  readonly part: PartFile
  readonly exchange: Exchange
  readonly renew: Effect.Effect<string, E, R> | undefined
  readonly onProgress: (progress: Progress) => Effect.Effect<void>
  readonly stall: Duration.Duration
  readonly retry: Schedule.Schedule<unknown>
}

export interface Progress {
  /** On disk so far. */
  readonly bytes: number
  /** The whole length, where the server says it. */
  readonly total: number | undefined
}

export interface Arrived {
  readonly mediaType: string | undefined
  /** Whether the end of the file could be told from the end of a connection. */
  readonly endIsCertain: boolean
  readonly resumed: number
}

/** Carries the error of `renew` past our own. */
export class RenewFailed<E> {
  readonly _tag = "RenewFailed"
  readonly error: E
  constructor(error: E) {
    this.error = error
  }
}

/** Fewer new bytes than this are no progress: a server that drips between cuts does not go on for ever. */
const progressBytes = 16 * 1024

/** Retry-After is obeyed up to here: the link is dying meanwhile. */
const longestPauseMillis = 60_000

export const run = Effect.fnUntraced(function* <E, R>(
  plan: Plan<E, R>,
): Effect.fn.Return<Arrived, ArtifactReason | RenewFailed<E>, R> {
  const { exchange, part } = plan
  let { link } = plan
  let remote: Range.Remote = {}
  let mediaType: string | undefined
  let endIsCertain = true
  let resumed = 0

  const receive = Effect.fnUntraced(function* ({ body, cut }: Answer) {
    const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
    for (;;) {
      const piece = yield* Effect.tryPromise({
        try: () => pieces.next(),
        catch: (cause) => new Broken({ detail: detailOf(cause) }),
      }).pipe(notSilent(plan.stall))
      if (piece.done === true) break
      if (part.bytes() === 0 && mediaType === "text/html" && isMarkup(piece.value)) {
        return yield* new Broken({ detail: "a web page came (text/html) instead of the file" })
      }
      yield* part.append(piece.value)
      yield* plan.onProgress({ bytes: part.bytes(), total: remote.total })
    }
    const cause = cut()
    if (cause !== undefined) return yield* new Broken({ detail: detailOf(cause) })
  })

  const attempt = Effect.gen(function* () {
    const have = part.bytes()
    const asked = exchange.get(link, Range.headersFor(have, remote))
    const answer = yield* notSilent(plan.stall)(asked)
    const step = Range.read(answer, have, remote)
    if (step._tag !== "Take") return step
    if (step.resumes) resumed++
    else if (have > 0) yield* part.restart
    remote = step.remote
    mediaType = answer.header("content-type")?.split(";")[0]?.trim().toLowerCase()
    endIsCertain =
      answer.unpacked ||
      remote.total !== undefined ||
      answer.header("transfer-encoding") !== undefined
    yield* receive(answer)
    return Range.afterBody(part.bytes(), remote)
  }).pipe(
    Effect.scoped,
    Effect.catchTag("Broken", ({ detail }) => Effect.succeed(Range.again(detail))),
  )

  let best = 0
  let attempts = 0
  let mayRenew = true
  let nextPause = yield* Schedule.toStep(plan.retry)
  for (;;) {
    const step = yield* attempt
    if (step._tag === "Whole") return { mediaType, endIsCertain, resumed }
    if (part.bytes() >= best + progressBytes) {
      best = part.bytes()
      attempts = 0
      mayRenew = true
      nextPause = yield* Schedule.toStep(plan.retry)
    }
    if (step._tag === "Dead") {
      if (plan.renew === undefined || !mayRenew) {
        return yield* new LinkDead({ link: link.shown, status: step.status })
      }
      mayRenew = false
      link = yield* readable(yield* Effect.mapError(plan.renew, (error) => new RenewFailed(error)))
      continue
    }
    attempts++
    const received = part.bytes()
    if (step._tag === "Restart") yield* part.restart
    const pause = yield* nextPause(yield* Clock.currentTimeMillis, undefined).pipe(
      Effect.map(([, duration]) => Duration.toMillis(duration)),
      Pull.catchDone(() => Effect.undefined),
    )
    if (pause === undefined) {
      return yield* new DownloadFailed({
        link: link.shown,
        received,
        attempts,
        detail: step.detail,
        ...(remote.total === undefined ? {} : { total: remote.total }),
      })
    }
    const asked = step._tag === "Again" ? Math.min(step.retryAfterMillis, longestPauseMillis) : 0
    yield* Effect.sleep(Math.max(pause, asked))
  }
})

/** A link that can be asked for at all. */
export const readable = (url: string): Effect.Effect<Link.Link, LinkRefused> => {
  const link = Link.parse(url)
  return link === undefined
    ? Effect.fail(new LinkRefused({ link: "unreadable", why: "it is not a web address" }))
    : Effect.succeed(link)
}

/** Of a proxy or a login in between: no film begins like this, whatever it is called. */
const isMarkup = (piece: Uint8Array): boolean =>
  /^\s*</.test(new TextDecoder().decode(piece.subarray(0, 100)))

const notSilent =
  (stall: Duration.Duration) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | Broken, R> =>
    Effect.timeoutOrElse(effect, {
      duration: stall,
      orElse: () =>
        Effect.fail(new Broken({ detail: `nothing came for ${Duration.format(stall)}` })),
    })

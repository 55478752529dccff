/**
 * Who may come in. Owns which keys there are at this moment and how often each may ask; what a key may
 * do is the API's. A server that has or had keys never opens again without one.
 */
import { Access, Problem } from "@zoetrope/api"
import { Clock, Context, Duration, Effect, Layer, Redacted } from "effect"
import { RateLimiter } from "effect/persistence"
import type { HttpServerRequest } from "effect/http"
import { stat } from "node:fs/promises"
import { answerHeader } from "../http/answerHeader.ts"
import * as Keys from "./Keys.ts"

export class Gatekeeper extends Context.Service<
  Gatekeeper,
  {
    /** Whether nobody needs a key: there is none, and only this machine is listened to. */
    readonly isOpen: Effect.Effect<boolean>
    /** Whose key this is. */
    readonly admit: (
      key: Redacted.Redacted,
    ) => Effect.Effect<
      Access.Caller,
      Problem.Unauthorized | Problem.TooManyRequests,
      HttpServerRequest.HttpServerRequest
    >
    /** Whether somebody who was admitted would be admitted still: for answers that go on for hours. */
    readonly isKnown: (caller: Access.Caller) => Effect.Effect<boolean>
  }
>()("@zoetrope/server/Gatekeeper") {}

/** How often a key may ask: a bucket that fills again. */
export interface Rate {
  /** Requests that a key may send in a second, in the long run. Default 50. */
  readonly perSecond: number
  /** How many of them may come at once. Default 200. */
  readonly burst: number
}

export const defaultRate: Rate = { perSecond: 50, burst: 200 }

/** Milliseconds for which the file of keys is not looked at again. */
const lookAgainMillis = 500

export interface Options {
  readonly dataDir: string
  readonly rate: Rate
  /** Whether only this machine can reach the server: then it may do without keys. */
  readonly isLocal: boolean
}

export const make = Effect.fnUntraced(function* (options: Options) {
  const limiter = yield* RateLimiter.RateLimiter
  const clock = yield* Clock.Clock
  let seen = yield* markOf(options.dataDir)
  let keys = yield* Keys.list(options.dataDir)
  let closed = keys.length > 0 || !options.isLocal
  let lookedAt = clock.currentTimeMillisUnsafe()

  const refresh = Effect.gen(function* () {
    const now = clock.currentTimeMillisUnsafe()
    if (now - lookedAt < lookAgainMillis) return
    lookedAt = now
    const mark = yield* markOf(options.dataDir)
    if (mark === seen) return
    // A file that cannot be used any more lets nobody in.
    keys = yield* Keys.list(options.dataDir).pipe(
      Effect.catch(({ message }) => Effect.as(Effect.logError(message), [])),
    )
    seen = mark
    closed = true
  })

  return Gatekeeper.of({
    isOpen: Effect.map(refresh, () => !closed),
    isKnown: ({ id }) =>
      Effect.map(refresh, () => (closed ? keys.some((key) => key.id === id) : id === local.id)),
    admit: Effect.fnUntraced(function* (text) {
      yield* refresh
      if (!closed) return local
      const key = Keys.find(keys, Redacted.value(text))
      if (key === undefined) {
        const detail =
          Redacted.value(text) === ""
            ? "the request has no key"
            : "the server does not know this key"
        return yield* new Problem.Unauthorized({ detail })
      }
      yield* limiter
        .consume({
          algorithm: "token-bucket",
          key: key.id,
          limit: options.rate.burst,
          window: Duration.seconds(options.rate.burst / options.rate.perSecond),
        })
        .pipe(Effect.catch((error) => tooMany(error)))
      const { id, owner, scope } = key
      return { id, owner, scope }
    }),
  })
})

export const layer = (options: Options) =>
  Layer.effect(Gatekeeper, make(options)).pipe(
    Layer.provide(RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))),
  )

/** The middleware of the API's endpoints. */
export const authorization = Layer.effect(
  Access.Authorization,
  Effect.map(Gatekeeper, (gatekeeper) =>
    Access.Authorization.of({
      key: Effect.fnUntraced(function* (app, { credential, endpoint }) {
        const caller = yield* gatekeeper.admit(credential)
        const required = Context.get(endpoint.annotations, Access.RequiredScope)
        if (!Access.covers(caller.scope, required)) {
          return yield* new Problem.NotAllowed({
            detail: `the key may ${caller.scope}, and this wants one that may ${required}`,
          })
        }
        return yield* Effect.provideService(app, Access.CurrentCaller, caller)
      }),
    }),
  ),
)

/** Whoever asks on the server's own machine, while it has no keys. */
const local: Access.Caller = { id: "local", owner: "", scope: "admin" }

const tooMany = (error: RateLimiter.RateLimiterError) => {
  const { reason } = error
  const seconds =
    reason._tag === "RateLimitExceeded" ? Math.ceil(Duration.toSeconds(reason.retryAfter)) : 1
  return Effect.andThen(
    answerHeader("retry-after", String(seconds)),
    Effect.fail(new Problem.TooManyRequests({ detail: `ask again in ${seconds} s with this key` })),
  )
}

/** What changes with the file. */
const markOf = (dataDir: string) =>
  Effect.promise(() =>
    stat(Keys.fileIn(dataDir)).then(
      ({ ino, mtimeMs, size }) => `${ino} ${mtimeMs} ${size}`,
      () => "none",
    ),
  )

/**
 * What every request passes: the guard of a server without keys on the way in, and on the way out a
 * problem in place of any bare failure, the request's id, and headers that keep browsers from taking an
 * answer for a page. Nothing of a defect's own words leaves the server; they go to the log.
 */
import { toIncomingMessage } from "@effect/platform-node/NodeHttpServerRequest"
import { Problem } from "@zoetrope/api"
import { type Cause, Effect } from "effect"
import {
  HttpRouter,
  HttpServerError,
  HttpServerRequest,
  HttpServerRespondable,
  HttpServerResponse,
  ProblemDetails,
} from "effect/http"
import { randomUUID } from "node:crypto"
import { hasSeveralHosts, hasTooManyHeaders } from "./nodeServer.ts"
import { Gatekeeper } from "../security/Gatekeeper.ts"
import { refusalOf } from "../security/localPage.ts"
import { Stopping } from "../Stopping.ts"

export const finishing = HttpRouter.middleware(
  Effect.gen(function* () {
    const gatekeeper = yield* Gatekeeper
    const stopping = yield* Stopping
    return <E, R>(
      app: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
    ): Effect.Effect<
      HttpServerResponse.HttpServerResponse,
      E,
      R | HttpServerRequest.HttpServerRequest
    > =>
      Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        const id = randomUUID()
        if (hasTooManyHeaders(toIncomingMessage(request))) {
          return HttpServerResponse.empty({ status: 431, headers: { connection: "close" } })
        }
        const refused = refusedFirst(request, yield* gatekeeper.isOpen)
        const answer =
          refused === undefined
            ? yield* app.pipe(
                Effect.catchCause((cause) => answerOf(cause, id)),
                Effect.flatMap((response) => explained(request, response)),
                Effect.annotateLogs({ request: id }),
              )
            : yield* HttpServerRespondable.toResponse(refused)
        // An idle connection would be waited for, and so would the rest of a body that nobody wants.
        const isLast = stopping.isOpen() || (answer.status >= 400 && (yield* isUnfinished(request)))
        return HttpServerResponse.setHeaders(answer, {
          "x-request-id": id,
          "x-content-type-options": "nosniff",
          "referrer-policy": "no-referrer",
          "x-frame-options": "DENY",
          ...(answer.headers["cache-control"] === undefined ? { "cache-control": "no-store" } : {}),
          ...(isLast ? { connection: "close" } : {}),
        })
      })
  }),
  { global: true },
)

/** What no route is asked about. */
const refusedFirst = (request: HttpServerRequest.HttpServerRequest, isOpen: boolean) => {
  if (hasSeveralHosts(toIncomingMessage(request))) {
    return new Problem.InvalidRequest({ detail: "the request has more than one Host header" })
  }
  const foreign = isOpen ? refusalOf(request.headers) : undefined
  return foreign === undefined ? undefined : new Problem.ForeignPage({ detail: foreign })
}

/** Whether its body has not come yet; one that came with its head is read in the same turn. */
const isUnfinished = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.suspend(() => {
    const incoming = toIncomingMessage(request)
    return incoming.complete
      ? Effect.succeed(false)
      : Effect.map(Effect.yieldNow, () => !incoming.complete)
  })

/** A failure that nothing has answered yet: a defect, a broken body, a route that there is not. */
const answerOf = Effect.fnUntraced(function* <E>(cause: Cause.Cause<E>, id: string) {
  const [response, rest] = yield* HttpServerError.causeResponse(cause)
  // What is the caller's own fault, anybody could fill the log with.
  if (rest.reasons.length > 0 && response.status >= 500) {
    yield* Effect.logError("a request failed", id, rest)
  }
  return response
})

/** The problem that a bare status means. */
const explained = (
  request: HttpServerRequest.HttpServerRequest,
  response: HttpServerResponse.HttpServerResponse,
): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  const isBare =
    response.status >= 400 && response.headers["content-type"] !== ProblemDetails.contentType
  return isBare
    ? HttpServerRespondable.toResponse(problemOf(request, response.status))
    : Effect.succeed(response)
}

const problemOf = (request: HttpServerRequest.HttpServerRequest, status: number) => {
  switch (status) {
    case 404:
      return new Problem.UnknownRoute({ detail: `there is no ${request.method} of this path` })
    case 413:
      return new Problem.TooLarge({})
    case 415:
      return new Problem.UnsupportedMediaType({})
    case 503:
      return new Problem.Unavailable({})
    default:
      return status < 500
        ? new Problem.InvalidRequest({ detail: "the request is cut off or malformed" })
        : new Problem.Internal({})
  }
}

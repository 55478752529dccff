/**
 * Every request, when it is over: one line of the log and the figures of its route. Owns what is told
 * of a request: its id, its route, how it ended and how long it took. Its address is not told, since a
 * query or the path of a callback may be a secret, and none of its headers.
 */
import { Context, Effect, Exit, References } from "effect"
import { HttpRouter, HttpServerRequest, type HttpServerResponse } from "effect/http"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import * as Metrics from "./Metrics.ts"

interface Noted {
  readonly route: string
  /** The one that the log and the answer name it by. */
  readonly id: string | undefined
  readonly isStream: boolean
}

/** What the program knows of a request that Node does not; for those that are being answered. */
const notes = new WeakMap<object, Noted>()

/** Innermost of the middlewares: outside of others, what the router has found is not seen any more. */
export const requestsNoted = HttpRouter.middleware(
  (app) =>
    Effect.onExit(app, (exit) =>
      Effect.withFiber((fiber) => {
        const request = Context.getOrUndefined(fiber.context, HttpServerRequest.HttpServerRequest)
        const found = Context.getOrUndefined(fiber.context, HttpRouter.RouteContext)
        const { request: id } = fiber.getRef(References.CurrentLogAnnotations)
        if (request !== undefined) {
          notes.set(request.source, {
            route: found?.route.path ?? "none",
            id: typeof id === "string" ? id : undefined,
            isStream: Exit.isSuccess(exit) && isStream(exit.value),
          })
        }
        return Effect.void
      }),
    ),
  { global: true },
)

/** Answered by machines, every few seconds. */
const dull: ReadonlySet<string> = new Set(["/metrics", "/api/v1/health", "/api/v1/readiness"])

/** Until the scope closes. */
export const watchRequests = Effect.fnUntraced(function* (server: Server) {
  const context = yield* Effect.context()
  const run = Effect.runForkWith(context)
  let open = 0
  const change = (by: number): void => {
    open += by
    Metrics.httpOpen.updateUnsafe(open, context)
  }
  const over = (request: IncomingMessage, response: ServerResponse, seconds: number): void => {
    change(-1)
    const method = methods.has(request.method ?? "") ? (request.method ?? "") : "other"
    const { id, isStream = false, route = "none" } = notes.get(request) ?? {}
    // As nginx has it: whoever asked has gone before there was an answer.
    const status = response.headersSent ? response.statusCode : 499
    const isCut = !response.writableFinished
    Metrics.httpRequests(method, route, String(status)).updateUnsafe(1, context)
    // How long somebody listens says nothing of us.
    if (!isStream) Metrics.httpSeconds(method, route).updateUnsafe(seconds, context)
    const facts = {
      ...(id === undefined ? {} : { request: id }),
      method,
      route,
      status,
      millis: Math.round(seconds * 1000),
      ...(isCut ? { cut: true } : {}),
    }
    const line = `${method} ${route} ${status}`
    const log = dull.has(route)
      ? Effect.logDebug(line)
      : status >= 500
        ? Effect.logError(line)
        : Effect.logInfo(line)
    run(Effect.annotateLogs(log, facts))
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const startedAt = performance.now()
    change(1)
    response.once("close", () => over(request, response, (performance.now() - startedAt) / 1000))
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => server.on("request", onRequest)),
    () => Effect.sync(() => server.off("request", onRequest)),
  )
})

const methods: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
])

const isStream = ({ headers }: HttpServerResponse.HttpServerResponse): boolean =>
  headers["content-type"]?.startsWith("text/event-stream") ?? false

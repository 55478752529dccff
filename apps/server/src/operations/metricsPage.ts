/**
 * `GET /metrics`, as Prometheus reads it. It says how much is asked for and what fails, so it wants a
 * key as soon as the server has any; which key does not matter.
 */
import { Effect, Redacted } from "effect"
import {
  HttpRouter,
  HttpServerRequest,
  HttpServerRespondable,
  HttpServerResponse,
} from "effect/http"
import { PrometheusMetrics } from "effect/observability"
import { Gatekeeper } from "../security/Gatekeeper.ts"
import { Figures } from "./Figures.ts"

export const metricsPage = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const figures = yield* Figures
    const gatekeeper = yield* Gatekeeper
    const context = yield* Effect.context()
    const page = Effect.gen(function* () {
      const { headers } = yield* HttpServerRequest.HttpServerRequest
      const [, key = ""] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "") ?? []
      yield* gatekeeper.admit(Redacted.make(key))
      yield* figures.refresh
      return HttpServerResponse.text(PrometheusMetrics.formatUnsafe(context), { contentType })
    })
    yield* router.add("GET", "/metrics", page.pipe(Effect.catch(HttpServerRespondable.toResponse)))
  }),
)

const contentType = "text/plain; version=0.0.4; charset=utf-8"

/**
 * Effect's HttpClient on undici, made for calls that cost money.
 *
 * It knows whether a failed request left this machine, it gives a submit a socket of its own, and it
 * adds nothing that could send a request twice: no retry, no redirect, no HTTP/2 (undici sends again
 * what a GOAWAY left unanswered), no cookies. It waits for an answer as long as the caller does.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { FreshConnection, markNothingSent } from "@zoetrope/core/Transport"
import { Duration, Effect, Layer, type Scope } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { type Dispatcher, EnvHttpProxyAgent } from "undici"
import { userAgent } from "./internal/userAgent.ts"
import * as Proxy from "./Proxy.ts"

export interface Options {
  /** Pooled sockets per host at most; further calls wait for one. Default 64. */
  readonly connections?: number | undefined
  /** For name, TCP, proxy and TLS together. Default 10 seconds; undici's timers are about 1 s coarse. */
  readonly connectTimeout?: Duration.Input | undefined
  /** Default `zoetrope/<version>`. */
  readonly userAgent?: string | undefined
}

/**
 * An HttpClient that answers core's two questions (`@zoetrope/core/Transport`): failures are marked
 * when it is proven that nothing was sent, and `FreshConnection` is honoured.
 *
 * Bodies are asked for uncompressed. Trace headers are not sent to third parties. The proxy variables
 * are read once, when the layer is built; one that cannot be used fails it with `InvalidProxy`.
 */
export const layer = (
  options: Options = {},
): Layer.Layer<HttpClient.HttpClient, Proxy.InvalidProxy> =>
  Layer.effect(HttpClient.HttpClient, make(options))

/** The client of `layer`; its sockets are closed with the scope. */
export const make: (
  options?: Options,
) => Effect.Effect<HttpClient.HttpClient, Proxy.InvalidProxy, Scope.Scope> = Effect.fnUntraced(
  function* (options = {}) {
    const dispatcher = yield* makeDispatcher(options)
    const client = yield* NodeHttpClient.makeUndici.pipe(
      Effect.provideService(NodeHttpClient.Dispatcher, dispatcher),
    )
    const introduction = options.userAgent ?? userAgent()
    return client.pipe(
      HttpClient.mapRequest((request) =>
        HttpClientRequest.setHeaders(request, {
          "user-agent": introduction,
          "accept-encoding": "identity",
          ...request.headers,
        }),
      ),
      HttpClient.transform((call) =>
        Effect.flatMap(FreshConnection, (fresh) =>
          Effect.provideService(call, NodeHttpClient.UndiciOptions, { reset: fresh }),
        ),
      ),
      HttpClient.transform(Effect.provideService(HttpClient.TracerPropagationEnabled, false)),
    )
  },
)

const makeDispatcher = Effect.fnUntraced(function* (options: Options) {
  const agentOptions: EnvHttpProxyAgent.Options = {
    ...(yield* Proxy.settings),
    allowH2: false,
    pipelining: 1,
    connections: options.connections ?? 64,
    connectTimeout: Duration.toMillis(options.connectTimeout ?? "10 seconds"),
    keepAliveTimeout: 10_000,
  }
  const agents = new Set<EnvHttpProxyAgent>()
  yield* Effect.addFinalizer(() =>
    Effect.promise(() => {
      const open = [...agents]
      agents.clear()
      return Promise.all(open.map((agent) => agent.destroy()))
    }),
  )
  const open = () => {
    const agent = new EnvHttpProxyAgent(agentOptions)
    agents.add(agent)
    return agent
  }
  const pool = open()
  return pool.compose((dispatch) => (request, handler) => {
    if (request.reset !== true || !agents.has(pool)) return dispatch(request, observed(handler))
    // undici's `reset` closes the socket afterwards, but may take an idle one: hence an agent for this call alone.
    const own = open()
    const close = () => {
      agents.delete(own)
      void own.close()
    }
    return own.dispatch(request, observed(handler, close))
  })
})

/**
 * Passes everything on, and replaces an error that came before the first byte by one that says so.
 * undici calls `onRequestStart` when it has a connection and is about to write; until then not one
 * byte of the request (the proxy's CONNECT is none of it) was sent. The error is a new one because
 * undici gives the same object to every request that it ends at once, sent or not.
 */
const observed = (
  handler: Dispatcher.DispatchHandler,
  onSettled: () => void = () => {},
): Dispatcher.DispatchHandler => {
  let started = false
  return {
    onRequestStart: (controller, context: unknown) => {
      started = true
      handler.onRequestStart?.(controller, context)
    },
    onRequestUpgrade: (controller, status, headers, socket) =>
      handler.onRequestUpgrade?.(controller, status, headers, socket),
    onResponseStart: (controller, status, headers, message) =>
      handler.onResponseStart?.(controller, status, headers, message),
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => {
      onSettled()
      handler.onResponseEnd?.(controller, trailers)
    },
    onResponseError: (controller, error) => {
      onSettled()
      handler.onResponseError?.(controller, started ? error : unsent(error))
    },
  }
}

const unsent = (cause: Error): Error => {
  const parts = cause instanceof AggregateError ? (cause.errors as ReadonlyArray<Error>) : [cause]
  const error = new Error(parts.map((part) => part.message).join("; "), { cause })
  return markNothingSent(Object.assign(error, "code" in cause ? { code: cause.code } : {}))
}

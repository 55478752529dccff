/**
 * Effect's HttpClient on undici, made for calls that cost money.
 *
 * It knows whether a failed request left this machine, it gives a submit a socket of its own, and it
 * adds nothing that could send a request twice: no retry, no redirect, no HTTP/2 (undici sends again
 * what a GOAWAY left unanswered), no cookies. It waits for an answer as long as the caller does.
 */
import * as Digest from "@zoetrope/core/Digest"
import { FreshConnection } from "@zoetrope/core/Transport"
import { Context, type Duration, Effect, Layer, type Scope, Tracer } from "effect"
import { HttpClient } from "effect/http"
import * as Connections from "./internal/Connections.ts"
import { send } from "./internal/send.ts"
import { sha256 } from "./internal/sha256.ts"
import { userAgent } from "./internal/userAgent.ts"
import type * as Proxy from "./Proxy.ts"

export interface Options {
  /** Pooled sockets per host at most; further calls wait for one. Default 64. */
  readonly connections?: number | undefined
  /**
   * For name, TCP and TLS together; through a proxy for each of three: to it, for its answer, for TLS
   * behind it. Default 10 seconds; undici's timers are about 1 s coarse.
   */
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
 *
 * Node's SHA-256 comes along for `Digest`, since every submit is recognised by one.
 */
export const layer = (
  options: Options = {},
): Layer.Layer<HttpClient.HttpClient, Proxy.InvalidProxy> =>
  Layer.mergeAll(
    Layer.effect(HttpClient.HttpClient, make(options)),
    Layer.succeed(Digest.Sha256, sha256),
  )

/** The client of `layer`; its sockets are closed with the scope. */
export const make: (
  options?: Options,
) => Effect.Effect<HttpClient.HttpClient, Proxy.InvalidProxy, Scope.Scope> = Effect.fnUntraced(
  function* (options = {}) {
    const connections = yield* Connections.make({
      connections: options.connections ?? 64,
      connectTimeout: options.connectTimeout ?? "10 seconds",
    })
    const introduction = {
      "user-agent": options.userAgent ?? userAgent(),
      "accept-encoding": "identity",
    }
    const client = HttpClient.make((request, url, signal, fiber) =>
      send({
        request,
        url,
        headers: { ...introduction, ...request.headers },
        takeWay: () =>
          fiber.getRef(FreshConnection) ? connections.own(url.origin) : connections.pooled,
        signal,
      }),
    )
    return HttpClient.transform(client, (call) => Effect.updateContext(call, traced))
  },
)

/**
 * No span where no tracer is installed: it would cost more than all that is done here for a request.
 * A tracer sees one for each, which is told to nobody outside.
 */
const traced = (context: Context.Context<never>): Context.Context<never> =>
  Context.get(context, Tracer.Tracer) === Tracer.nativeTracer
    ? Context.add(context, HttpClient.TracerDisabledWhen, () => true)
    : Context.add(context, HttpClient.TracerPropagationEnabled, false)

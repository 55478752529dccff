/**
 * The connections of one transport: a pool for calls that may be repeated, and one of its own for each
 * call that must not die with a pooled socket. Knows of proxies; knows nothing of requests and answers.
 */
import { Duration, Effect, type Scope } from "effect"
import {
  Agent,
  buildConnector,
  Client,
  type Dispatcher,
  EnvHttpProxyAgent,
  Pool,
} from "./undici.ts"
import * as Proxy from "../Proxy.ts"

export interface Options {
  /** Pooled sockets per host at most. */
  readonly connections: number
  readonly connectTimeout: Duration.Input
}

/** What one request goes out by. */
export interface Way {
  readonly dispatcher: Dispatcher
  readonly isOwn: boolean
  /** To be called when its answer has ended, or failed. */
  readonly done: () => void
}

export interface Connections {
  readonly pooled: Way
  /**
   * A connection that nobody has used and nobody will use again. undici's own `reset` is not enough: it
   * closes a socket afterwards, but may take an idle one, which the server may be closing in that
   * moment. A client made for one request has no other socket to take.
   */
  readonly own: (origin: string) => Way
}

/** Closed with the scope, whatever is under way. */
export const make: (
  options: Options,
) => Effect.Effect<Connections, Proxy.InvalidProxy, Scope.Scope> = Effect.fnUntraced(function* ({
  connectTimeout,
  connections,
}) {
  const proxy = yield* Proxy.settings
  const isDirect = proxy.httpProxy === "" && proxy.httpsProxy === ""
  const timeout = Duration.toMillis(connectTimeout)
  const settings = {
    allowH2: false,
    pipelining: 1,
    connectTimeout: timeout,
    keepAliveTimeout: 10_000,
  }
  // One for all of them: TLS sessions are resumed, also by connections that are used once.
  const connect = buildConnector({ allowH2: false, timeout })
  const proxied = {
    ...settings,
    ...proxy,
    // For its answer to CONNECT, which undici awaits for five minutes.
    clientFactory: (address: URL, options: object): Dispatcher =>
      new Pool(address, { ...options, headersTimeout: Math.ceil(timeout) }),
  }

  const openOne = (origin: string): Dispatcher =>
    isDirect ? new Client(origin, { ...settings, connect }) : new EnvHttpProxyAgent(proxied)
  const pool = isDirect
    ? new Agent({ ...settings, connect, connections })
    : new EnvHttpProxyAgent({ ...proxied, connections })

  const open = new Set<Dispatcher>([pool])
  yield* Effect.addFinalizer(() =>
    Effect.promise(() => {
      const all = [...open]
      open.clear()
      return Promise.all(all.map((dispatcher) => dispatcher.destroy()))
    }),
  )

  const pooled: Way = { dispatcher: pool, isOwn: false, done: () => {} }
  return {
    pooled,
    own: (origin) => {
      // The scope has ended, or that is no address to connect to: the pool says so.
      if (!open.has(pool) || !/^https?:/.test(origin)) return pooled
      const dispatcher = openOne(origin)
      open.add(dispatcher)
      return {
        dispatcher,
        isOwn: true,
        done: () => {
          if (open.delete(dispatcher)) void dispatcher.close()
        },
      }
    },
  }
})

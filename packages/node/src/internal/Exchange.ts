/**
 * One GET of a download, redirects followed by hand: each hop is checked like the first, https is
 * never left for http, and nothing that identifies anyone goes along.
 *
 * undici itself and not Effect's client: the query must reach the wire as it was signed, and names
 * must be checked in the moment of connecting. An agent of its own serves one download and is closed
 * with it.
 */
import { Effect, type Scope, Schema } from "effect"
import { pipeline, Readable } from "node:stream"
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from "node:zlib"
import { type Dispatcher, EnvHttpProxyAgent } from "./undici.ts"
import { LinkRefused } from "../ArtifactError.ts"
import * as HostPolicy from "../HostPolicy.ts"
import * as Proxy from "../Proxy.ts"
import * as Link from "./Link.ts"
import { userAgent } from "./userAgent.ts"

/** Connecting failed, or the connection did. */
export class Broken extends Schema.TaggedError<Broken>()("Broken", { detail: Schema.String }) {}

export interface Answer {
  readonly status: number
  readonly header: (name: string) => string | undefined
  /** Ends where the connection did, also when that was too early: see `cut`. */
  readonly body: Readable
  /** Once the body has ended: why that was too early. */
  readonly cut: () => Error | undefined
  /** The body is unpacked on the way, so positions in it are not positions on the wire. */
  readonly unpacked: boolean
}

export interface Exchange {
  readonly get: (
    link: Link.Link,
    headers: Readonly<Record<string, string>>,
  ) => Effect.Effect<Answer, Broken | LinkRefused, Scope.Scope>
}

export const make = Effect.fnUntraced(function* (
  policy: HostPolicy.HostPolicy,
): Effect.fn.Return<Exchange, Proxy.InvalidProxy, Scope.Scope> {
  const proxy = yield* Proxy.settings
  const resolve = yield* HostPolicy.Resolver
  const agent = yield* Effect.acquireRelease(
    Effect.sync(
      () =>
        new EnvHttpProxyAgent({
          ...proxy,
          allowH2: false,
          connect: { lookup: HostPolicy.lookup(resolve) },
        }),
    ),
    (opened) => Effect.promise(() => opened.destroy()),
  )

  const get: Exchange["get"] = Effect.fnUntraced(function* (link, headers) {
    let at = link
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const why = HostPolicy.refusal(at.url, policy)
      if (why !== undefined) return yield* new LinkRefused({ link: at.shown, why })
      const response = yield* request(agent, at, headers)
      const location = response.headers["location"]
      if (!redirects.has(response.status) || typeof location !== "string") {
        return answerOf(response)
      }
      const next = Link.follow(at, location)
      if (next === undefined) {
        return yield* new LinkRefused({ link: at.shown, why: "it redirects to no web address" })
      }
      if (at.url.protocol === "https:" && next.url.protocol !== "https:") {
        return yield* new LinkRefused({ link: next.shown, why: "a redirect leaves https" })
      }
      at = next
    }
    return yield* new LinkRefused({
      link: link.shown,
      why: `it redirects more than ${maxRedirects} times`,
    })
  })
  return { get }
})

const maxRedirects = 5
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: Body
}

/**
 * What has arrived is read before the news of a cut is: undici's own body, and any destroyed stream,
 * forgets what nobody has read yet, and a resumed download would fetch it again, perhaps for ever.
 */
class Body extends Readable {
  cut: Error | undefined
  readonly #controller: Dispatcher.DispatchController
  constructor(controller: Dispatcher.DispatchController) {
    super()
    this.#controller = controller
  }
  endEarly(cause: Error): void {
    this.cut = cause
    this.push(null)
  }
  override _read(): void {
    this.#controller.resume()
  }
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#controller.abort(error ?? new Error("no longer wanted"))
    callback(error)
  }
}

const request = (
  agent: Dispatcher,
  link: Link.Link,
  headers: Readonly<Record<string, string>>,
): Effect.Effect<Response, Broken | LinkRefused, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Response, Broken | LinkRefused>((resume, signal) => {
      let body: Body | undefined
      agent.dispatch(
        {
          origin: link.url.origin,
          path: link.target,
          method: "GET",
          headers: {
            "user-agent": userAgent(),
            accept: "*/*",
            "accept-encoding": "identity",
            ...headers,
          },
          // Waiting is bounded by the caller, on Effect's clock.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        {
          onRequestStart: (controller) => {
            const abort = () => controller.abort(new Error("no longer wanted"))
            if (signal.aborted) abort()
            else signal.addEventListener("abort", abort)
          },
          onResponseStart: (controller, status, received) => {
            if (status < 200) return
            body = new Body(controller)
            resume(Effect.succeed({ status, headers: received, body }))
          },
          onResponseData: (controller, chunk) => {
            if (body?.push(chunk) === false) controller.pause()
          },
          onResponseEnd: () => void body?.push(null),
          onResponseError: (_, cause) =>
            body === undefined ? resume(Effect.fail(problemOf(link, cause))) : body.endEarly(cause),
        },
      )
    }),
    ({ body }) => Effect.sync(() => body.destroy()),
    { interruptible: true },
  )

const problemOf = (link: Link.Link, cause: Error): Broken | LinkRefused =>
  cause instanceof HostPolicy.AddressRefused
    ? new LinkRefused({ link: link.shown, why: cause.message })
    : new Broken({ detail: detailOf(cause) })

const answerOf = ({ body, headers, status }: Response): Answer => {
  const header = (name: string): string | undefined => {
    const value = headers[name]
    return typeof value === "object" ? value[0] : value
  }
  const unpack = unpackers[header("content-encoding")?.trim().toLowerCase() ?? ""]
  return {
    status,
    header,
    body: unpack === undefined ? body : pipeline(body, unpack(), () => {}),
    cut: () => body.cut,
    unpacked: unpack !== undefined,
  }
}

/** It was asked for as it is (`identity`); a server that packs it anyway must not spoil the file. */
const unpackers: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

/** The words of an error, without an address: undici's errors name hosts, never queries. */
export const detailOf = (cause: unknown): string => {
  if (cause instanceof AggregateError) return cause.errors.map(detailOf).join("; ")
  return cause instanceof Error ? cause.message : String(cause)
}

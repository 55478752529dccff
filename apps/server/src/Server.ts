/**
 * A whole server: the engine over one data directory, and its generations over HTTP. Owns what is
 * started in which order, and that it ends the other way round: no new work, open requests end, and
 * then the engine, which waits for submits that are on the wire. Refuses to be open to anybody.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Api } from "@zoetrope/api"
import type { Provider } from "@zoetrope/core/Provider"
import * as Providers from "@zoetrope/core/Providers"
import * as DataDirectory from "@zoetrope/engine/drivers/DataDirectory"
import { Engine } from "@zoetrope/engine/Engine"
import { ByteSize, Context, Effect, Layer, Schema, type Scope } from "effect"
import { HttpIncomingMessage, HttpRouter, HttpServer } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { DataDir } from "./api/files.ts"
import * as handlers from "./api/handlers.ts"
import { callbacks } from "./callbacks/callbacks.ts"
import { callbackUrl, PublicUrl, readPublicUrl } from "./callbacks/PublicUrl.ts"
import { docs } from "./docs.ts"
import * as EventLog from "./events/EventLog.ts"
import * as Listeners from "./events/Listeners.ts"
import { finishing } from "./http/finishing.ts"
import { largeBody } from "./http/largeBody.ts"
import { type Bounds, closeIdle, defaultBounds, nodeServer } from "./http/nodeServer.ts"
import { schemaErrors } from "./http/schemaErrors.ts"
import { callMetrics } from "./operations/callMetrics.ts"
import * as Figures from "./operations/Figures.ts"
import { measuredProvider } from "./operations/measuredProvider.ts"
import { metricsPage } from "./operations/metricsPage.ts"
import { requestsNoted, watchRequests } from "./operations/requests.ts"
import * as Gatekeeper from "./security/Gatekeeper.ts"
import * as Keys from "./security/Keys.ts"
import { Stopping } from "./Stopping.ts"
import { clientErrors } from "./videos/clientErrors.ts"
import * as videos from "./videos/handlers.ts"
import { notOffered } from "./videos/notOffered.ts"

export interface Options {
  /** The accounts that may be asked. */
  readonly providers: ReadonlyArray<Provider>
  /** Made if need be; several processes may use the same one. */
  readonly dataDir: string
  /** Address that is listened on. Default 127.0.0.1, and only that without keys. */
  readonly host?: string | undefined
  /** Default 8080; 0 for any that is free. */
  readonly port?: number | undefined
  /** Where others reach this server, through a proxy say. Without it no provider is told where to report a task. */
  readonly publicUrl?: string | undefined
  /** Where links to videos may lead. Default: https and public hosts only. */
  readonly allow?: DataDirectory.Options["allow"]
  /** How often each key may ask. */
  readonly rate?: Gatekeeper.Rate | undefined
  /** How many event streams may be open. */
  readonly listeners?: Listeners.Most | undefined
  /** What a connection may cost. */
  readonly bounds?: Partial<Bounds> | undefined
}

export interface Running {
  /** `http://127.0.0.1:8080` */
  readonly url: string
}

/** The server does not start as it was asked to. Nothing is driven and nothing is listened to. */
export class NotStarted extends Schema.TaggedError<NotStarted>()("NotStarted", {
  /** What is in the way and what to do, in plain words. */
  why: Schema.String,
}) {
  override get message(): string {
    return this.why
  }
}

/** Milliseconds that open requests have to end. */
const patience = 10_000

/** Starts a server; closing the scope stops it. */
export const start: (options: Options) => Effect.Effect<Running, NotStarted, Scope.Scope> =
  Effect.fn("Server.start")(function* (options) {
    const { host = "127.0.0.1", port = 8080 } = options
    yield* guard(host, options.dataDir)
    const publicUrl = yield* publicUrlOf(options)
    const scope = yield* Effect.scope
    const context = yield* Effect.context()
    const engine = DataDirectory.layer({
      directory: options.dataDir,
      allow: options.allow,
      onCall: callMetrics(context),
      callbackUrl: publicUrl === undefined ? undefined : (task) => callbackUrl(publicUrl, task),
    }).pipe(
      Layer.provideMerge(
        Providers.layer(options.providers.map((provider) => measuredProvider(provider, context))),
      ),
    )
    const services = Figures.layer.pipe(
      Layer.provideMerge(
        Layer.mergeAll(
          EventLog.layer,
          Listeners.layer(options.listeners ?? Listeners.defaultMost),
          Gatekeeper.layer({
            dataDir: options.dataDir,
            rate: options.rate ?? Gatekeeper.defaultRate,
            isLocal: isLoopback(host),
          }),
          Layer.succeed(DataDir, options.dataDir),
          Layer.succeed(PublicUrl, publicUrl),
        ),
      ),
      Layer.provideMerge(Stopping.layer),
      Layer.provideMerge(engine),
    )
    const node = nodeServer({ ...defaultBounds, ...options.bounds })
    const http = NodeHttpServer.layer(() => node, {
      host,
      port,
      gracefulShutdownTimeout: patience,
    })
    const served = HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
      Layer.provideMerge(http),
      Layer.provide(
        Layer.succeed(HttpIncomingMessage.MaxBodySize, ByteSize.fromInputUnsafe(Api.limits.body)),
      ),
    )
    const failed = Effect.mapError(
      (error: unknown) => new NotStarted({ why: whyNot(error, host, port) }),
    )
    // What is started last ends first: the listener's word, the requests, the driving, the store.
    const inside = yield* failed(Layer.buildWithScope(services, scope))
    yield* Context.get(inside, Engine).drive()
    yield* watchRequests(node)
    const outside = yield* failed(
      Layer.buildWithScope(served.pipe(Layer.provide(Layer.succeedContext(inside))), scope),
    )
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        // Event streams would go on for ever, and idle connections too.
        Context.get(inside, Stopping).openUnsafe()
        closeIdle(node)
        // An answer that is just going out leaves an idle one behind.
        const idle = setInterval(() => closeIdle(node), 100)
        node.once("close", () => clearInterval(idle))
        setTimeout(() => node.closeAllConnections(), patience).unref()
      }),
    )
    return { url: HttpServer.formatAddress(Context.get(outside, HttpServer.HttpServer).address) }
  })

const routes = Layer.mergeAll(
  HttpApiBuilder.layer(Api.Api, { openapiPath: "/openapi.json" }).pipe(
    Layer.provide([handlers.layer, videos.layer]),
  ),
  docs,
  metricsPage,
  notOffered,
  callbacks,
  finishing.pipe(Layer.provide(clientErrors)),
  requestsNoted,
).pipe(Layer.provide([Gatekeeper.authorization, largeBody, schemaErrors]))

/** Anybody could spend the accounts' money who reaches a server without keys. */
const guard = Effect.fnUntraced(function* (host: string, dataDir: string) {
  const keys = yield* Keys.list(dataDir).pipe(
    Effect.mapError(({ message }) => new NotStarted({ why: message })),
  )
  if (keys.length > 0 || isLoopback(host)) return
  return yield* new NotStarted({
    why: `on ${host} others can reach the server, and it has no keys: make one first, or listen on 127.0.0.1`,
  })
})

const publicUrlOf = ({ publicUrl }: Options) =>
  publicUrl === undefined
    ? Effect.succeed(undefined)
    : Effect.mapError(Effect.fromResult(readPublicUrl(publicUrl)), (why) => new NotStarted({ why }))

const isLoopback = (host: string): boolean => /^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host)

const whyNot = (error: unknown, host: string, port: number): string => {
  const cause = error instanceof Error && "cause" in error ? error.cause : undefined
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  if (code === "EADDRINUSE") {
    return `port ${port} of ${host} is in use: end the program that has it, or take another port`
  }
  if (code !== undefined) return `${host}:${port} cannot be listened on (${code})`
  return error instanceof Error ? error.message : String(error)
}

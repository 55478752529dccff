/**
 * A loopback address in front of the simulator: sees every request as it arrives, on which connection,
 * and may answer in the service's place or change what the service answered. Everything else passes
 * through as it is, also how it breaks.
 */
import { Effect, type Scope } from "effect"
import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type Server,
  type ServerResponse,
} from "node:http"
import type { AddressInfo } from "node:net"
import { buffer } from "node:stream/consumers"

/** A request as it arrived. */
export interface Seen {
  readonly method: string
  /** With its query, as sent. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Number of the connection: the same for requests that shared one. */
  readonly connection: number
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What becomes of one request; `service` passes it on and resolves with the real answer. */
export type Script = (service: () => Promise<Reply>) => Promise<Reply | "reset">

export interface Wire {
  readonly url: string
  /** Every request so far. */
  readonly seen: ReadonlyArray<Seen>
  /** Each script takes one of the next requests. */
  readonly next: (...scripts: ReadonlyArray<Script>) => void
  /** Takes back the scripts that no request has met. */
  readonly clear: () => void
}

/** @param service where requests go that no script takes: `http://127.0.0.1:PORT` */
export const open = (service: string): Effect.Effect<Wire, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => start(service)),
      stop,
    ),
    ({ wire }) => wire,
  )

/** An address that nobody listens on. */
export const closedAddress: Effect.Effect<string> = Effect.promise(async () => {
  const server = createServer()
  const url = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return url
})

const start = async (
  service: string,
): Promise<{ readonly wire: Wire; readonly server: Server }> => {
  const seen: Array<Seen> = []
  const scripts: Array<Script> = []
  const connections = new WeakMap<object, number>()
  let opened = 0

  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    // A client may go away at any moment; that must not end the process.
    response.on("error", () => undefined)
    answer(request, response).catch(() => response.destroy())
  })
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request)
    seen.push({
      method: request.method ?? "",
      path: request.url ?? "",
      headers: textsOf(request.headersDistinct),
      body: body.toString("utf8"),
      connection: connections.get(request.socket) ?? -1,
    })
    const script = scripts.shift()
    if (script === undefined) return passOn(service, request, body, response)
    const reply = await script(() => ask(service, request, body))
    if (reply === "reset") return void response.socket?.resetAndDestroy()
    const length = Buffer.byteLength(reply.body)
    response.writeHead(reply.status, { ...reply.headers, "content-length": length })
    response.end(reply.body)
  }
  server.on("connection", (socket) => {
    connections.set(socket, opened)
    opened += 1
  })
  const wire: Wire = {
    url: await listen(server),
    seen,
    next: (...more) => void scripts.push(...more),
    clear: () => void scripts.splice(0),
  }
  return { wire, server }
}

const stop = ({ server }: { readonly server: Server }): Effect.Effect<void> =>
  Effect.promise(async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  })

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    })
  })

/** The service's answer, whole. */
const ask = (service: string, request: IncomingMessage, body: Buffer): Promise<Reply> =>
  new Promise((resolve, reject) => {
    forward(service, request, body)
      .on("error", reject)
      .on("response", (answer) => {
        buffer(answer).then(
          (bytes) =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: withoutFraming(textsOf(answer.headersDistinct)),
              body: bytes.toString("utf8"),
            }),
          reject,
        )
      })
  })

/** The service's answer as it comes: slowly, broken off, or never. */
const passOn = (
  service: string,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): void => {
  const outgoing = forward(service, request, body)
  response.once("close", () => outgoing.destroy())
  outgoing.on("error", () => response.socket?.resetAndDestroy())
  outgoing.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 0, textsOf(answer.headersDistinct))
    response.flushHeaders()
    answer.on("error", () => response.destroy())
    answer.on("close", () => {
      if (!answer.complete) response.destroy()
    })
    answer.pipe(response)
  })
}

/** Header lines go on exactly as they came, `host` included: a signature may cover any of them. */
const forward = (service: string, request: IncomingMessage, body: Buffer) => {
  const { port } = new URL(service)
  const outgoing = httpRequest({
    host: "127.0.0.1",
    port,
    method: request.method,
    path: request.url,
    headers: request.rawHeaders,
    agent: false,
  })
  outgoing.end(body)
  return outgoing
}

const textsOf = (headers: NodeJS.Dict<Array<string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, values = []]) => [name, values.join(", ")]),
  )

/** A reply whose text may be changed is framed anew. */
const withoutFraming = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) =>
        !["content-length", "transfer-encoding", "connection", "keep-alive"].includes(name),
    ),
  )

/**
 * A loopback server that answers from a script: for a provider's own tests, and for answers that no real
 * service would admit to. Knows no vendor; what a whole service does is the simulator's.
 */
import { parseObject } from "@zoetrope/core/WireJson"
import { Effect, type Scope } from "effect"
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"

/** A request as it arrived. */
export interface Received {
  readonly method: string
  /** Path and query, as sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Empty where no JSON object came. */
  readonly body: Readonly<Record<string, unknown>>
  /** The client's port: the same for two requests on one connection. */
  readonly port: number | undefined
}

/** What one request gets. */
export type Scripted =
  | {
      /** Default 200. */
      readonly status?: number
      /** `content-type` is JSON unless it is named here. */
      readonly headers?: Readonly<Record<string, string>>
      /** Sent as it is if it is a text, else as JSON. */
      readonly body: unknown
    }
  /** The connection dies once the request has been read. */
  | "reset"
  /** The head with a 200 arrives, and this beginning of a longer body; then the connection dies. */
  | { readonly cut: string }
  /** No answer, ever. */
  | "silence"

export interface ScriptedServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** Every request so far. */
  readonly requests: ReadonlyArray<Received>
}

/** Answers each request by the script, in the order of arrival; the last answer is repeated. */
export const scripted = (
  ...script: readonly [Scripted, ...ReadonlyArray<Scripted>]
): Effect.Effect<ScriptedServer, never, Scope.Scope> =>
  answering((_request, index) => script[Math.min(index, script.length - 1)] ?? script[0])

/** Answers each request as it is told; `index` counts them from 0. */
export const answering = (
  answerTo: (request: Received, index: number) => Scripted,
): Effect.Effect<ScriptedServer, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => start(answerTo)),
      ({ close }) => Effect.promise(close),
    ),
    ({ requests, url }): ScriptedServer => ({ requests, url }),
  )

const start = async (answerTo: (request: Received, index: number) => Scripted) => {
  const requests: Array<Received> = []
  const server = createServer(async (request, response) => {
    // A client may go away at any moment; that must not end the process.
    response.on("error", () => undefined)
    const received = await receivedOf(request).catch(() => undefined)
    if (received === undefined) return void response.destroy()
    requests.push(received)
    give(answerTo(received, requests.length - 1), response)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

const receivedOf = async (request: IncomingMessage): Promise<Received> => ({
  method: request.method ?? "",
  url: request.url ?? "",
  headers: request.headers,
  port: request.socket.remotePort,
  body: { ...parseObject(await text(request)) },
})

const give = (answer: Scripted, response: ServerResponse): void => {
  if (answer === "silence") return
  if (answer === "reset") return void response.socket?.resetAndDestroy()
  if ("cut" in answer) {
    const length = Buffer.byteLength(answer.cut) + 100
    response.writeHead(200, { "content-type": "application/json", "content-length": length })
    response.write(answer.cut, () => response.destroy())
    return
  }
  const { body, headers, status = 200 } = answer
  response.writeHead(status, { "content-type": "application/json", ...headers })
  response.end(typeof body === "string" ? body : JSON.stringify(body))
}

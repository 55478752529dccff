/** A loopback server that answers from a script: for the answers that no real service would admit to. */
import { Effect, type Scope } from "effect"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Empty where the request had none. */
  readonly body: Record<string, unknown>
  /** The client's port: the same for two requests on one connection. */
  readonly port: number | undefined
}

export type Scripted =
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body: unknown
    }
  /** The connection dies once the request has been read. */
  | "reset"
  /** The head and half of the body arrive, then the connection dies. */
  | "cut"
  /** No answer, ever. */
  | "silence"

export interface ScriptedServer {
  readonly url: string
  readonly requests: ReadonlyArray<Received>
}

/** Answers each request by the script, in the order of arrival; the last answer is repeated. */
export const scripted = (
  ...script: readonly [Scripted, ...ReadonlyArray<Scripted>]
): Effect.Effect<ScriptedServer, never, Scope.Scope> =>
  answering((_request, index) => script[Math.min(index, script.length - 1)] ?? script[0])

export const answering = (
  answer: (request: Received, index: number) => Scripted,
): Effect.Effect<ScriptedServer, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const requests: Array<Received> = []
      const server = createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          const text = Buffer.concat(chunks).toString()
          const received: Received = {
            method: request.method ?? "",
            url: request.url ?? "",
            headers: request.headers,
            body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
            port: request.socket.remotePort,
          }
          requests.push(received)
          const scriptedAnswer = answer(received, requests.length - 1)
          if (scriptedAnswer === "silence") return
          if (scriptedAnswer === "reset") return void request.socket.resetAndDestroy()
          if (scriptedAnswer === "cut") {
            response.writeHead(200, { "content-type": "application/json", "content-length": "100" })
            response.write('{"task_id":"9474', () => request.socket.destroy())
            return
          }
          const { body, headers, status } = scriptedAnswer
          response.writeHead(status ?? 200, { "content-type": "application/json", ...headers })
          response.end(typeof body === "string" ? body : JSON.stringify(body))
        })
      })
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      const { port } = server.address() as AddressInfo
      return { url: `http://127.0.0.1:${port}`, requests, server }
    }),
    ({ server }) =>
      Effect.promise(() => {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()))
        server.closeAllConnections()
        return closed
      }),
  )

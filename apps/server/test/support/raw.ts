/** Requests that `fetch` would not send: any header, any bytes. */
import { request as httpRequest } from "node:http"
import { connect } from "node:net"

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly text: string
}

/** With exactly these headers. */
export const send = (
  url: string,
  options: {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
  } = {},
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: options.method ?? "GET", headers: options.headers ?? {}, agent: false },
      (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("error", reject)
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    request.setTimeout(10_000, () => request.destroy(new Error("no answer within 10 s")))
    request.on("error", reject)
    request.end(options.body)
  })

/** Writes bytes as they are, and answers with all that came back until the other side closed. */
export const speak = (
  url: string,
  write: (socket: { readonly write: (text: string) => void }) => void,
  mostMillis = 10_000,
): Promise<{ readonly text: string; readonly millis: number }> =>
  new Promise((resolve, reject) => {
    const began = Date.now()
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    let text = ""
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`still open after ${mostMillis} ms: ${text}`))
    }, mostMillis)
    socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk))
    // A server may close without reading all: what it said before counts.
    socket.on("error", () => {})
    socket.on("close", () => {
      clearTimeout(timer)
      resolve({ text, millis: Date.now() - began })
    })
    socket.on("connect", () => write({ write: (part) => void socket.write(part) }))
  })

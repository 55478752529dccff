/** A proxy on loopback that may lose answers, and remembers what passed. */
import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http"
import { afterAll } from "vitest"

export interface Passed {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Proxy {
  readonly url: string
  readonly passed: ReadonlyArray<Passed>
  /** Where requests go; may change while it runs. */
  target: string
  /** How many answers to creates are lost from now on. */
  lose: number
  /** Waited for before an answer is lost. */
  beforeLoss: () => Promise<void>
}

/** @param prefix taken off each path */
export const makeProxy = async (target: string, prefix = ""): Promise<Proxy> => {
  const passed: Array<Passed> = []
  const server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const { headers, method = "", url = "" } = request
      const body = Buffer.concat(chunks)
      passed.push({ method, url, headers, body })
      const loses = method === "POST" && proxy.lose > 0
      if (loses) proxy.lose -= 1
      const onward = httpRequest(
        proxy.target + url.slice(prefix.length),
        { method, headers, agent: false },
        (answer) => {
          if (loses) {
            answer.resume()
            void proxy.beforeLoss().then(() => request.socket.destroy())
            return
          }
          response.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(response)
        },
      )
      onward.on("error", () => request.socket.destroy())
      onward.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("no address")
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const proxy: Proxy = {
    url: `http://127.0.0.1:${address.port}${prefix}`,
    passed,
    target,
    lose: 0,
    beforeLoss: () => Promise.resolve(),
  }
  return proxy
}

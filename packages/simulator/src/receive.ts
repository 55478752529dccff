/** Reads one request off its socket, its bytes untouched and bounded. */
import type { IncomingMessage } from "node:http"
import type { Received } from "./Dialect.ts"

const MAX_DROPPED = 256 * 1024 * 1024

/**
 * `undefined` where the body is longer than `maxBytes`: the rest is then read and dropped, so that
 * the client is still listening when it is told. Rejects when the client goes away or sends on and on.
 */
export const receive = async (
  request: IncomingMessage,
  maxBytes: number,
): Promise<Received | undefined> => {
  const receivedAt = performance.now()
  const [path, query] = targetOf(request.url ?? "/")
  const chunks: Array<Uint8Array> = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size <= maxBytes) chunks.push(chunk)
    else chunks.length = 0
    if (size > maxBytes + MAX_DROPPED) throw new Error("the request does not end")
  }
  if (size > maxBytes) return undefined
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(", ")]),
  )
  return {
    method: (request.method ?? "GET").toUpperCase(),
    path,
    query,
    headers,
    body: Buffer.concat(chunks, size),
    receivedAt,
  }
}

/** The path and raw query of a request target, also of the absolute form that proxies are sent. */
const targetOf = (target: string): readonly [path: string, query: string] => {
  const relative = target.replace(/^https?:\/\/[^/?#]*/i, "")
  const at = relative.indexOf("?")
  const path = at < 0 ? relative : relative.slice(0, at)
  return [path === "" ? "/" : path, at < 0 ? "" : relative.slice(at + 1)]
}

/** Requests at a server, as fast as so many connections get their answers, and how long each took. */
import { setTimeout as pause } from "node:timers/promises"
import { Pool } from "undici"

export interface Asked {
  readonly perSecond: number
  /** Milliseconds from the request to the end of its answer. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

export interface Request {
  readonly method: "GET" | "POST"
  readonly path: string
  /** Sent as JSON. */
  readonly json?: unknown
  readonly expected: number
}

/**
 * @param next the request of that number; each connection asks for one after the other
 * @param seconds after which no request is begun any more
 * @param pauseMillis of a connection between an answer and its next request
 */
export const ask = async (
  url: string,
  connections: number,
  seconds: number,
  next: (number: number) => Request,
  pauseMillis = 0,
): Promise<Asked> => {
  const pool = new Pool(url, { connections, pipelining: 1 })
  const millis: Array<number> = []
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1000
  let number = 0
  const connection = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      const { expected, json, method, path } = next(number++)
      const begun = performance.now()
      // oxlint-disable-next-line no-await-in-loop -- that is what a connection does
      const { body, statusCode } = await pool.request({
        method,
        path,
        ...(json === undefined
          ? {}
          : { headers: { "content-type": "application/json" }, body: JSON.stringify(json) }),
      })
      // oxlint-disable-next-line no-await-in-loop
      const text = await body.text()
      if (statusCode !== expected) throw new Error(`${method} ${path}: ${statusCode} ${text}`)
      millis.push(performance.now() - begun)
      // oxlint-disable-next-line no-await-in-loop
      if (pauseMillis > 0) await pause(pauseMillis)
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, connection))
  } finally {
    await pool.close()
  }
  const elapsed = (performance.now() - startedAt) / 1000
  return { perSecond: millis.length / elapsed, ...percentiles(millis) }
}

export const percentiles = (millis: ReadonlyArray<number>) => {
  const sorted = millis.toSorted((a, b) => a - b)
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? 0
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

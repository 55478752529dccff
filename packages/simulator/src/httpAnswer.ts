/**
 * Sends one answer over a socket, whole or as badly as a fault wants it: late, slow, cut off or
 * padded. Tells whether all of it was handed over.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import { pipeline } from "node:stream/promises"
import { setTimeout as sleep } from "node:timers/promises"
import type { Answer } from "./Dialect.ts"

/** How to send an answer otherwise than at once and whole. */
export interface Manner {
  /** Real time before the first byte. */
  readonly delayMilliseconds?: number | undefined
  readonly bytesPerSecond?: number | undefined
  /** The part of the body, 0 to 1, after which the connection is closed. */
  readonly cutAt?: number | undefined
  /** Bytes of blanks before the body. */
  readonly padding?: number | undefined
  /** The connection is closed with nothing sent. */
  readonly drop?: boolean | undefined
}

/** A client that reads nothing for so long loses its connection. */
const STALLED_MILLISECONDS = 30_000
/** Slow bodies leave in steps of this length. */
const STEP_MILLISECONDS = 50
const CHUNK = 64 * 1024

/** Resolves to whether everything was handed to the socket. Never rejects. */
export const sendAnswer = async (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  manner: Manner = {},
): Promise<boolean> => {
  const gone = new AbortController()
  response.once("close", () => {
    if (!response.writableFinished) gone.abort()
  })
  try {
    if (manner.delayMilliseconds !== undefined) {
      await sleep(manner.delayMilliseconds, undefined, { signal: gone.signal })
    }
    if (manner.drop === true) {
      response.destroy()
      return false
    }
    const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body
    const length = (manner.padding ?? 0) + body.byteLength
    response.writeHead(answer.status, {
      ...answer.headers,
      ...(answer.status === 204 ? {} : { "content-length": length }),
    })
    if (request.method === "HEAD" || answer.status === 204) {
      response.end()
      return true
    }
    response.flushHeaders()
    response.setTimeout(STALLED_MILLISECONDS, () => response.destroy())
    const whole = manner.cutAt === undefined
    await pipeline(chunksOf(body, manner), response, { signal: gone.signal, end: whole })
    // What was written leaves before the connection ends.
    if (!whole) response.socket?.destroySoon()
    return whole
  } catch {
    response.destroy()
    return false
  }
}

async function* chunksOf(body: Uint8Array, manner: Manner): AsyncGenerator<Uint8Array> {
  const blanks = new Uint8Array(CHUNK).fill(0x20)
  for (let left = manner.padding ?? 0; left > 0; left -= CHUNK) {
    yield blanks.subarray(0, Math.min(left, CHUNK))
  }
  const { bytesPerSecond, cutAt = 1 } = manner
  const end = Math.floor(body.byteLength * cutAt)
  const step =
    bytesPerSecond === undefined
      ? CHUNK
      : Math.max(1, Math.floor((bytesPerSecond * STEP_MILLISECONDS) / 1000))
  for (let at = 0; at < end; at += step) {
    yield body.subarray(at, Math.min(at + step, end))
    if (bytesPerSecond === undefined) continue
    // oxlint-disable-next-line no-await-in-loop -- one chunk after another is what slow means
    await sleep((step / bytesPerSecond) * 1000)
  }
}

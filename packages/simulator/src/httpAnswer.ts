/**
 * Sends one answer over a socket, whole or as badly as a fault wants it: late, slow, cut off or
 * padded. Tells whether all of it was handed over.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
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
  response.once("close", () => gone.abort())
  try {
    if (manner.delayMilliseconds !== undefined) {
      await sleep(manner.delayMilliseconds, undefined, { signal: gone.signal })
    }
    if (manner.drop === true) {
      response.destroy()
      return false
    }
    const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body
    const padding = manner.padding ?? 0
    response.writeHead(answer.status, {
      ...answer.headers,
      ...(answer.status === 204 ? {} : { "content-length": padding + body.byteLength }),
    })
    if (request.method === "HEAD" || answer.status === 204) {
      response.end()
      return true
    }
    const blanks = new Uint8Array(CHUNK).fill(0x20)
    for (let left = padding; left > 0; left -= CHUNK) {
      await write(response, blanks.subarray(0, Math.min(left, CHUNK)), gone.signal)
    }
    const end =
      manner.cutAt === undefined ? body.byteLength : Math.floor(body.byteLength * manner.cutAt)
    const { bytesPerSecond } = manner
    const step =
      bytesPerSecond === undefined
        ? CHUNK
        : Math.max(1, Math.floor((bytesPerSecond * STEP_MILLISECONDS) / 1000))
    const pause = bytesPerSecond === undefined ? 0 : (step / bytesPerSecond) * 1000
    for (let at = 0; at < end; at += step) {
      await write(response, body.subarray(at, Math.min(at + step, end)), gone.signal)
      if (pause > 0) await sleep(pause, undefined, { signal: gone.signal })
    }
    if (manner.cutAt !== undefined) {
      // What was written must leave before the connection does.
      await flushed(response)
      response.destroy()
      return false
    }
    await new Promise<void>((resolve) => response.end(resolve))
    return !gone.signal.aborted || response.writableFinished
  } catch {
    response.destroy()
    return false
  }
}

const write = async (
  response: ServerResponse,
  bytes: Uint8Array,
  gone: AbortSignal,
): Promise<void> => {
  gone.throwIfAborted()
  if (response.write(bytes)) return
  const stalled = AbortSignal.any([gone, AbortSignal.timeout(STALLED_MILLISECONDS)])
  await new Promise<void>((resolve, reject) => {
    const end = () => {
      response.off("drain", end)
      stalled.removeEventListener("abort", end)
      if (stalled.aborted) reject(new Error("the client stopped reading"))
      else resolve()
    }
    response.once("drain", end)
    stalled.addEventListener("abort", end)
  })
}

const flushed = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    response.once("close", resolve)
    response.write("", () => resolve())
  })

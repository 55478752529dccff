/** Listeners of the event stream, and how late each line of it reaches each of them. */
import { get, type IncomingMessage } from "node:http"
import { percentiles } from "./load.ts"

export interface Heard {
  /** Lines that reached a listener, of all of them together. */
  readonly lines: number
  /** Milliseconds from the recording of a line to a listener. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** Listens until `work` is done, and has each line heard by everybody. */
export const listen = async (
  url: string,
  count: number,
  work: () => Promise<unknown>,
): Promise<Heard> => {
  const late: Array<number> = []
  const streams = await Promise.all(
    Array.from({ length: count }, () => open(`${url}/api/v1/events`, late)),
  )
  try {
    await work()
    let before = -1
    while (late.length > before) {
      before = late.length
      // oxlint-disable-next-line no-await-in-loop -- until nothing more comes
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  } finally {
    for (const stream of streams) stream.destroy()
  }
  return { lines: late.length, ...percentiles(late) }
}

const open = (url: string, late: Array<number>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      if (response.statusCode !== 200) {
        return reject(new Error(`a listener got ${response.statusCode}`))
      }
      response.setEncoding("utf8")
      response.on("data", (text: string) => {
        const now = Date.now()
        for (const [, at] of text.matchAll(/"at":"([^"]+)"/g)) late.push(now - Date.parse(at ?? ""))
      })
      response.on("error", () => {})
      return resolve(response)
    })
    request.on("error", reject)
  })

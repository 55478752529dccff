/** An event stream as a client reads it: frame by frame, and no longer than the test says. */

export interface Frame {
  readonly id: string | undefined
  readonly event: string | undefined
  // oxlint-disable-next-line typescript/no-explicit-any -- the tests look into it
  readonly data: any
}

export interface Listening {
  readonly status: number
  readonly headers: Headers
  /** What has come so far, without comments. */
  readonly frames: ReadonlyArray<Frame>
  /** Resolves when a frame is as wanted; rejects after 10 s, or when the stream ends without one. */
  readonly until: (isWanted: (frame: Frame) => boolean) => Promise<Frame>
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>
  readonly close: () => void
}

export const listen = async (
  url: string,
  options: { readonly lastEventId?: string; readonly key?: string } = {},
): Promise<Listening> => {
  const abort = new AbortController()
  const response = await fetch(url, {
    signal: abort.signal,
    headers: {
      ...(options.lastEventId === undefined ? {} : { "last-event-id": options.lastEventId }),
      ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
    },
  })
  const frames: Array<Frame> = []
  const wake = new Set<() => void>()
  let isOver = false
  const tell = () => {
    for (const one of wake) one()
  }
  const read = async () => {
    let text = ""
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true })
      const parts = text.split("\n\n")
      text = parts.pop() ?? ""
      for (const part of parts) {
        const frame = frameOf(part)
        if (frame !== undefined) frames.push(frame)
      }
      tell()
    }
  }
  const ended = read()
    .catch(() => {})
    .finally(() => {
      isOver = true
      tell()
    })
  return {
    status: response.status,
    headers: response.headers,
    frames,
    ended,
    close: () => abort.abort(),
    until: (isWanted) =>
      new Promise((resolve, reject) => {
        const said = () => JSON.stringify(frames).slice(0, 2000)
        const timer = setTimeout(() => {
          wake.delete(look)
          reject(new Error(`no such frame within 10 s: ${said()}`))
        }, 10_000)
        const look = () => {
          const found = frames.find(isWanted)
          if (found === undefined && !isOver) return
          clearTimeout(timer)
          wake.delete(look)
          if (found === undefined) reject(new Error(`the stream ended without it: ${said()}`))
          else resolve(found)
        }
        wake.add(look)
        look()
      }),
  }
}

const frameOf = (part: string): Frame | undefined => {
  const fields = new Map(
    part
      .split("\n")
      .filter((line) => !line.startsWith(":"))
      .map((line): [string, string] => {
        const colon = line.indexOf(": ")
        return [line.slice(0, colon), line.slice(colon + 2)]
      }),
  )
  const data = fields.get("data")
  return data === undefined
    ? undefined
    : { id: fields.get("id"), event: fields.get("event"), data: JSON.parse(data) }
}

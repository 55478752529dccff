/** `fetch` for tests: whatever is answered is held against the OpenAPI document before a test sees it. */
import { faultsOf } from "./openapi.ts"

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer
  readonly text: string
  /** The body as JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- what it is, the document has checked
  readonly json: any
}

export type Ask = (
  path: string,
  init?: Omit<RequestInit, "body"> & {
    readonly body?: NonNullable<RequestInit["body"]>
    /** Sent as JSON. */
    readonly json?: unknown
    readonly key?: string
  },
) => Promise<Answer>

export const checkedFetch =
  (url: string): Ask =>
  async (path, { json, key, ...init } = {}) => {
    const headers = new Headers(init.headers)
    if (json !== undefined && !headers.has("content-type")) {
      headers.set("content-type", "application/json")
    }
    if (key !== undefined) headers.set("authorization", `Bearer ${key}`)
    const response = await fetch(url + path, {
      redirect: "manual",
      signal: AbortSignal.timeout(20_000),
      ...init,
      headers,
      ...(json === undefined ? {} : { method: init.method ?? "POST", body: JSON.stringify(json) }),
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    const text = bytes.toString()
    const contentType = response.headers.get("content-type") ?? undefined
    const faults = faultsOf(
      {
        method: init.method ?? (json === undefined ? "GET" : "POST"),
        path: new URL(path, url).pathname,
      },
      { status: response.status, contentType, text },
    )
    if (faults.length > 0) {
      throw new Error(`not as documented:\n${faults.join("\n")}\n${text.slice(0, 2000)}`)
    }
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      text,
      get json() {
        return JSON.parse(text)
      },
    }
  }

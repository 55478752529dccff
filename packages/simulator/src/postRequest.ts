/** One POST on a connection of its own, its header names spelled as given. */
import { request as httpRequest } from "node:http"
import { request as httpsRequest } from "node:https"

export interface PostedRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly signal: AbortSignal
}

/** The status of the answer, whose body is not read; `undefined` where there was none. */
export const postRequest = (
  address: string,
  { headers, body, signal }: PostedRequest,
): Promise<number | undefined> =>
  new Promise((resolve) => {
    const send = new URL(address).protocol === "https:" ? httpsRequest : httpRequest
    const outgoing = send(address, {
      method: "POST",
      headers: { ...headers, "Content-Length": body.byteLength },
      agent: false,
      signal,
    })
    outgoing.on("response", (response) => {
      resolve(response.statusCode)
      response.on("error", () => undefined).destroy()
    })
    outgoing.on("error", () => resolve(undefined))
    outgoing.end(body)
  })

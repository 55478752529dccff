/** The stock client at a server of these tests; every answer is held against the OpenAPI document. */
import { setTimeout as pause } from "node:timers/promises"
import OpenAI, { type ClientOptions } from "openai"
import { faultsOf } from "../support/openapi.ts"

export const clientOf = (
  { url }: { readonly url: string },
  options: Pick<ClientOptions, "apiKey" | "fetch" | "maxRetries"> = {},
): OpenAI =>
  new OpenAI({
    baseURL: `${url}/v1`,
    apiKey: "none",
    timeout: 20_000,
    fetch: checkedFetch,
    ...options,
  })

export const checkedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  const { pathname: path } = new URL(input instanceof Request ? input.url : input)
  const faults = faultsOf(
    { method: init?.method ?? "GET", path },
    {
      status: response.status,
      contentType: response.headers.get("content-type") ?? undefined,
      text: await response.clone().text(),
    },
  )
  // As an answer that no client retries: a failure of `fetch` would be tried again.
  return faults.length === 0
    ? response
    : new Response(JSON.stringify({ error: { message: faults.join("\n") } }), {
        status: 418,
        headers: { "x-should-retry": "false" },
      })
}

/** Waits for a status, and no longer than 15 s. */
export const reaches = async (
  client: OpenAI,
  id: string,
  status: OpenAI.Video["status"],
): Promise<OpenAI.Video> => {
  let last: OpenAI.Video | undefined
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    // oxlint-disable-next-line no-await-in-loop -- asked again and again
    last = await client.videos.retrieve(id)
    if (last.status === status) return last
    // oxlint-disable-next-line no-await-in-loop
    await pause(50)
  }
  throw new Error(`it did not become ${status}: ${JSON.stringify(last)}`)
}

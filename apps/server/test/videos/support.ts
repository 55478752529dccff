/** The stock client at a server of these tests. */
import { setTimeout as pause } from "node:timers/promises"
import OpenAI, { type ClientOptions } from "openai"

export const clientOf = (
  { url }: { readonly url: string },
  options: Pick<ClientOptions, "apiKey" | "fetch" | "maxRetries"> = {},
): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", timeout: 20_000, ...options })

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

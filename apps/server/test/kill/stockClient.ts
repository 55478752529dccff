/** The stock `openai` client as it comes: its own retries, no key, and when it gives up it gives up. */
import OpenAI, { APIConnectionError, APIError, type ClientOptions, toFile } from "openai"
import { picture } from "../support/testServer.ts"
import { type MakeAsker, Refused } from "./Asker.ts"

export const stockClient: MakeAsker = (at, order, chain) => {
  const counted: NonNullable<ClientOptions["fetch"]> = (input, init) => {
    if (init?.method?.toUpperCase() === "POST") chain.sends.push(Date.now())
    return at.fetch(input, init)
  }
  const { videos } = new OpenAI({
    baseURL: `${at.url}/v1`,
    apiKey: "none",
    fetch: counted,
    ...(order.isPatient ? { maxRetries: patience } : {}),
  })
  return {
    create: async () => {
      const { hasPicture, model, prompt } = order
      const file = hasPicture
        ? { input_reference: await toFile(picture, "picture.jpg", { type: "image/jpeg" }) }
        : {}
      try {
        chain.ids.push((await videos.create({ model, prompt, ...file })).id)
      } catch (error) {
        chain.gaveUp = error instanceof APIConnectionError ? "unreached" : String(error)
      }
    },
    look: async (id) => (await videos.retrieve(id).catch(refused)).status,
    download: async (id) => {
      const response = await videos.downloadContent(id).catch(refused)
      return new Uint8Array(await response.arrayBuffer())
    },
  }
}

/** Retries for 7 s: by itself it takes 2, which is 1.5 s and hardly longer than a start. */
const patience = 4

const refused = (error: unknown): never => {
  if (error instanceof APIError && error.status !== undefined && error.status < 500) {
    throw new Refused(error.status, error.message)
  }
  throw error
}

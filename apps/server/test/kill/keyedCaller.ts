/** A careful caller of `/api/v1`: one key for one video, and the same again until there is an answer. */
import { setTimeout as pause } from "node:timers/promises"
import { picture } from "../support/testServer.ts"
import { type MakeAsker, Refused } from "./Asker.ts"
import type { Order } from "./orders.ts"

/** How often a create is sent at most: longer than any start takes. */
const mostSends = 300

export const keyedCaller: MakeAsker = (at, order, chain) => {
  const all = `${at.url}/api/v1/generations`
  const read = async (path: string): Promise<Response> => {
    const response = await at.fetch(`${all}${path}`)
    if (response.status < 500 && !response.ok) {
      throw new Refused(response.status, await response.text())
    }
    if (!response.ok) throw new Error(`no answer yet: ${response.status}`)
    return response
  }
  return {
    create: async () => {
      for (let sent = 0; sent < mostSends; sent += 1) {
        if (chain.ids.length === 0) chain.sends.push(Date.now())
        // oxlint-disable-next-line no-await-in-loop -- the same again until it is answered
        const answer = await answerOf(at.fetch(all, requestOf(order)))
        if (answer?.ok === true) return void chain.ids.push(answer.id)
        if (answer !== undefined) return void (chain.gaveUp = answer.said)
        // oxlint-disable-next-line no-await-in-loop
        await pause(200)
      }
      chain.gaveUp = "unreached"
    },
    look: async (id) => ((await (await read(`/${id}`)).json()) as { readonly state: string }).state,
    download: async (id) => new Uint8Array(await (await read(`/${id}/content`)).arrayBuffer()),
  }
}

/** In parts where there is a file. */
const requestOf = ({ hasPicture, model, prompt, words }: Order): RequestInit => {
  const json = JSON.stringify({ model, input: { prompt } })
  const headers = { "idempotency-key": words }
  if (!hasPicture) {
    return {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: json,
    }
  }
  const body = new FormData()
  body.set("request", json)
  body.set("image", new Blob([Uint8Array.from(picture)], { type: "image/jpeg" }), "picture.jpg")
  return { method: "POST", headers, body }
}

/** Nothing where the connection broke, or the server says that it cannot now. */
const answerOf = async (asked: Promise<Response>) => {
  try {
    const response = await asked
    const said = await response.text()
    if (response.status >= 500) return undefined
    return response.ok
      ? { ok: true as const, id: (JSON.parse(said) as { readonly id: string }).id }
      : { ok: false as const, said: `${response.status} ${said}` }
  } catch {
    return undefined
  }
}

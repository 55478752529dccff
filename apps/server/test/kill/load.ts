/**
 * Clients of both contracts at one server, asking for videos until they are stopped. Owns who asks
 * when; each watches what it was told until that has ended, and downloads it.
 */
import { hash } from "node:crypto"
import { setTimeout as pause } from "node:timers/promises"
import { faultsOf } from "../support/openapi.ts"
import { type Asker, Refused, type Server } from "./Asker.ts"
import type { Chain } from "./Chain.ts"
import { chance } from "./chance.ts"
import { keyedCaller } from "./keyedCaller.ts"
import { orderOf } from "./orders.ts"
import { stockClient } from "./stockClient.ts"

export interface Load {
  readonly chains: ReadonlyArray<Chain>
  /** Answers to creates, and errors, that are not as the OpenAPI document says. */
  readonly undocumented: ReadonlyArray<string>
  /**
   * Resolves when so many more creates of `/v1/videos` have left, or none leaves any more. Stock clients
   * pause for seconds before they try again; callers with a key are there all the time.
   */
  readonly creates: (more: number) => Promise<void>
  /** Asks for nothing new. Resolves when every create is answered or given up. */
  readonly stop: () => Promise<void>
  /** Nothing moves any more: each looks a last time, and what has a key is asked for once more. */
  readonly finish: () => Promise<void>
  /** Nobody waits for it any more: each ends with what it is at. */
  readonly abandon: () => void
}

/** Of each contract. */
const clients = 4

/**
 * @param urls of the one server; clients take them in turn
 * @param most videos, at which it stops by itself
 */
export const startLoad = (urls: ReadonlyArray<string>, seed: number, most: number): Load => {
  const chains: Array<Chain> = []
  const undocumented: Array<string> = []
  const followers: Array<Promise<void>> = []
  const state = { isStopping: false, isDrained: false, isOver: false }
  let next = 0
  let left = 0
  const waiting = new Set<() => void>()
  const tell = () => {
    for (const look of waiting) look()
  }
  const checked = checkedFetch(undocumented)
  const counted: typeof fetch = (input, init) => {
    if (isCreate(init) && pathOf(input).startsWith("/v1/")) {
      left += 1
      tell()
    }
    return checked(input, init)
  }

  const ask = async (
    contract: Chain["contract"],
    server: Server,
    number: number,
  ): Promise<void> => {
    const order = orderOf(seed, number)
    const alike = Array.from({ length: order.times }, async () => {
      const { end, words } = order
      const chain: Chain = { contract, words, end, sends: [], ids: [] }
      chains.push(chain)
      const make = contract === "videos" ? stockClient : keyedCaller
      const asker = make(server, order, chain)
      await asker.create()
      followers.push(follow(asker, chain, () => state.isOver))
    })
    await Promise.all(alike)
  }
  const client = async (contract: Chain["contract"], index: number): Promise<void> => {
    const server: Server = { url: urls[index % urls.length] ?? "", fetch: counted }
    while (!state.isStopping && next < most) {
      const number = next
      next += 1
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await ask(contract, server, number)
      // oxlint-disable-next-line no-await-in-loop
      await pause(chance(seed, contract, index, number) * 150)
    }
  }
  const askAll = async (): Promise<void> => {
    const places = Array.from({ length: clients }, (_, index) => index)
    await Promise.all(
      (["videos", "api"] as const).flatMap((contract) =>
        places.map((index) => client(contract, index)),
      ),
    )
    state.isDrained = true
    tell()
  }
  const asking = askAll()
  // Whoever stops it is told.
  asking.catch(() => undefined)

  return {
    chains,
    undocumented,
    creates: (more) => {
      const goal = left + more
      return new Promise((resolve) => {
        const look = () => {
          if (left < goal && !state.isDrained) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      })
    },
    stop: () => {
      state.isStopping = true
      return asking
    },
    finish: async () => {
      state.isOver = true
      await Promise.all(followers)
    },
    abandon: () => {
      state.isStopping = true
      state.isOver = true
    },
  }
}

/** Looks until it has ended, or nothing moves any more; and downloads what was made. */
const follow = async (asker: Asker, chain: Chain, isOver: () => boolean): Promise<void> => {
  const [id] = chain.ids
  if (id === undefined) return
  while (!ends.has(chain.status ?? "")) {
    const isLast = isOver()
    // oxlint-disable-next-line no-await-in-loop -- again and again
    const status = await attempt(() => asker.look(id))
    if (status !== undefined) chain.status = status
    if (isLast) break
    // oxlint-disable-next-line no-await-in-loop
    await pause(300)
  }
  if (chain.status === "completed" || chain.status === "done") await download(asker, chain, id)
  if (chain.contract === "api") await asker.create()
}

const ends: ReadonlySet<string> = new Set(["completed", "done", "failed", "cancelled"])

/** How often it is tried: longer than any start takes. */
const mostTries = 200

const download = async (asker: Asker, chain: Chain, id: string): Promise<void> => {
  for (let tries = 0; tries < mostTries; tries += 1) {
    // oxlint-disable-next-line no-await-in-loop -- until it came whole
    const got = await attempt(async () => ({ bytes: await asker.download(id) }))
    if (typeof got === "string") return void (chain.status = got)
    if (got !== undefined) return void (chain.sha256 = hash("sha256", got.bytes))
    // oxlint-disable-next-line no-await-in-loop
    await pause(300)
  }
}

/** Nothing where there was no answer; what a refusal says stands in place of one. */
const attempt = async <A>(call: () => Promise<A>): Promise<A | string | undefined> => {
  try {
    return await call()
  } catch (error) {
    return error instanceof Refused ? `refused: ${error.message}` : undefined
  }
}

const isCreate = (init: RequestInit | undefined): boolean => init?.method?.toUpperCase() === "POST"

const pathOf = (input: Parameters<typeof fetch>[0]): string =>
  new URL(input instanceof Request ? input.url : input).pathname

/** Looked at beside the client, which gets its answer as it comes. */
const checkedFetch =
  (undocumented: Array<string>): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, init)
    if (!isCreate(init) && response.ok) return response
    void faultsIn(response.clone(), init?.method ?? "GET", pathOf(input)).then((faults) =>
      undocumented.push(...faults),
    )
    return response
  }

const faultsIn = async (
  response: Response,
  method: string,
  path: string,
): Promise<ReadonlyArray<string>> => {
  const { headers, status } = response
  const contentType = headers.get("content-type") ?? undefined
  // Killed in the middle of it: there is no answer to look at.
  const text = await response.text().catch(() => undefined)
  if (text === undefined) return []
  try {
    return faultsOf({ method, path }, { status, contentType, text })
  } catch (error) {
    return [`${method} ${path}: ${String(error)}`]
  }
}

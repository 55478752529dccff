/** Who asks for one video, through one of the contracts, and how such a client goes on when the server is gone. */
import type { Chain } from "./Chain.ts"
import type { Order } from "./orders.ts"

export interface Asker {
  /** Until its client is told an id, or asks no more: the chain says which. */
  readonly create: () => Promise<void>
  /** How it stands, in the contract's words. Fails with `Refused`, or with anything where there was no answer. */
  readonly look: (id: string) => Promise<string>
  readonly download: (id: string) => Promise<Uint8Array>
}

export type MakeAsker = (at: Server, order: Order, chain: Chain) => Asker

export interface Server {
  readonly url: string
  readonly fetch: typeof fetch
}

/** An answer that says no, and would say no again. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, said: string) {
    super(`${status} ${said}`)
    this.status = status
  }
}

/**
 * Requests that a provider sends of its own accord, to tell a customer how a task stands. Only
 * addresses of this machine are ever called; others are written down as not sent. Attempts, their
 * pauses and what faults do to them are here; what is said and how it is signed is the dialect's.
 */
import type { Agenda } from "./Agenda.ts"
import type { Clock } from "./Clock.ts"
import type { FaultKind } from "./Fault.ts"
import type { Faults } from "./Faults.ts"
import { postRequest } from "./postRequest.ts"
import type { TaskRecord } from "./Tasks.ts"

export interface Callback {
  /** Where the customer wants it, an absolute http or https address. */
  readonly address: string
  /** What it tells, in the provider's word for the task's state. */
  readonly state: string
  /** How often a failed delivery is tried again. */
  readonly retries: number
  /** Simulated seconds before each further attempt. */
  readonly retrySeconds: number
  /** The request of one attempt; asked again for each, since each has its own date and signature. */
  readonly compose: (wanted: CallbackWish) => CallbackRequest
}

/** What a fault wants a callback to be. */
export interface CallbackWish {
  /** The state to be told. */
  readonly state: string
  /** Whether to sign with another key than the customer's. */
  readonly forged: boolean
}

export interface CallbackRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One attempt, as the ledger shows it. */
export interface SentCallback {
  /** ISO 8601, on the simulator's clock. */
  readonly at: string
  /** Host and path of the address; its query may be somebody's secret. */
  readonly to: string
  /** The state that was told. */
  readonly state: string
  /** From 1. */
  readonly attempt: number
  /**
   * `delivered` answered with a 2xx; `refused` with another status; `failed` not answered at all;
   * `not sent`, by order of a fault or since the address is not of this machine.
   */
  readonly outcome: "delivered" | "refused" | "failed" | "not sent"
  /** HTTP status of the customer's answer. */
  readonly status?: number
  /** The kind of the fault that met it. */
  readonly fault?: FaultKind["_tag"]
}

export interface Callbacks {
  readonly send: (record: TaskRecord, callback: Callback) => void
  /** Resolves when no attempt is under way. */
  readonly settled: () => Promise<void>
  readonly close: () => void
}

export interface CallbacksOptions {
  readonly agenda: Agenda
  readonly clock: Pick<Clock, "now">
  readonly faults: Pick<Faults, "take">
}

/** Real time for which an answer is waited for: no document of a provider names one. */
const ANSWER_MILLISECONDS = 5000

export const makeCallbacks = ({ agenda, clock, faults }: CallbacksOptions): Callbacks => {
  // The callbacks of a task leave one after another: a customer hears of its end last.
  const tails = new WeakMap<TaskRecord, Promise<void>>()
  const underWay = new Set<Promise<void>>()
  const closing = new AbortController()

  const queue = (record: TaskRecord, attempt: () => Promise<void>): void => {
    const turn = (tails.get(record) ?? Promise.resolve())
      .then(() => (closing.signal.aborted ? undefined : attempt()))
      .finally(() => underWay.delete(turn))
    tails.set(record, turn)
    underWay.add(turn)
  }

  const start = (record: TaskRecord, callback: Callback, number: number): void => {
    const fault = isLoopback(callback.address) ? faults.take("callback", record.model) : undefined
    const state = fault?._tag === "State" ? fault.state : callback.state
    const request = callback.compose({ state, forged: fault?._tag === "Forged" })
    const attempt: Attempt = { ...request, address: callback.address, number, state, fault }
    const deliver = () => queue(record, () => perform(record, callback, attempt))
    if (fault?._tag === "Delay") agenda.at(clock.now() + fault.milliseconds, deliver)
    else deliver()
  }

  const perform = async (
    record: TaskRecord,
    callback: Callback,
    attempt: Attempt,
  ): Promise<void> => {
    const at = new Date(clock.now()).toISOString()
    const result = await tryOnce(attempt, closing.signal)
    const { host, pathname } = new URL(attempt.address)
    const { number, state, fault } = attempt
    record.callbacks.push({
      at,
      to: `${host}${pathname}`,
      state,
      attempt: number,
      ...result,
      ...(fault === undefined ? {} : { fault: fault._tag }),
    })
    const again = result.outcome === "refused" || result.outcome === "failed"
    if (!again || number > callback.retries) return
    agenda.at(clock.now() + callback.retrySeconds * 1000, () => start(record, callback, number + 1))
  }

  return {
    send: (record, callback) => start(record, callback, 1),
    settled: async () => {
      // oxlint-disable-next-line no-await-in-loop -- those begun meanwhile are waited for too
      while (underWay.size > 0) await Promise.all(underWay)
    },
    close: () => closing.abort(),
  }
}

interface Attempt extends CallbackRequest {
  readonly address: string
  /** From 1. */
  readonly number: number
  readonly state: string
  readonly fault: FaultKind | undefined
}

const tryOnce = async (
  { address, headers, body, fault }: Attempt,
  closing: AbortSignal,
): Promise<Pick<SentCallback, "outcome" | "status">> => {
  if (!isLoopback(address) || fault?._tag === "NeverSent") return { outcome: "not sent" }
  if (fault?._tag === "ResetBefore") return { outcome: "failed" }
  const bytes = Buffer.from(body)
  if (fault?._tag === "Corrupt" && bytes.length > 0) bytes[bytes.length >> 1]! ^= 0x01
  const post = () =>
    postRequest(address, {
      headers,
      body: bytes,
      signal: AbortSignal.any([closing, AbortSignal.timeout(ANSWER_MILLISECONDS)]),
    })
  if (fault?._tag === "Twice") await post()
  const status = await post()
  // The customer has it, and the provider does not know.
  if (status === undefined || fault?._tag === "LostAnswer") return { outcome: "failed" }
  return { outcome: status >= 200 && status < 300 ? "delivered" : "refused", status }
}

const isLoopback = (address: string): boolean =>
  /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/.test(new URL(address).hostname)

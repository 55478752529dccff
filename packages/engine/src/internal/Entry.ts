/** What the runner holds of one generation that has not ended: no fiber, no promise. */
import type { Generation } from "../Generation.ts"
import type { Action } from "../nextAction.ts"
import type { Account } from "./Accounts.ts"

export interface Entry {
  generation: Generation
  readonly account: Account
  /** When to act, by the runner's clock; the row's time, or later where only memory knows. */
  due: number | undefined
  /** In a line for this; what it comes out for may have changed meanwhile. */
  inLine: Exclude<Action, "rest"> | undefined
  isBusy: boolean
  /** Polls in a row that brought no answer. */
  failures: number
  /** Of the newest task, by the runner's clock, whatever becomes of the machine's. */
  task: { readonly id: string; readonly since: number; ran: number } | undefined
}

export const make = (generation: Generation, account: Account): Entry => ({
  generation,
  account,
  due: undefined,
  inLine: undefined,
  isBusy: false,
  failures: 0,
  task: undefined,
})

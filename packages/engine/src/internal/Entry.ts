/** What the runner holds of one generation, and whose calls it makes for it. */
import type { AnyModel } from "@zoetrope/core/Model"
import type { Provider } from "@zoetrope/core/Provider"
import type { Generation } from "../Generation.ts"
import type { Action } from "../nextAction.ts"
import type { Group } from "./Group.ts"

export interface Entry {
  generation: Generation
  /** When to act, by the runner's clock; the row's time, or later where only memory knows. */
  due: number | undefined
  /** In a line for this; what it comes out for may have changed meanwhile. */
  inLine: Action | undefined
  isBusy: boolean
  /** Polls in a row that brought no answer. */
  failures: number
  /** Of the newest task, by the runner's clock, whatever becomes of the machine's. */
  task: { readonly id: string; readonly since: number; ran: number } | undefined
}

export interface Account {
  readonly provider: Provider
  readonly model: AnyModel
  readonly group: Group
  /** Whether this generation may be driven, or only has its place. */
  readonly mayDrive: boolean
}

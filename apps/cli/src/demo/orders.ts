/** What the demo asks for: a video of each model, with accounts of the simulator. */
import * as Task from "@zoetrope/core/Task"
import type { AnyModel } from "@zoetrope/core/Model"
import type { Simulator } from "@zoetrope/simulator"
import { Effect } from "effect"
import * as Accounts from "../setup/Accounts.ts"
import type { SimulatedVendor } from "../Vendor.ts"
import { inputFor, type Media } from "./inputFor.ts"

export interface Order {
  /** The model's, without its provider; files are called so. */
  readonly name: string
  readonly model: AnyModel
  readonly opened: Accounts.Opened
  readonly input: Readonly<Record<string, unknown>>
  readonly warnings: ReadonlyArray<string>
}

/** The variables that open the simulator's account: in an environment, never in an argument. */
export const variablesOf = (
  vendors: ReadonlyArray<SimulatedVendor>,
  { accounts, url }: Simulator,
): Readonly<Record<string, string>> =>
  Object.assign({}, ...vendors.map(({ simulation }) => simulation.variables(accounts[0]!, url)))

/** Checked; nothing is sent yet. */
export const ordersOf = Effect.fnUntraced(function* (
  vendors: ReadonlyArray<SimulatedVendor>,
  simulator: Simulator,
  media: Media,
) {
  const orders: Array<Order> = []
  for (const vendor of vendors) {
    const account = yield* Accounts.openAccount(vendor, {
      name: "default",
      origin: "simulator",
      variables: variablesOf([vendor], simulator),
    })
    // How long the vendor's own tasks usually take says nothing about these.
    const opened = { ...account, vendor: { ...vendor, models: [] } }
    for (const model of vendor.models) {
      const input = inputFor(model, media, vendor.simulation.demo.inputs[model.id] ?? {})
      const { warnings } = yield* Task.prepare(opened.provider, model, input)
      const name = model.id.slice(model.id.indexOf("/") + 1)
      orders.push({ name, model, opened, input, warnings })
    }
  }
  return orders
})

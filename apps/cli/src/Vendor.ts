/**
 * What the commands know of a provider package: its plugin, and what `main.ts` adds for those that come
 * with the program. No command names a provider.
 */
import type { Text } from "@zoetrope/core/Model"
import type { Plugin } from "@zoetrope/core/Plugin"
import type { Account, Dialect } from "@zoetrope/simulator"

export interface Vendor extends Plugin {
  /** Its tables of error codes: what a failure says of its code in English stands there in Chinese, too. */
  readonly codes?: () => Promise<ReadonlyArray<CodeTable>>
  /** Absent for a provider that cannot be simulated: `simulate` and `demo` leave it out. */
  readonly simulation?: Simulation
}

export interface CodeTable {
  readonly rows: ReadonlyArray<{ readonly meaning: Text; readonly advice?: Text }>
}

/** A vendor on this machine. */
export interface Simulation {
  /** The vendor's half of the simulator, loaded only where one is started. */
  readonly dialect: () => Promise<Dialect>
  /** The variables that open an account of the simulator. */
  readonly variables: (account: Account, url: string) => Readonly<Record<string, string>>
  /** What `demo` orders to go wrong, in this vendor's own codes and model keys. */
  readonly demo: Rehearsal
}

export interface Rehearsal {
  /** In the words of the simulator's fault grammar. */
  readonly faults: ReadonlyArray<string>
  /** Fields that replace those of a model's example, by model id. */
  readonly inputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface SimulatedVendor extends Vendor {
  readonly simulation: Simulation
}

export const isSimulated = (vendor: Vendor): vendor is SimulatedVendor =>
  vendor.simulation !== undefined

export const variableNames = ({ variables }: Vendor): ReadonlyArray<string> => [
  ...variables.credentials,
  ...variables.others,
  variables.baseUrl,
]

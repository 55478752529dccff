/**
 * What the commands know of a provider package: plain values that `main.ts` hands in. No command
 * names a provider.
 */
import type { AnyModel } from "@zoetrope/core/Model"
import type { Provider } from "@zoetrope/core/Provider"
import type { Account, Dialect } from "@zoetrope/simulator"
import type { Effect } from "effect"
import type { HttpClient } from "effect/http"

export interface Vendor {
  /** The provider's id, `volc-cv`. */
  readonly id: string
  readonly title: string
  readonly models: ReadonlyArray<AnyModel>
  /** The variables that hold an account of this vendor, in the environment or in the config file. */
  readonly variables: Variables
  /** Makes the provider value of one account, from the variables of the current `ConfigProvider`; a failure says what is wrong with them. */
  readonly open: (account: string) => Effect.Effect<Provider, Error, HttpClient.HttpClient>
  /** The vendor's half of the simulator, loaded only where one is started. */
  readonly dialect: () => Promise<Dialect>
  /** The variables that open an account of the simulator. */
  readonly simulated: (account: Account, url: string) => Readonly<Record<string, string>>
  /** What `demo` orders to go wrong, in this vendor's own codes and model keys. */
  readonly demo: Rehearsal
}

export interface Rehearsal {
  /** In the words of the simulator's fault grammar. */
  readonly faults: ReadonlyArray<string>
  /** Fields that replace those of a model's example, by model id. */
  readonly inputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface Variables {
  /** What makes an account: the usual names. */
  readonly credentials: ReadonlyArray<string>
  /** Other names for them, and what may be set besides. */
  readonly others: ReadonlyArray<string>
  /** Holds the address of the service, where it is not the vendor's own. */
  readonly baseUrl: string
}

export const variableNames = (vendor: Vendor): ReadonlyArray<string> => [
  ...vendor.variables.credentials,
  ...vendor.variables.others,
  vendor.variables.baseUrl,
]

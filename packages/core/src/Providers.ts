/** The provider values of one program, and which of them a model or a handle means. */
import { Context, Layer } from "effect"
import type { AnyModel } from "./Model.ts"
import type { Provider } from "./Provider.ts"
import type { TaskRef } from "./TaskRef.ts"

export interface Choice {
  readonly provider: Provider
  readonly model: AnyModel
}

/** The accounts of this program, in the order of preference. */
export class Providers extends Context.Service<
  Providers,
  {
    readonly all: ReadonlyArray<Provider>
    /** By model id or the vendor's own name; the first account that has it, or the one named. */
    readonly forModel: (model: string, account?: string) => Choice | undefined
    /** The account that made the task, by its key; else one of the same provider and account name. */
    readonly forRef: (ref: TaskRef) => Provider | undefined
  }
>()("@zoetrope/core/Providers") {}

/** The registry of these accounts; where several have a model, the first one is taken. */
export const make = (all: ReadonlyArray<Provider>): Providers["Service"] => ({
  all,
  forModel: (name, account) => {
    for (const provider of all) {
      if (account !== undefined && provider.account !== account) continue
      const model = provider.models.find((one) => one.id === name || one.alias === name)
      if (model !== undefined) return { provider, model }
    }
    return undefined
  },
  forRef: (ref) => {
    const sameVendor = all.filter((one) => one.id === ref.provider)
    return (
      sameVendor.find((one) => one.key === ref.key) ??
      sameVendor.find((one) => one.account === ref.account) ??
      sameVendor[0]
    )
  },
})

/** `Providers` for programs that find their accounts in the context, such as the engine. */
export const layer = (all: ReadonlyArray<Provider>): Layer.Layer<Providers> =>
  Layer.succeed(Providers, make(all))

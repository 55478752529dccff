/**
 * The accounts that are driven here, the models of each, and who holds a place among the tasks that
 * its provider lets it have in flight.
 */
import { type AnyModel, type Timing, timingFor } from "@zoetrope/core/Model"
import type { Provider } from "@zoetrope/core/Provider"
import type { Generation } from "../Generation.ts"
import * as Group from "./Group.ts"
import type { SteadyClock } from "./SteadyClock.ts"

/** Of one generation: who is asked for it, and with whom it is counted. */
export interface Account {
  readonly provider: Provider
  readonly model: AnyModel
  readonly group: Group.Group
  /** Whether this generation may be driven, or only has its place. */
  readonly mayDrive: boolean
}

export interface Accounts {
  /** Knows it from now on. `only`: generations that may be driven. */
  readonly add: (provider: Provider, only: (generation: Generation) => boolean) => void
  /** `undefined` where the account is not driven here, or has no such model. */
  readonly of: (generation: Generation) => Account | undefined
  /** The generation takes the place that it has in its state, or gives it back. */
  readonly hold: (generation: Generation, account: Pick<Account, "group" | "model">) => void
  /** It exists no more. */
  readonly forget: (id: string) => void
  /** In the order in which they are served; whoever was served is put last. */
  readonly groups: Map<string, Group.Group>
}

export const make = (clock: SteadyClock): Accounts => {
  const driven = new Map<string, Driven>()
  const groups = new Map<string, Group.Group>()
  return {
    groups,
    add: (provider, only) =>
      void driven.set(nameOf({ provider: provider.id, accountKey: provider.key }), {
        provider,
        only,
      }),
    of: (generation) => {
      const { only, provider } = driven.get(nameOf(generation)) ?? {}
      const model = provider?.models.find(({ id }) => id === generation.model)
      if (provider === undefined || only === undefined || model === undefined) return undefined
      const key = `${nameOf(generation)} ${model.limitGroup}`
      const group = groups.get(key) ?? Group.make(model.limits)
      groups.set(key, group)
      return { provider, model, group, mayDrive: only(generation) }
    },
    hold: (generation, { group, model }) => {
      const until = Group.placeUntil(generation, timingOf(model, generation).longest)
      const { id, updatedAt } = generation
      Group.hold(group, id, until === undefined ? undefined : clock.fromUtc(until, updatedAt))
    },
    forget: (id) => {
      for (const group of groups.values()) Group.hold(group, id, undefined)
    },
  }
}

/** Of a generation's newest task, where there is one. */
export const timingOf = (model: AnyModel, { task }: Generation): Timing =>
  task?.ref === undefined ? model.timing : timingFor(model, task.ref)

interface Driven {
  readonly provider: Provider
  readonly only: (generation: Generation) => boolean
}

const nameOf = ({ accountKey, provider }: Pick<Generation, "accountKey" | "provider">): string =>
  `${provider} ${accountKey}`

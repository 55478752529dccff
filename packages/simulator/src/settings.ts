/** A simulator's options with the dialects' own figures behind them, refused where they cannot be. */
import type { Dialect, SimulatedModel } from "./Dialect.ts"
import { checkedNumber, InvalidInput } from "./InvalidInput.ts"
import type { SimulatorOptions } from "./Simulator.ts"
import type { Pace } from "./Task.ts"
import type { Limits } from "./Tasks.ts"

export interface Settings {
  /** The keys of all models. */
  readonly models: ReadonlyArray<string>
  readonly pace: (model: string) => Pace
  readonly limits: (model: string) => Limits
  readonly retentionSeconds: (model: string) => number
  readonly maxBodyBytes: number
  readonly maxTasks: number
  /** Real milliseconds. */
  readonly requestTimeout: number
}

/** Throws `InvalidInput`. */
export const settle = (options: SimulatorOptions): Settings => {
  const models = new Map<string, SimulatedModel & { readonly dialect: Dialect }>()
  for (const dialect of options.dialects) {
    for (const model of dialect.models) models.set(model.key, { ...model, dialect })
  }
  checkKeys("pace", options.pace, models)
  checkKeys("limits", options.limits, models)
  const pace = (model: string): Pace => ({
    queuedSeconds: 0,
    generatingSeconds: 0,
    ...models.get(model)?.pace,
    ...options.pace?.["*"],
    ...options.pace?.[model],
  })
  const limits = (model: string): Limits => ({
    ...models.get(model)?.limits,
    ...options.limits?.["*"],
    ...options.limits?.[model],
  })
  for (const key of models.keys()) {
    const { queuedSeconds, scheduledSeconds = 0, generatingSeconds } = pace(key)
    checkedNumber(`pace.${key}.queuedSeconds`, queuedSeconds, 0)
    checkedNumber(`pace.${key}.scheduledSeconds`, scheduledSeconds, 0)
    checkedNumber(`pace.${key}.generatingSeconds`, generatingSeconds, 0)
    const { callsPerSecond, inFlight } = limits(key)
    if (callsPerSecond !== undefined) {
      checkedNumber(`limits.${key}.callsPerSecond`, callsPerSecond, 1)
    }
    if (inFlight !== undefined) checkedNumber(`limits.${key}.inFlight`, inFlight, 0)
  }
  const { retentionSeconds, linkSeconds } = options
  if (retentionSeconds !== undefined) checkedNumber("retentionSeconds", retentionSeconds, 0)
  if (linkSeconds !== undefined) checkedNumber("linkSeconds", linkSeconds, 0)
  return {
    models: [...models.keys()],
    pace,
    limits,
    retentionSeconds: (model) =>
      retentionSeconds ?? models.get(model)?.dialect.retentionSeconds ?? Number.POSITIVE_INFINITY,
    maxBodyBytes: checkedNumber("maxBodyBytes", options.maxBodyBytes ?? 24 * 1024 * 1024, 1),
    maxTasks: checkedNumber("maxTasks", options.maxTasks ?? 250_000, 1),
    requestTimeout: checkedNumber(
      "requestTimeoutMilliseconds",
      options.requestTimeoutMilliseconds ?? 30_000,
      10,
    ),
  }
}

const checkKeys = (
  field: string,
  given: Readonly<Record<string, unknown>> | undefined,
  models: ReadonlyMap<string, unknown>,
): void => {
  for (const key of Object.keys(given ?? {})) {
    if (key !== "*" && !models.has(key)) {
      throw new InvalidInput(field, key, ["*", ...models.keys()].join(", "))
    }
  }
}

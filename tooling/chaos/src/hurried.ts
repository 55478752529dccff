import type { Timing } from "@zoetrope/core/Model"
import type { Provider } from "@zoetrope/core/Provider"

/**
 * The same account at a provider whose tasks take about a second: the simulator's clock runs fast, and
 * an engine that polled as seldom as it should a real one would sleep through every kill.
 */
export const hurried = (provider: Provider): Provider => ({
  ...provider,
  models: provider.models.map((model) => {
    const timing: Timing = { ...model.timing, ...pace }
    return {
      ...model,
      timing,
      timingOf: () => timing,
      limits: { inFlight: 12, callsPerSecond: 200 },
    }
  }),
})

/** Seconds. After `longest` an undecided submit gives its place to another. */
const pace = { usual: 1, longest: 5, poll: { floor: 0.2, ceiling: 0.4 } } as const

import { type Provider, withTiming } from "@zoetrope/core/Provider"

/**
 * The same account at a provider whose tasks take about a second: the simulator's clock runs fast, and
 * an engine that polled as seldom as it should a real one would sleep through every kill.
 */
export const hurried = (provider: Provider): Provider => {
  const retimed = withTiming(provider, (timing) => ({ ...timing, ...pace }))
  return { ...retimed, models: retimed.models.map((model) => ({ ...model, limits })) }
}

/** Seconds. After `longest` an undecided submit gives its place to another. */
const pace = { usual: 1, longest: 5, poll: { floor: 0.2, ceiling: 0.4 } } as const

const limits = { inFlight: 12, callsPerSecond: 200 } as const

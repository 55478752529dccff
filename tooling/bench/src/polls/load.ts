/** The load that both contenders carry: the same tasks, limit and pauses. Seconds. */
export const load = {
  tasks: 1000,
  /** Tasks of the one account that may be in flight at once. */
  inFlight: 250,
  /** What a task takes at the provider. */
  taskSeconds: 4,
  pollSeconds: 1,
  /** No limit of calls: what is measured is the client. */
  callsPerSecond: 100_000,
} as const

/** A contender is told these by its environment. */
export interface Service {
  readonly url: string
  readonly key: string
  readonly image: string
}

export const serviceFromEnvironment = (): Service => ({
  url: read("BENCH_URL"),
  key: read("BENCH_KEY"),
  image: read("BENCH_IMAGE"),
})

const read = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: start this by ./zoe bench polls`)
  return value
}

/** What a contender reports, as its last line on stdout. */
export interface Report {
  readonly seconds: number
  readonly cpuMillis: number
  readonly peakMegabytes: number
  readonly polls: number
  readonly done: number
}

/** Runs a contender's work and reports what it took. Loading its modules is not counted. */
export const report = async (
  work: () => Promise<{ polls: number; done: number }>,
): Promise<void> => {
  const before = process.cpuUsage()
  const startedAt = performance.now()
  const { done, polls } = await work()
  const { system, user } = process.cpuUsage(before)
  const measured: Report = {
    seconds: (performance.now() - startedAt) / 1000,
    cpuMillis: (user + system) / 1000,
    // Kilobytes on every system that Node runs on.
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    polls,
    done,
  }
  console.log(JSON.stringify(measured))
}

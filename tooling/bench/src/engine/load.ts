/** What the engine carries in this measurement, and what a bare prototype of it has carried. */

/** Seconds that a task takes at the provider. */
export const taskSeconds = 60

/** Callers that ask for generations at once. */
export const callers = 256

/** A worker is told these by its environment. */
export interface Work {
  readonly url: string
  readonly key: string
  readonly directory: string
  /** Generations to ask for; 0: go on with what is there. */
  readonly ask: number
  /** End as soon as each live one was polled. */
  readonly untilPolled: boolean
}

export const workFromEnvironment = (): Work => JSON.parse(process.env["BENCH_WORK"] ?? "{}") as Work

/** What a worker reports, as its last line on stdout. */
export interface Report {
  /** From the first question to the last answer. */
  readonly acceptSeconds: number
  /** From the start of the work to all videos kept, or to all polled. */
  readonly seconds: number
  readonly cpuMillis: number
  readonly peakMegabytes: number
  readonly polls: number
  readonly submits: number
  /** Milliseconds that polls started after they were due. */
  readonly late: { readonly p50: number; readonly p95: number; readonly p99: number }
  readonly longestStallMillis: number
  /** Seconds from the start of the work. */
  readonly firstPoll: number
  readonly lastFirstPoll: number
  readonly done: number
}

/**
 * The figures of a throw-away program of the same shape (one table, a heap of due times, group
 * commits, undici) that did nothing else: no schemas, no signatures, no events, no files, no rules.
 * Measured once, on two cores, with tasks of 60 s and a poll each 5 s.
 */
export const prototype: Readonly<Record<number, Partial<Record<string, number>>>> = {
  10_000: {
    "accepted per second": 31_010,
    "CPU a generation, ms": 1.02,
    "peak memory, MB": 277,
    "poll lateness p50, ms": 0,
    "poll lateness p99, ms": 3,
    "longest stall, ms": 17,
    "restart to first poll, s": 0.15,
    "restart to last poll, s": 0.72,
  },
  100_000: {
    "accepted per second": 31_574,
    "CPU a generation, ms": 0.55,
    "peak memory, MB": 428,
    "poll lateness p50, ms": 1,
    "poll lateness p99, ms": 586,
    "longest stall, ms": 51,
  },
}

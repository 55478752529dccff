/**
 * What the server counts and measures: names, labels and units, as data. `docs/operations.md` says what
 * each one means and what to do about it, and a test holds the two to each other. Counted since the
 * process started, by the registry that is in force (`Metric.MetricRegistry`).
 */
import { Metric } from "effect"
import { series } from "./Series.ts"

/** Seconds, for what ought to take milliseconds. */
const quick = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Seconds, for what waits for others. */
const patient = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600]

const counter = (name: string, description: string) => (attributes: Metric.Metric.AttributeSet) =>
  Metric.counter(name, { description, incremental: true, attributes })

const gauge = (name: string, description: string) => (attributes: Metric.Metric.AttributeSet) =>
  Metric.gauge(name, { description, attributes })

const histogram =
  (name: string, description: string, boundaries: ReadonlyArray<number>) =>
  (attributes: Metric.Metric.AttributeSet) =>
    Metric.histogram(name, { description, boundaries, attributes })

export const generations = series(
  ["state"],
  gauge("zoetrope_generations", "Generations in the store, by state"),
)

export const providerCalls = series(
  ["provider", "model", "operation", "outcome"],
  counter("zoetrope_provider_calls_total", "Calls at providers that ended, by what came of them"),
)

export const providerErrors = series(
  ["provider", "operation", "code"],
  counter("zoetrope_provider_errors_total", "Errors that providers answered, by their own codes"),
)

export const providerSeconds = series(
  ["provider", "operation"],
  histogram("zoetrope_provider_call_seconds", "How long calls at providers took", quick),
)

export const pollLateness = histogram(
  "zoetrope_poll_lateness_seconds",
  "How long after their time polls were started",
  quick,
)({})

export const gateWait = series(
  ["provider", "model"],
  histogram(
    "zoetrope_gate_wait_seconds",
    "How long submits waited for a place within the account's limits",
    patient,
  ),
)

export const storedBytes = gauge(
  "zoetrope_stored_bytes",
  "Bytes of the videos and covers that are kept",
)({})

export const storedFiles = gauge("zoetrope_stored_files", "Videos and covers that are kept")({})

export const diskFree = gauge(
  "zoetrope_disk_free_bytes",
  "Room for the server on the disk of the data directory",
)({})

export const writesWaiting = gauge(
  "zoetrope_writes_waiting",
  "Writes that are not on the disk yet",
)({})

export const storeTrouble = gauge(
  "zoetrope_store_trouble",
  "1 while writes to the store fail, else 0",
)({})

export const eventStreams = gauge("zoetrope_event_streams", "Event streams that are open")({})

export const httpRequests = series(
  ["method", "route", "status"],
  counter("zoetrope_http_requests_total", "Requests that were answered, or broken off (499)"),
)

export const httpSeconds = series(
  ["method", "route"],
  histogram(
    "zoetrope_http_request_seconds",
    "From the head of a request to the end of its answer",
    quick,
  ),
)

export const httpOpen = gauge("zoetrope_http_requests_open", "Requests that are being answered")({})

export const stall = gauge(
  "zoetrope_event_loop_stall_seconds",
  "Longest time that the process did nothing else, since this was last read",
)({})

/** Names that every monitoring system knows. */
export const residentMemory = gauge("process_resident_memory_bytes", "Memory of the process")({})

export const cpuSeconds = Metric.counter("process_cpu_seconds_total", {
  description: "Processor time of the process",
})

export const startTime = gauge(
  "process_start_time_seconds",
  "When the process started, in seconds since 1970",
)({})

export const buildInfo = series(
  ["version", "node"],
  gauge("zoetrope_build_info", "Always 1; which program this is"),
)

/**
 * The tasks that were accepted: how each goes from queued to its end with simulated time, what
 * counts against an account's limits, and when a task is forgotten. A task is not done before its
 * film is ready, however fast the clock runs. Nothing here knows a provider's words for it.
 */
import type { Clock } from "./Clock.ts"
import type { Film, FilmFile, Films } from "./Films.ts"

/** How long a task takes, in simulated seconds. */
export interface Pace {
  readonly queuedSeconds: number
  readonly generatingSeconds: number
}

/** What one account may do with one model; absent is unlimited. */
export interface Limits {
  /** Calls of any kind in any one second of simulated time. */
  readonly callsPerSecond?: number | undefined
  /** Tasks accepted and not yet ended. */
  readonly inFlight?: number | undefined
}

export interface TaskOrder {
  /** The provider's id for it; no two tasks of one simulator may share one. */
  readonly id: string
  readonly model: string
  readonly account: string
  /** SHA-256 of what was asked for, hex. */
  readonly inputDigest: string
  /** Seconds of video that are billed if the task succeeds. */
  readonly seconds: number
  readonly film: Film
  /** The provider's code with which the task will fail; absent for one that will succeed. */
  readonly failure?: string | undefined
  /** What a reader of the ledger should know, such as a foreign address that was not fetched. */
  readonly notes?: ReadonlyArray<string>
}

export interface Task extends Omit<TaskOrder, "film" | "notes"> {
  /** The name of the dialect that accepted it. */
  readonly provider: string
  readonly notes: ReadonlyArray<string>
  /** Simulated time in milliseconds. */
  readonly acceptedAt: number
  readonly phase: () => Phase
}

export type Phase =
  | { readonly _tag: "Queued" }
  /** `progress` is from 0 to 1. */
  | { readonly _tag: "Generating"; readonly progress: number }
  | { readonly _tag: "Succeeded"; readonly at: number; readonly file: FilmFile }
  | {
      readonly _tag: "Failed"
      readonly at: number
      /** The provider's code; absent where the simulator itself could not make the film. */
      readonly code: string | undefined
      /** Why the simulator could not. */
      readonly problem: string | undefined
    }
  /** Older than the retention. The ledger goes on knowing how it ended. */
  | { readonly _tag: "Forgotten" }

/** A task with what happened to it since. */
export interface TaskRecord extends Task {
  /** As `phase`, but deaf to retention. */
  readonly outcome: () => Exclude<Phase, { _tag: "Forgotten" }>
  /** Whether the client got the answer that told it the task's id. */
  answer: "pending" | "delivered" | "lost"
  polls: number
  downloads: number
}

export interface Tasks {
  readonly accept: (provider: string, order: TaskOrder) => TaskRecord | undefined
  readonly find: (id: string) => TaskRecord | undefined
  readonly acceptedBefore: (account: string, inputDigest: string) => boolean
  readonly tooFast: (account: string, model: string) => boolean
  readonly tooMany: (account: string, model: string) => boolean
  readonly all: () => Iterable<TaskRecord>
  /** Resolves when no film is being made any more. */
  readonly settled: () => Promise<void>
}

export interface TasksOptions {
  readonly clock: Clock
  readonly films: Films
  readonly pace: (model: string) => Pace
  readonly limits: (model: string) => Limits
  /** How long after its acceptance a task can be asked for, in simulated seconds. */
  readonly retentionSeconds: (model: string) => number
  /** How many tasks may be accepted at all: every one stays in the ledger. */
  readonly maxTasks: number
}

export const makeTasks = (options: TasksOptions): Tasks => {
  const { clock, films } = options
  const records = new Map<string, TaskRecord>()
  // By account and input, so that "the first task of an input" needs no search.
  const inputs = new Set<string>()
  const open = new Map<string, Set<TaskRecord>>()
  const calls = new Map<string, Array<number>>()
  const underWay = new Set<Promise<unknown>>()

  const startFilm = (film: Film): FilmSlot => {
    const slot: FilmSlot = { ready: undefined }
    const making = fill(slot, films.make(film)).finally(() => underWay.delete(making))
    underWay.add(making)
    return slot
  }

  return {
    accept: (provider, order) => {
      if (records.size >= options.maxTasks) return undefined
      const record = makeRecord(provider, order, {
        now: clock.now,
        pace: options.pace(order.model),
        retention: options.retentionSeconds(order.model) * 1000,
        slot: order.failure === undefined ? startFilm(order.film) : { ready: undefined },
      })
      records.set(order.id, record)
      inputs.add(keyOf(order.account, order.inputDigest))
      if (options.limits(order.model).inFlight !== undefined) {
        const group = keyOf(order.account, order.model)
        open.set(group, (open.get(group) ?? new Set()).add(record))
      }
      return record
    },
    find: (id) => records.get(id),
    acceptedBefore: (account, inputDigest) => inputs.has(keyOf(account, inputDigest)),
    tooFast: (account, model) => {
      const limit = options.limits(model).callsPerSecond
      if (limit === undefined) return false
      const key = keyOf(account, model)
      const now = clock.now()
      const recent = (calls.get(key) ?? []).filter((at) => at > now - 1000)
      if (recent.length < limit) recent.push(now)
      else return true
      calls.set(key, recent)
      return false
    },
    tooMany: (account, model) => {
      const limit = options.limits(model).inFlight
      if (limit === undefined) return false
      const group = open.get(keyOf(account, model)) ?? new Set<TaskRecord>()
      for (const record of group) if (isOver(record)) group.delete(record)
      return group.size >= limit
    },
    all: () => records.values(),
    settled: async () => {
      // oxlint-disable-next-line no-await-in-loop -- tasks accepted meanwhile are waited for too
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}

interface Life {
  readonly now: () => number
  readonly pace: Pace
  /** In milliseconds. */
  readonly retention: number
  readonly slot: FilmSlot
}

/** Where a film arrives. Apart from its task, so that nothing keeps the caller's picture in memory. */
interface FilmSlot {
  ready: FilmFile | { readonly problem: string } | undefined
}

const fill = async (slot: FilmSlot, film: Promise<FilmFile>): Promise<void> => {
  try {
    slot.ready = await film
  } catch (cause) {
    slot.ready = { problem: cause instanceof Error ? cause.message : String(cause) }
  }
}

const makeRecord = (provider: string, order: TaskOrder, life: Life): TaskRecord => {
  const { film: _film, notes, ...rest } = order
  const { failure } = rest
  const acceptedAt = life.now()
  const startsAt = acceptedAt + life.pace.queuedSeconds * 1000
  const endsAt = startsAt + life.pace.generatingSeconds * 1000
  // A film that is late moves the end to the first moment at which anyone could have seen it.
  let endedAt: number | undefined

  const outcome = (): Exclude<Phase, { _tag: "Forgotten" }> => {
    const now = life.now()
    if (now < startsAt) return { _tag: "Queued" }
    if (now < endsAt) {
      return { _tag: "Generating", progress: (now - startsAt) / (endsAt - startsAt) }
    }
    if (failure !== undefined) {
      return { _tag: "Failed", at: endsAt, code: failure, problem: undefined }
    }
    const file = life.slot.ready
    if (file === undefined) return { _tag: "Generating", progress: 0.99 }
    endedAt ??= now
    return "problem" in file
      ? { _tag: "Failed", at: endedAt, code: undefined, problem: file.problem }
      : { _tag: "Succeeded", at: endedAt, file }
  }

  return {
    ...rest,
    provider,
    notes: notes ?? [],
    acceptedAt,
    outcome,
    phase: () => (life.now() >= acceptedAt + life.retention ? { _tag: "Forgotten" } : outcome()),
    answer: "pending",
    polls: 0,
    downloads: 0,
  }
}

const isOver = (record: TaskRecord): boolean => {
  const tag = record.outcome()._tag
  return tag === "Succeeded" || tag === "Failed"
}

const keyOf = (account: string, rest: string): string => `${account}\n${rest}`

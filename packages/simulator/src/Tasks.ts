/**
 * The tasks that were accepted: what counts against an account's limits, and when a task is
 * forgotten. How one goes from queued to its end is in `TaskLife.ts`.
 */
import type { Agenda } from "./Agenda.ts"
import type { SentCallback } from "./Callbacks.ts"
import type { Clock } from "./Clock.ts"
import type { Films } from "./Films.ts"
import { makeLanes } from "./Lanes.ts"
import type { Pace, Task, TaskOrder } from "./Task.ts"
import { liveTask, type TaskFiles, type TaskLife } from "./TaskLife.ts"

/** What one account may do with one model; absent is unlimited. */
export interface Limits {
  /** Calls of any kind in any one second of simulated time. */
  readonly callsPerSecond?: number | undefined
  /** Tasks accepted and not yet ended. */
  readonly inFlight?: number | undefined
}

/** A task with what happened to it since. */
export interface TaskRecord extends Task, TaskLife {
  /** Whether the client got the answer that told it the task's id. */
  answer: "pending" | "delivered" | "lost"
  polls: number
  /** Files handed over whole. */
  downloads: number
  readonly callbacks: Array<SentCallback>
}

export interface Tasks {
  readonly accept: (provider: string, order: TaskOrder) => TaskRecord | undefined
  readonly find: (id: string) => TaskRecord | undefined
  readonly acceptedBefore: (account: string, inputDigest: string) => boolean
  readonly tooFast: (limitGroup: string, model: string) => boolean
  readonly tooMany: (limitGroup: string, model: string) => boolean
  readonly all: () => Iterable<TaskRecord>
  /** Resolves when no file is being made any more. */
  readonly settled: () => Promise<void>
}

export interface TasksOptions {
  readonly agenda: Agenda
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
  const { agenda, clock, films } = options
  const records = new Map<string, TaskRecord>()
  // By account and input, so that "the first task of an input" needs no search.
  const inputs = new Set<string>()
  const open = new Map<string, number>()
  const calls = new Map<string, Array<number>>()
  const underWay = new Set<Promise<unknown>>()
  const lanes = makeLanes()

  const startFiles = (order: TaskOrder): Promise<TaskFiles> => {
    const making = makeFiles(films, order)
    const settled: Promise<unknown> = making
      .catch(() => undefined)
      .finally(() => underWay.delete(settled))
    underWay.add(settled)
    return making
  }

  return {
    accept: (provider, order) => {
      if (records.size >= options.maxTasks) return undefined
      const {
        film: _film,
        extras: _extras,
        pace,
        lane: _lane,
        deadline: _deadline,
        watch,
        ...rest
      } = order
      const acceptedAt = clock.now()
      const retention = options.retentionSeconds(order.model) * 1000
      const group = keyOf(order.limitGroup ?? order.account, order.model)
      open.set(group, (open.get(group) ?? 0) + 1)
      const life = liveTask(order, {
        agenda,
        clock,
        lanes,
        pace: { ...options.pace(order.model), ...pace },
        order: records.size,
        acceptedAt,
        files: order.failure === undefined ? startFiles(order) : undefined,
        onPhase: (phase) => {
          if (phase._tag !== "Generating") open.set(group, (open.get(group) ?? 1) - 1)
          watch?.(record, phase)
        },
      })
      const record: TaskRecord = {
        ...rest,
        ...life,
        provider,
        notes: order.notes ?? [],
        acceptedAt,
        phase: () =>
          clock.now() >= acceptedAt + retention ? { _tag: "Forgotten" } : life.outcome(),
        answer: "pending",
        polls: 0,
        downloads: 0,
        callbacks: [],
      }
      records.set(order.id, record)
      inputs.add(keyOf(order.account, order.inputDigest))
      return record
    },
    find: (id) => records.get(id),
    acceptedBefore: (account, inputDigest) => inputs.has(keyOf(account, inputDigest)),
    tooFast: (limitGroup, model) => {
      const limit = options.limits(model).callsPerSecond
      if (limit === undefined) return false
      const key = keyOf(limitGroup, model)
      const now = clock.now()
      const recent = (calls.get(key) ?? []).filter((at) => at > now - 1000)
      if (recent.length < limit) recent.push(now)
      else return true
      calls.set(key, recent)
      return false
    },
    tooMany: (limitGroup, model) => {
      const limit = options.limits(model).inFlight
      if (limit === undefined) return false
      agenda.run()
      return (open.get(keyOf(limitGroup, model)) ?? 0) >= limit
    },
    all: () => records.values(),
    settled: async () => {
      // oxlint-disable-next-line no-await-in-loop -- tasks accepted meanwhile are waited for too
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}

/** Takes nothing of the order along but its files, so that nothing keeps the caller's picture in memory. */
const makeFiles = async (
  films: Films,
  { film, extras = {} }: Pick<TaskOrder, "film" | "extras">,
): Promise<TaskFiles> => {
  const named = Promise.all(
    Object.entries(extras).map(async ([name, file]) => [name, await films.make(file)] as const),
  )
  const [file, others] = await Promise.all([films.make(film), named])
  return { file, extras: Object.fromEntries(others) }
}

const keyOf = (account: string, rest: string): string => `${account}\n${rest}`

/**
 * What a provider's bill would rest on: every task that was accepted, every submit that was
 * refused, and the seconds of video that would be billed. Only tasks that succeeded are billed.
 */
import type { SentCallback } from "./Callbacks.ts"
import type { TaskRecord } from "./Tasks.ts"

export interface Ledger {
  readonly totals: LedgerTotals
  /** Every task accepted, oldest first. */
  readonly tasks: ReadonlyArray<LedgerTask>
  /** The latest refused submits, oldest first, at most 1000. */
  readonly refused: ReadonlyArray<RefusedSubmit>
}

export interface LedgerTotals {
  readonly accepted: number
  readonly underWay: number
  readonly succeeded: number
  readonly failed: number
  readonly refused: number
  /** Seconds of video of all tasks accepted. */
  readonly acceptedSeconds: number
  /** Seconds of video of the tasks that succeeded. */
  readonly billedSeconds: number
  /** Credits of the tasks that succeeded or still may, for providers that count in them. */
  readonly credits?: number
  /** Polls that named a known task. */
  readonly polls: number
  /** Result files handed over whole. */
  readonly downloads: number
  /** Accepted tasks whose id never reached the client. */
  readonly answersLost: number
}

export interface LedgerTask {
  readonly id: string
  /** The dialect's name. */
  readonly provider: string
  readonly model: string
  readonly account: string
  /** ISO 8601, on the simulator's clock. */
  readonly acceptedAt: string
  readonly inputDigest: string
  readonly state: "queued" | "generating" | "succeeded" | "failed"
  /** The provider's code of a failed task. */
  readonly code?: string
  readonly seconds: number
  readonly billedSeconds: number
  /** What it costs, for providers that count in credits; 0 once it has failed. */
  readonly credits?: number
  /** Whether the client got the answer that told it the id. */
  readonly answer: "pending" | "delivered" | "lost"
  readonly polls: number
  readonly downloads: number
  readonly file?: { readonly size: number; readonly md5: string; readonly sha256: string }
  /** Every attempt to tell the customer about it. */
  readonly callbacks?: ReadonlyArray<SentCallback>
  readonly notes: ReadonlyArray<string>
}

export interface RefusedSubmit {
  /** ISO 8601, on the simulator's clock. */
  readonly at: string
  /** The key id, where the signature proved it. */
  readonly account?: string
  readonly model?: string
  /** HTTP status. */
  readonly status: number
  readonly code?: string
  /** Whether a fault on order refused it. */
  readonly ordered: boolean
}

export interface Refusals {
  readonly record: (refused: RefusedSubmit) => void
  readonly total: () => number
  readonly latest: () => ReadonlyArray<RefusedSubmit>
}

const KEPT_REFUSALS = 1000

export const makeRefusals = (): Refusals => {
  const latest: Array<RefusedSubmit> = []
  let total = 0
  return {
    record: (refused) => {
      total += 1
      latest.push(refused)
      if (latest.length > KEPT_REFUSALS) latest.shift()
    },
    total: () => total,
    latest: () => [...latest],
  }
}

export const ledgerOf = (records: Iterable<TaskRecord>, refusals: Refusals): Ledger => {
  const tasks = Array.from(records, ledgerTask)
  const count = (holds: (task: LedgerTask) => boolean) => tasks.filter(holds).length
  const sum = (amount: (task: LedgerTask) => number) =>
    tasks.reduce((total, task) => total + amount(task), 0)
  const succeeded = count((task) => task.state === "succeeded")
  const failed = count((task) => task.state === "failed")
  return {
    totals: {
      accepted: tasks.length,
      underWay: tasks.length - succeeded - failed,
      succeeded,
      failed,
      refused: refusals.total(),
      acceptedSeconds: sum((task) => task.seconds),
      billedSeconds: sum((task) => task.billedSeconds),
      ...(tasks.some((task) => task.credits !== undefined)
        ? { credits: sum((task) => task.credits ?? 0) }
        : {}),
      polls: sum((task) => task.polls),
      downloads: sum((task) => task.downloads),
      answersLost: count((task) => task.answer === "lost"),
    },
    tasks,
    refused: refusals.latest(),
  }
}

const states = {
  Queued: "queued",
  Generating: "generating",
  Succeeded: "succeeded",
  Failed: "failed",
} as const

const ledgerTask = (record: TaskRecord): LedgerTask => {
  const outcome = record.outcome()
  const problem = outcome._tag === "Failed" ? outcome.problem : undefined
  return {
    id: record.id,
    provider: record.provider,
    model: record.model,
    account: record.account,
    acceptedAt: new Date(record.acceptedAt).toISOString(),
    inputDigest: record.inputDigest,
    state: states[outcome._tag],
    ...(outcome._tag === "Failed" && outcome.code !== undefined ? { code: outcome.code } : {}),
    seconds: record.seconds,
    billedSeconds: outcome._tag === "Succeeded" ? record.seconds : 0,
    ...(record.credits === undefined
      ? {}
      : { credits: outcome._tag === "Failed" ? 0 : record.credits }),
    answer: record.answer,
    polls: record.polls,
    downloads: record.downloads,
    ...(outcome._tag === "Succeeded"
      ? {
          file: {
            size: outcome.file.size,
            md5: outcome.file.md5,
            sha256: outcome.file.sha256,
          },
        }
      : {}),
    ...(record.callbacks.length === 0 ? {} : { callbacks: [...record.callbacks] }),
    notes: problem === undefined ? record.notes : [...record.notes, problem],
  }
}

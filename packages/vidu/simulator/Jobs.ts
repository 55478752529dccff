/**
 * What the service remembers of its tasks beyond what every provider's have in common, and the
 * credits of each organisation: a task is charged when it is accepted and refunded when it fails.
 */
import type { Account, Phase, Task } from "@zoetrope/simulator"
import { organisationOf } from "./Authentication.ts"
import type { Img2Video } from "./Img2Video.ts"
import type { Trigger } from "./Triggers.ts"

export interface Job {
  readonly task: Task
  readonly account: Account
  /** Without the bytes of its picture. */
  readonly order: Img2Video
  readonly trigger: Trigger
  /** Position among all jobs. */
  readonly number: number
  readonly creationId: string
  /** RFC 3339, with 9 digits of a second. */
  readonly createdAt: string
}

export interface Jobs {
  readonly add: (job: Omit<Job, "number">) => Job
  readonly find: (id: string) => Job | undefined
  /** Those of an organisation, oldest first. */
  readonly of: (organisation: string) => ReadonlyArray<Job>
  /** Those of an organisation that have not ended. */
  readonly open: (organisation: string) => Iterable<Job>
  readonly balance: (organisation: string) => number
  /** Tells that a job has ended. */
  readonly ended: (job: Job, phase: Phase) => void
}

interface Organisation {
  readonly jobs: Array<Job>
  readonly open: Set<Job>
  spent: number
}

export const makeJobs = (startingCredits: number): Jobs => {
  const jobs = new Map<string, Job>()
  const organisations = new Map<string, Organisation>()
  const known = (name: string): Organisation => {
    const organisation = organisations.get(name) ?? { jobs: [], open: new Set(), spent: 0 }
    organisations.set(name, organisation)
    return organisation
  }
  return {
    add: (unnumbered) => {
      const job = { ...unnumbered, number: jobs.size }
      const organisation = known(organisationOf(job.account))
      jobs.set(job.task.id, job)
      organisation.jobs.push(job)
      organisation.open.add(job)
      organisation.spent += job.task.credits ?? 0
      return job
    },
    find: (id) => jobs.get(id),
    of: (name) => known(name).jobs,
    open: (name) => known(name).open,
    balance: (name) => startingCredits - known(name).spent,
    ended: (job, phase) => {
      const organisation = known(organisationOf(job.account))
      organisation.open.delete(job)
      if (phase._tag === "Failed") organisation.spent -= job.task.credits ?? 0
    },
  }
}

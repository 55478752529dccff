/** How a rule says what is written: whole rows, guarded by the stamp that was decided upon. */
import type { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import type { Change, Decision, Moment } from "../Decision.ts"
import type { EventKind, Generation, State, Task } from "../Generation.ts"

export type Told = readonly [kind: EventKind, message: string]

type Patch = {
  readonly [Key in keyof Generation]?: Generation[Key] | undefined
}

export const write = (
  moment: Moment,
  generation: Generation,
  patch: Patch,
  told: Told | undefined,
  beside: Pick<Change, "artifacts" | "duration" | "task"> = {},
): Decision => {
  const version = generation.version + 1
  const next: Generation = {
    ...present({ ...generation, ...patch, ...whole(patch.dueAt) }),
    stamp: moment.stamp,
    version,
    updatedAt: moment.now,
  }
  return {
    _tag: "Write",
    change: {
      from: generation.stamp,
      generation: next,
      ...(patch.task === undefined ? {} : { task: patch.task }),
      ...beside,
      ...(told === undefined
        ? {}
        : { event: { version, at: moment.now, kind: told[0], message: told[1] } }),
    },
  }
}

export const ended = (
  moment: Moment,
  generation: Generation,
  state: Extract<State, "done" | "failed" | "cancelled">,
  patch: Patch,
  told: Told,
  beside: Pick<Change, "artifacts"> = {},
): Decision => write(moment, generation, { ...patch, state, dueAt: undefined }, told, beside)

export const cancelled = (
  moment: Moment,
  generation: Generation,
  task: Task,
  message: string,
): Decision => ended(moment, generation, "cancelled", { task }, ["cancelled", message])

export const running = (
  moment: Moment,
  generation: Generation,
  row: Task,
  ref: TaskRef | undefined,
  told: Told,
  pollInMillis = 0,
): Decision =>
  write(
    moment,
    generation,
    {
      state: "running",
      task: { ...row, state: "running", ...(ref === undefined ? {} : { ref }) },
      dueAt: moment.now + pollInMillis,
      error: undefined,
    },
    told,
  )

export const undecided = (
  moment: Moment,
  generation: Generation,
  row: Task,
  error: TaskError,
  lookInMillis = lookPauseMillis(row.sentAt, moment.now),
): Decision =>
  write(
    moment,
    generation,
    {
      state: "undecided",
      // A video that was seen once is remembered, so that nothing is ever made again in its place.
      task: { ...row, state: row.state === "succeeded" ? row.state : "undecided" },
      error,
      // Without a handle it can be looked for; with one, a person is asked.
      dueAt: row.ref === undefined ? moment.now + lookInMillis : undefined,
    },
    ["undecided", error.message],
  )

/** Soon after the submit, then ever more seldom; a task may take a moment to be listed. */
export const lookPauseMillis = (sentAt: number, now: number): number =>
  Math.min(600_000, Math.max(1_000, now - sentAt))

export const refuse = (why: string): Decision => ({ _tag: "Refuse", why })

/** Nothing is written; it is looked at again then. */
export const keep = (dueAt: number | undefined): Decision => ({ _tag: "Keep", dueAt })

/** A provider may ask for a fraction of a millisecond; nobody need be so exact. */
const whole = (dueAt: number | undefined): Patch =>
  dueAt === undefined ? {} : { dueAt: Math.ceil(dueAt) }

/** A patch takes a field away by `undefined`; a row has the field or has it not. */
const present = (row: {
  readonly [Key in keyof Generation]: Generation[Key] | undefined
}): Generation =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Generation

/**
 * What is known of a task while somebody waits, and how it is said. Pure: events and times in, lines
 * out. Who draws them, and how often, is `Display.ts`.
 */
import type { Timing } from "@zoetrope/core/Model"
import type { TaskError } from "@zoetrope/core/TaskError"
import type { TaskEvent } from "@zoetrope/core/TaskEvent"
import { type TaskRef, toHandle } from "@zoetrope/core/TaskRef"
import type { TaskState } from "@zoetrope/core/TaskState"
import { program } from "./program.ts"
import { clock, cut, fit, roughly, size } from "./Text.ts"

export interface Progress {
  readonly phase:
    | { readonly _tag: "Starting" }
    | { readonly _tag: "Waiting" }
    | { readonly _tag: "Submitting"; readonly attempt: number }
    | {
        readonly _tag: "Repeating"
        readonly reached: boolean
        readonly message: string
        readonly at: number
      }
    | { readonly _tag: "Looking" }
    | { readonly _tag: "Accepted" }
    | { readonly _tag: "Queued" }
    | { readonly _tag: "Running"; readonly percent: number | undefined }
    | { readonly _tag: "Downloading"; readonly bytes: number; readonly total: number | undefined }
    | { readonly _tag: "Ended" }
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly ref: TaskRef | undefined
  /** When `ref` became known here, in milliseconds since 1970. */
  readonly knownAt: number | undefined
  readonly polls: number
  /** The last poll that brought no answer, until one does. */
  readonly trouble: { readonly message: string; readonly at: number } | undefined
}

export type Event =
  | TaskEvent
  | { readonly _tag: "Downloading"; readonly bytes: number; readonly total: number | undefined }

export const start = (now: number): Progress => ({
  phase: { _tag: "Starting" },
  startedAt: now,
  ref: undefined,
  knownAt: undefined,
  polls: 0,
  trouble: undefined,
})

/** `at` of what comes next is `now` plus the pause that the event tells. */
export const after = (progress: Progress, event: Event, now: number): Progress => {
  switch (event._tag) {
    case "Waiting":
      return { ...progress, phase: { _tag: "Waiting" } }
    case "Submitting":
      return { ...progress, phase: { _tag: "Submitting", attempt: event.attempt } }
    case "Repeating":
      return {
        ...progress,
        phase: {
          _tag: "Repeating",
          reached: event.error.reason._tag !== "NothingSent",
          message: event.error.message,
          at: now + event.inMillis,
        },
      }
    case "Submitted":
      return {
        ...progress,
        phase: { _tag: "Accepted" },
        ref: event.ref,
        knownAt: now,
        polls: 0,
        trouble: undefined,
      }
    case "Undecided":
      return { ...progress, phase: { _tag: isMarked(event.error) ? "Looking" : "Ended" } }
    case "Polled":
      return {
        ...progress,
        phase: phaseOf(event.state) ?? progress.phase,
        ref: event.ref,
        knownAt: progress.knownAt ?? now,
        polls: event.polls,
        trouble: undefined,
      }
    case "PollFailed":
      return {
        ...progress,
        ref: event.ref,
        knownAt: progress.knownAt ?? now,
        polls: event.polls,
        trouble: { message: event.error.reason.message, at: now + event.inMillis },
      }
    case "Remaking":
      return {
        ...progress,
        phase: { _tag: "Starting" },
        ref: undefined,
        knownAt: undefined,
        trouble: undefined,
      }
    case "Downloading":
      return {
        ...progress,
        phase: { _tag: "Downloading", bytes: event.bytes, total: event.total },
        trouble: undefined,
      }
  }
}

/** Where the start carried our mark, its task is looked for. */
const isMarked = ({ reason }: TaskError): boolean =>
  reason._tag === "OutcomeUnknown" && reason.key !== undefined

const phaseOf = (state: TaskState): Progress["phase"] | undefined => {
  switch (state._tag) {
    case "Queued":
      return { _tag: "Queued" }
    case "Running":
      return { _tag: "Running", percent: state.progress }
    case "Succeeded":
    case "Failed":
    case "Expired":
    case "Cancelled":
      return { _tag: "Ended" }
    case "NotFound":
      // Younger than the grace: asked again.
      return undefined
  }
}

/**
 * Seconds since the task was accepted, or since the beginning. A task that was found again tells the
 * service's time, which may be ahead of ours: then, since it was found.
 */
export const elapsed = ({ knownAt, ref, startedAt }: Progress, now: number): number => {
  const from = ref === undefined ? startedAt : Math.min(Date.parse(ref.submittedAt), knownAt ?? now)
  return Math.max(0, now - from) / 1000
}

/** The state in a word or two. */
export const word = (progress: Progress): string => {
  const { phase } = progress
  switch (phase._tag) {
    case "Starting":
      return "starting"
    case "Waiting":
      return "waiting for a free place"
    case "Submitting":
      return phase.attempt === 1 ? "submitting" : `submitting (attempt ${phase.attempt})`
    case "Repeating":
      return phase.reached ? "refused for now" : "not reached"
    case "Looking":
      return "answer lost, looking for its task"
    case "Accepted":
      return "accepted"
    case "Queued":
      return "queued"
    case "Running":
      return phase.percent === undefined
        ? "generating"
        : `generating ${Math.round(phase.percent)} %`
    case "Downloading":
      return phase.total === undefined || phase.total === 0
        ? `downloading ${size(phase.bytes)}`
        : `downloading ${Math.floor((phase.bytes / phase.total) * 100)} % of ${size(phase.total)}`
    case "Ended":
      return "ended"
  }
}

/** `3 polls`; nothing while there are none. */
export const polls = (count: number): string =>
  count === 0 ? "" : `${count} ${count === 1 ? "poll" : "polls"}`

/** What is left, as far as the usual duration of the model tells. */
export const rest = (progress: Progress, timing: Timing | undefined, now: number): string => {
  const { _tag } = progress.phase
  if (timing === undefined || !(_tag === "Accepted" || _tag === "Queued" || _tag === "Running")) {
    return ""
  }
  const left = timing.usual - elapsed(progress, now)
  return left > 0 ? `about ${roughly(left)} left` : "longer than usual"
}

/** The live display: one line, and one more while polls fail or a submit is refused for now. */
export const lines = (
  progress: Progress,
  timing: Timing | undefined,
  now: number,
  columns: number,
): ReadonlyArray<string> => {
  const facts = [
    word(progress),
    clock(elapsed(progress, now)),
    polls(progress.polls),
    rest(progress, timing, now),
  ]
  const again = progress.phase._tag === "Repeating" ? progress.phase : progress.trouble
  const tail =
    again === undefined
      ? []
      : [
          cut(
            `again in ${Math.max(0, Math.ceil((again.at - now) / 1000))} s: ${again.message}`,
            columns,
          ),
        ]
  return [fit(facts, columns), ...tail]
}

/** Without a terminal: what an event is worth saying, once; `undefined` where nothing has changed. */
export const change = (before: Progress, now: Progress, event: Event): string | undefined => {
  switch (event._tag) {
    case "Submitting":
    case "Waiting":
      return word(now)
    case "Undecided":
      return now.phase._tag === "Looking"
        ? "its answer was lost; looking for the task by its mark"
        : undefined
    case "Repeating":
      return `${word(now)}, again in ${Math.ceil(event.inMillis / 1000)} s: ${event.error.message}`
    case "PollFailed":
      return `the poll brought no answer, the task goes on, again in ${Math.ceil(event.inMillis / 1000)} s: ${event.error.reason.message}`
    case "Remaking":
      return `the task ${event.ref.taskId} failed and may be tried again: ${event.error.message}`
    case "Polled":
      return now.phase._tag !== "Ended" && now.phase._tag !== before.phase._tag
        ? word(now)
        : undefined
    case "Downloading":
      return before.phase._tag === "Downloading" ? undefined : "downloading"
    case "Submitted":
      return undefined
  }
}

/**
 * Said as soon as a task is known, terminal or not: from here on no crash can lose it.
 *
 * @param before the progress up to then, which tells whether the task had to be looked for
 */
export const known = (
  ref: TaskRef,
  before: Progress,
): { readonly task: string; readonly command: string } => ({
  task: `${before.phase._tag === "Looking" ? "found" : "accepted"} as task ${ref.taskId}; from another terminal:`,
  command: `${program} wait ${toHandle(ref)}`,
})

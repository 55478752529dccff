/**
 * How a generation stands, in words for people: in a word, in a line while somebody waits, and what is
 * worth saying when it changes. Pure: rows and times in, text out. Who draws it is `Watch.ts`.
 */
import type { Timing } from "@zoetrope/core/Model"
import { type Generation, hasEnded } from "@zoetrope/engine/Generation"
import { clock, roughly } from "./Text.ts"

/**
 * The state in a word or two.
 *
 * @param isLookedFor whether the task of an undecided submit may still be found without a person
 */
export const word = (
  { cancel, progress, state, task }: Generation,
  isLookedFor = false,
): string => {
  switch (state) {
    case "queued":
      if (task?.state === "refused") return "refused for now"
      return task === undefined ? "in line" : "in line to be made again"
    case "submitting":
      return task === undefined || task.attempt === 1
        ? "submitting"
        : `submitting (attempt ${task.attempt})`
    case "running":
      if (cancel !== "no") return cancel === "asked" ? "to be cancelled" : "being cancelled"
      return progress === undefined ? "running" : `running ${Math.round(progress)} %`
    case "fetching":
      return task?.outputs === undefined ? "asking for a fresh link" : "fetching the video"
    case "undecided":
      return isLookedFor ? "answer lost, looking for its task" : "undecided"
    default:
      return state
  }
}

/** What stands in the way just now, if anything does. */
export const trouble = (
  { dueAt, error, hindrance, state }: Generation,
  now: number,
): string | undefined => {
  const why = hindrance ?? (state === "undecided" ? undefined : error?.reason.message)
  if (why === undefined) return undefined
  if (dueAt === undefined || state === "submitting") return why
  return `${again((dueAt - now) / 1000)}: ${why}`
}

const again = (seconds: number): string => `again in ${Math.max(0, Math.ceil(seconds))} s`

/**
 * Seconds since its task was accepted, or since it was asked for. A task that was found again tells
 * the service's time, which may be ahead of ours.
 */
export const elapsed = ({ createdAt, task }: Generation, now: number): number => {
  const from = task?.ref === undefined ? createdAt : Date.parse(task.ref.submittedAt)
  return Math.max(0, now - from) / 1000
}

/** What is left, as far as the usual duration of its model tells. */
export const rest = (generation: Generation, timing: Timing | undefined, now: number): string => {
  if (timing === undefined || generation.state !== "running") return ""
  const left = timing.usual - elapsed(generation, now)
  return left > 0 ? `about ${roughly(left)} left` : "longer than usual"
}

/** What the row itself does not tell. */
export interface Context {
  readonly timing: Timing | undefined
  readonly isLookedFor: boolean
}

/** The facts of the live line, the most important one first. */
export const facts = (
  generation: Generation,
  { isLookedFor, timing }: Context,
  now: number,
): ReadonlyArray<string> => [
  word(generation, isLookedFor),
  clock(elapsed(generation, now)),
  rest(generation, timing, now),
]

export interface Said {
  readonly text: string
  /** Worth a line of its own even where the live lines show the rest. */
  readonly stays: boolean
}

const stay = (text: string): Said => ({ text, stays: true })
const pass = (text: string): Said => ({ text, stays: false })

/** What is worth saying about a change, once; nothing where it shows itself, or is the end. */
export const change = (
  before: Generation | undefined,
  now: Generation,
  { isLookedFor }: Pick<Context, "isLookedFor">,
  time: number,
): Said | undefined => {
  const { error, hindrance, state, task } = now
  const ref = task?.ref
  if (ref !== undefined && ref.taskId !== before?.task?.ref?.taskId) {
    if (before?.state === "undecided") return stay(`found as task ${ref.taskId}`)
    return pass(`${before === undefined ? "followed" : "accepted"} as task ${ref.taskId}`)
  }
  if (hindrance !== undefined && hindrance !== before?.hindrance) return stay(hindrance)
  if (state === "queued" && before?.state !== "queued") {
    if (before === undefined || error === undefined) return pass(word(now))
    return task?.state === "refused"
      ? pass(`${word(now)}, ${again(((now.dueAt ?? time) - time) / 1000)}: ${error.message}`)
      : stay(`its task failed and is made again: ${error.message}`)
  }
  if (error !== undefined && state === "running" && isNews(before, now)) {
    return pass(`the poll brought no answer, the task goes on: ${error.reason.message}`)
  }
  if (now.cancel !== "no" && now.cancel !== before?.cancel) return stay(word(now))
  if (state === "undecided" && before?.state !== "undecided" && isLookedFor) {
    return stay("its answer was lost; looking for the task by its mark")
  }
  // The end has its own words.
  const isOver = hasEnded(state) || state === "undecided"
  return isOver || state === before?.state ? undefined : pass(word(now))
}

const isNews = (before: Generation | undefined, { error }: Generation): boolean =>
  before?.error?.reason._tag !== error?.reason._tag || before?.error?.code !== error?.code

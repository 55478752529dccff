/**
 * How a generation stands, in words for people: in a word, in a line while somebody waits, and what is
 * worth saying when it changes. Pure: rows and times in, text out. Who draws it is `terminal/Watch.ts`.
 */
import type { Timing } from "@zoetrope/core/Model"
import { type Generation, hasEnded } from "@zoetrope/engine/Generation"
import { clock, roughly } from "../terminal/Text.ts"
import type { Words } from "../words/Words.ts"

/**
 * The state in a word or two.
 *
 * @param isLookedFor whether the task of an undecided submit may still be found without a person
 */
export const word = (
  { cancel, progress, state, task }: Generation,
  { standing }: Words,
  isLookedFor = false,
): string => {
  switch (state) {
    case "queued":
      if (task?.state === "refused") return standing.refusedForNow
      return task === undefined ? standing.inLine : standing.inLineAgain
    case "submitting":
      return task === undefined || task.attempt === 1
        ? standing.states.submitting
        : standing.attempt(task.attempt)
    case "running":
      if (cancel !== "no") {
        return cancel === "asked" ? standing.toBeCancelled : standing.beingCancelled
      }
      return progress === undefined
        ? standing.states.running
        : standing.progress(Math.round(progress))
    case "fetching":
      return task?.outputs === undefined ? standing.askingForLink : standing.fetchingVideo
    case "undecided":
      return isLookedFor ? standing.lookingFor : standing.states.undecided
    default:
      return standing.states[state]
  }
}

/** What stands in the way, or why there is no video. */
export const why = ({ error, hindrance }: Generation, { packages }: Words): string | undefined =>
  hindrance === undefined ? error && packages.reason(error) : packages.sentence(hindrance)

/** What stands in the way just now, if anything does. */
export const trouble = (generation: Generation, now: number, words: Words): string | undefined => {
  const { dueAt, hindrance, state } = generation
  if (state === "undecided" && hindrance === undefined) return undefined
  const reason = why(generation, words)
  if (reason === undefined || dueAt === undefined || state === "submitting") return reason
  return words.labelled(again((dueAt - now) / 1000, words), reason)
}

const again = (seconds: number, { standing }: Words): string =>
  standing.again(Math.max(0, Math.ceil(seconds)))

/**
 * Seconds since its task was accepted, or since it was asked for. A task that was found again tells
 * the service's time, which may be ahead of ours.
 */
export const elapsed = ({ createdAt, task }: Generation, now: number): number => {
  const from = task?.ref === undefined ? createdAt : Date.parse(task.ref.submittedAt)
  return Math.max(0, now - from) / 1000
}

/** What is left, as far as the usual duration of its model tells. */
export const rest = (
  generation: Generation,
  timing: Timing | undefined,
  now: number,
  words: Words,
): string => {
  if (timing === undefined || generation.state !== "running") return ""
  const left = timing.usual - elapsed(generation, now)
  return left > 0 ? words.standing.left(roughly(left, words)) : words.standing.longer
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
  words: Words,
): ReadonlyArray<string> => [
  word(generation, words, isLookedFor),
  clock(elapsed(generation, now)),
  rest(generation, timing, now, words),
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
  words: Words,
): Said | undefined => {
  const { error, hindrance, state, task } = now
  const { packages, standing } = words
  const ref = task?.ref
  if (ref !== undefined && ref.taskId !== before?.task?.ref?.taskId) {
    if (before?.state === "undecided") return stay(standing.foundAs(ref.taskId))
    return pass((before === undefined ? standing.followedAs : standing.acceptedAs)(ref.taskId))
  }
  if (hindrance !== undefined && hindrance !== before?.hindrance) {
    return stay(packages.sentence(hindrance))
  }
  if (state === "queued" && before?.state !== "queued") {
    if (before === undefined || error === undefined) return pass(word(now, words))
    if (task?.state !== "refused") return stay(standing.remade(packages.error(error)))
    const later = again(((now.dueAt ?? time) - time) / 1000, words)
    return pass(standing.refusedAgain(word(now, words), later, packages.error(error)))
  }
  if (error !== undefined && state === "running" && isNews(before, now)) {
    return pass(standing.pollFailed(packages.reason(error)))
  }
  if (now.cancel !== "no" && now.cancel !== before?.cancel) return stay(word(now, words))
  if (state === "undecided" && before?.state !== "undecided" && isLookedFor) {
    return stay(standing.answerLost)
  }
  // The end has its own words.
  const isOver = hasEnded(state) || state === "undecided"
  return isOver || state === before?.state ? undefined : pass(word(now, words))
}

const isNews = (before: Generation | undefined, { error }: Generation): boolean =>
  before?.error?.reason._tag !== error?.reason._tag || before?.error?.code !== error?.code

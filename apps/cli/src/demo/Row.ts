/** One model of the demo: what happens to it, and how that is drawn while it runs. Pure. */
import type { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import type { Followed } from "../Follow.ts"
import type { Style } from "../Output.ts"
import * as Progress from "../Progress.ts"
import { clock, cut, fit, pad, size } from "../Text.ts"

export interface Row {
  readonly name: string
  progress: Progress.Progress
  /** Seconds that a task of this model takes here. */
  readonly expected: number
  /** Every task that was accepted, as it was recorded. */
  readonly tasks: Array<TaskRef>
  polls: number
  /** What went wrong and was got over, in words, with how often. */
  readonly survived: Map<string, number>
  end: { readonly followed: Followed } | { readonly failed: string } | undefined
}

/** Takes note of an event; returns what is worth a line of its own. */
export const observe = (row: Row, event: Progress.Event, now: number): string | undefined => {
  const lost = row.progress.phase._tag === "Looking" && event._tag === "Submitted"
  row.progress = Progress.after(row.progress, event, now)
  if (event._tag === "Submitted") row.tasks.push(event.ref)
  if (event._tag === "Polled" || event._tag === "PollFailed") row.polls += 1
  const survived = lost ? found(event.ref) : survivedBy(event)
  if (survived === undefined) return undefined
  add(row, survived.what)
  return survived.said
}

export const add = (row: Row, what: string): void => {
  row.survived.set(what, (row.survived.get(what) ?? 0) + 1)
}

interface Survived {
  /** For the closing table. */
  readonly what: string
  readonly said: string
}

const found = (ref: TaskRef): Survived => ({
  what: "lost answer to a submit, its task found by its mark",
  said: `answer to the submit lost: its task ${ref.taskId} was found by its mark, and nothing is sent again`,
})

const survivedBy = (event: Progress.Event): Survived | undefined => {
  switch (event._tag) {
    case "Repeating":
      return {
        what: `refused submit (${codeOf(event.error)}), sent again`,
        said: `submit refused (${codeOf(event.error)}): nothing was paid, sent again in ${(event.inMillis / 1000).toFixed(1)} s`,
      }
    case "PollFailed":
      return event.error.httpStatus === undefined
        ? { what: "lost poll", said: "connection cut during a poll: asked again" }
        : {
            what: `poll with HTTP ${event.error.httpStatus}`,
            said: `HTTP ${event.error.httpStatus} to a poll: says nothing of the task, asked again`,
          }
    case "Remaking":
      return {
        what: `failed task (${codeOf(event.error)}), made again`,
        said: `task failed (${codeOf(event.error)}): its document says to try again, so one more is made`,
      }
    default:
      return undefined
  }
}

const codeOf = (error: TaskError): string => error.code ?? error.reason._tag

export const survivedText = (row: Row): string =>
  [...row.survived].map(([what, times]) => (times === 1 ? what : `${what} ×${times}`)).join(", ")

const barWidth = 12

/** One line, or two where the terminal is narrow. */
export const rowLines = (
  row: Row,
  nameWidth: number,
  spinner: string,
  now: number,
  { columns, paint }: Style,
): ReadonlyArray<string> => {
  const mark =
    row.end === undefined
      ? paint("cyan", spinner)
      : "followed" in row.end
        ? paint("green", "✓")
        : paint("red", "✗")
  const facts =
    row.end === undefined
      ? [
          Progress.word(row.progress),
          clock(Progress.elapsed(row.progress, now)),
          Progress.polls(row.polls),
        ]
      : "followed" in row.end
        ? ["kept", size(row.end.followed.saved.bytes)]
        : [row.end.failed]
  const bar = barOf(row, now)
  const narrow = columns < nameWidth + barWidth + 34
  return narrow
    ? [`${mark} ${cut(row.name, columns - 3)}`, `  ${bar} ${fit(facts, columns - barWidth - 4)}`]
    : [
        `${mark} ${pad(row.name, nameWidth)}  ${bar} ${fit(facts, columns - nameWidth - barWidth - 6)}`,
      ]
}

const barOf = (row: Row, now: number): string => {
  const { _tag } = row.progress.phase
  const share =
    row.end !== undefined || _tag === "Downloading" || _tag === "Ended"
      ? 1
      : row.progress.ref === undefined
        ? 0
        : Math.min(0.95, Progress.elapsed(row.progress, now) / row.expected)
  const full = Math.round(share * barWidth)
  return "▰".repeat(full) + "▱".repeat(barWidth - full)
}

/**
 * One task shown on stderr while somebody waits, and what must not be lost remembered. Owns the words
 * for Ctrl-C during a submit.
 */
import type { AnyModel } from "@zoetrope/core/Model"
import { Effect } from "effect"
import * as Display from "./Display.ts"
import type { Followed } from "./Follow.ts"
import * as Interrupts from "./Interrupts.ts"
import { marked, note, styleOf } from "./Output.ts"
import * as Progress from "./Progress.ts"
import type { Known } from "./Settle.ts"
import { clock, size } from "./Text.ts"

/** Shows events as they come, and remembers what must not be lost. */
export const watch = Effect.fnUntraced(function* (model: AnyModel | undefined, known: Known) {
  let progress = Progress.start(Date.now())
  const style = styleOf(process.stderr)
  const display = yield* Display.make((columns, spinner) => {
    const [first = "", ...rest] = Progress.lines(progress, model?.timing, Date.now(), columns - 2)
    return [
      `${style.paint("cyan", spinner)} ${first}`,
      ...rest.map((line) => `  ${style.paint("yellow", line)}`),
    ]
  })
  const stamped = (text: string) =>
    display.print(
      marked(
        style.paint("dim", "·"),
        `${clock(Progress.elapsed(progress, Date.now()))} ${text}`,
        style.columns,
      ),
    )
  return {
    stop: display.stop,
    tell: (event: Progress.Event) => {
      const now = Date.now()
      const before = progress
      progress = Progress.after(progress, event, now)
      if (event._tag === "Submitted") {
        known.ref = event.ref
        const { command, task } = Progress.accepted(event.ref)
        stamped(task)
        display.print(`  ${style.paint("dim", command)}`)
        for (const warning of event.warnings) display.print(warningText(warning))
      } else if (event._tag === "Undecided") known.undecided = event.error
      setWords(progress)
      const change = Progress.change(before, progress, event)
      if (change !== undefined && (!display.live || event._tag === "Remaking")) stamped(change)
      display.refresh()
    },
  }
})

const setWords = (progress: Progress.Progress): void => {
  const submitting = progress.phase._tag === "Submitting"
  Interrupts.words.first = submitting
    ? "waiting for the answer of a submit that may be paid; Ctrl-C again quits at once"
    : undefined
  Interrupts.words.second = submitting
    ? "quit without an answer: undecided, the task may be running and may be paid; look in the provider's console before you submit again"
    : undefined
}

export const warn = (warnings: ReadonlyArray<string>): void => {
  for (const warning of warnings) note(warningText(warning))
}

const warningText = (warning: string): string => {
  const { columns, paint } = styleOf(process.stderr)
  return marked(paint("yellow", "!"), warning, columns)
}

/** One line for people, on stderr; the path alone goes to stdout. */
export const summary = (followed: Followed): string => {
  const { columns, paint } = styleOf(process.stderr)
  const { saved, tasks, video } = followed
  return marked(
    paint("green", "✓"),
    [
      `done in ${clock(followed.seconds)}`,
      video.seconds === undefined ? "" : `${video.seconds} s of video`,
      size(saved.bytes),
      tasks.length > 1 ? `${tasks.length} tasks made, of which the last succeeded` : "",
      `sha256 ${saved.sha256.slice(0, 12)}…`,
    ]
      .filter((part) => part !== "")
      .join(" · "),
    columns,
  )
}

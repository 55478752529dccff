/**
 * One task shown on stderr while somebody waits, and what must not be lost remembered. Owns the words
 * for Ctrl-C during a submit.
 */
import { type AnyModel, type Timing, timingFor } from "@zoetrope/core/Model"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { Effect } from "effect"
import * as Display from "./Display.ts"
import { type Followed, followedJson } from "./Follow.ts"
import * as Interrupts from "./Interrupts.ts"
import { marked, note, type Style, styleOf } from "./Output.ts"
import * as Progress from "./Progress.ts"
import type { Known } from "./Settle.ts"
import { clock, size } from "./Text.ts"

export interface Watching {
  readonly tell: (event: Progress.Event) => void
  /** Shows warnings, each one once. */
  readonly warn: (warnings: ReadonlyArray<string>) => void
  readonly warnings: () => ReadonlyArray<string>
  /** Ends the live lines, sums up on stderr, and gives what belongs on stdout. */
  readonly finish: (followed: Followed, asJson: boolean) => string
}

/** Shows events as they come, and remembers what must not be lost. */
export const watch = Effect.fnUntraced(function* (model: AnyModel | undefined, known: Known) {
  let progress = Progress.start(Date.now())
  const warnings = new Set<string>()
  const style = styleOf(process.stderr)
  const display = yield* Display.make((columns, spinner) => {
    const timing = timingOf(model, progress.ref)
    const [first = "", ...rest] = Progress.lines(progress, timing, Date.now(), columns - 2)
    return [
      `${style.paint("cyan", spinner)} ${first}`,
      ...rest.map((line) => `  ${style.paint("yellow", line)}`),
    ]
  })
  const say = (text: string) => {
    const time = clock((Date.now() - progress.startedAt) / 1000)
    display.print(marked(style.paint("dim", "·"), `${time} ${text}`, style.columns))
  }
  const warn = (texts: ReadonlyArray<string>) => {
    for (const text of texts) {
      if (!warnings.has(text)) display.print(warningText(text, style))
      warnings.add(text)
    }
  }
  const watching: Watching = {
    warn,
    warnings: () => [...warnings],
    tell: (event) => {
      const before = progress
      progress = Progress.after(progress, event, Date.now())
      setWords(progress)
      if (event._tag === "Submitted") {
        known.ref = event.ref
        known.undecided = undefined
        const { command, task } = Progress.known(event.ref, before)
        say(task)
        display.print(`  ${style.paint("dim", command)}`)
      } else if (event._tag === "Undecided") known.undecided = event.error
      if (event._tag === "Submitted" || event._tag === "Remaking") {
        known.failed = event._tag === "Remaking"
      }
      if (event._tag === "Submitted" || event._tag === "Polled") warn(event.warnings)
      const change = Progress.change(before, progress, event)
      if (change !== undefined && (!display.live || event._tag === "Remaking")) say(change)
      display.refresh()
    },
    finish: (followed, asJson) => {
      warn(followed.saved.warnings)
      display.stop()
      note(summary(followed, style))
      return asJson ? followedJson(followed, [...warnings]) : followed.saved.path
    },
  }
  return watching
})

/** That of the task, once it is known. */
const timingOf = (model: AnyModel | undefined, ref: TaskRef | undefined): Timing | undefined =>
  model === undefined || ref === undefined ? model?.timing : timingFor(model, ref)

const setWords = (progress: Progress.Progress): void => {
  const submitting = progress.phase._tag === "Submitting"
  Interrupts.words.first = submitting
    ? "waiting for the answer of a submit that may be paid; Ctrl-C again quits at once"
    : undefined
  Interrupts.words.second = submitting
    ? "quit without an answer: undecided, the task may be running and may be paid; look in the provider's console before you submit again"
    : undefined
}

export const warningText = (warning: string, { columns, paint }: Style): string =>
  marked(paint("yellow", "!"), warning, columns)

const summary = (followed: Followed, { columns, paint }: Style): string => {
  const { saved, tasks, video } = followed
  const facts = [
    `done in ${clock(followed.seconds)}`,
    video.seconds === undefined ? "" : `${video.seconds} s of video`,
    size(saved.bytes),
    tasks.length > 1 ? `${tasks.length} tasks made, of which the last succeeded` : "",
    `sha256 ${saved.sha256.slice(0, 12)}…`,
  ]
  const text = facts.filter((fact) => fact !== "").join(" · ")
  return marked(paint("green", "✓"), text, columns)
}

/**
 * Watching one task to its end and keeping its video: what `generate` and `wait` do alike.
 */
import type { AnyModel } from "@zoetrope/core/Model"
import * as Poll from "@zoetrope/core/Poll"
import { Unproven } from "@zoetrope/core/Reason"
import type { RunOptions } from "@zoetrope/core/Task"
import { TaskError } from "@zoetrope/core/TaskError"
import { type TaskRef, toHandle } from "@zoetrope/core/TaskRef"
import type { Output, Succeeded } from "@zoetrope/core/TaskState"
import * as Artifact from "@zoetrope/node/Artifact"
import { Clock, Effect } from "effect"
import type { Opened } from "./Accounts.ts"
import * as Display from "./Display.ts"
import * as Interrupts from "./Interrupts.ts"
import { json, marked, note, styleOf } from "./Output.ts"
import * as Progress from "./Progress.ts"
import type { Known } from "./Settle.ts"
import type { Target } from "./Target.ts"
import { clock, size } from "./Text.ts"

/** Pauses between polls of a service on this machine: a simulator, where waiting has no use. */
const localPauses = { floor: 0.25, ceiling: 0.5 }

export interface Followed {
  readonly ref: TaskRef
  readonly tasks: ReadonlyArray<TaskRef>
  readonly polls: number
  readonly warnings: ReadonlyArray<string>
  readonly video: Output
  readonly facts: Succeeded["facts"]
  readonly saved: Artifact.SavedArtifact
  readonly seconds: number
}

/** What is asked of core: one run or one wait, told how to report. */
export type Ask = (
  options: RunOptions,
) => Effect.Effect<
  Poll.Waited & { readonly tasks?: ReadonlyArray<TaskRef> },
  TaskError
>

export const follow = Effect.fn("Follow.follow")(function* (options: {
  readonly opened: Opened
  readonly model: AnyModel | undefined
  readonly deadlineSeconds: number | undefined
  readonly target: Target
  readonly known: Known
  readonly ask: Ask
}) {
  const { known, model, opened } = options
  const startedAt = Date.now()
  const watching = yield* watch(model, known)
  const waited = yield* options.ask({
    onState: watching.tell,
    deadlineSeconds: options.deadlineSeconds,
    poll: opened.local ? localPauses : undefined,
  })
  const { ref } = waited
  const video = yield* videoOf(opened, ref, waited.state)
  // From here on Ctrl-C costs nothing but the download, which `wait` does again.
  const saved = yield* Artifact.save({
    url: video.url,
    to: options.target.pathFor(ref),
    expected: {
      ...(video.bytes === undefined ? {} : { bytes: video.bytes }),
      ...(video.md5 === undefined ? {} : { md5: video.md5 }),
    },
    ...(video.expiresAt === undefined ? {} : { expiresAt: video.expiresAt }),
    allow: { loopback: opened.local },
    renew: renew(opened, ref),
    onProgress: ({ bytes, total }) =>
      Effect.sync(() => watching.tell({ _tag: "Downloading", bytes, total })),
  })
  watching.stop()
  const followed: Followed = {
    ref,
    tasks: waited.tasks ?? [ref],
    polls: waited.polls,
    warnings: [...waited.warnings, ...saved.warnings],
    video,
    facts: waited.state.facts,
    saved,
    seconds: (Date.now() - startedAt) / 1000,
  }
  return followed
}, Effect.scoped)

/** Shows events as they come, and remembers what must not be lost. */
export const watch = Effect.fnUntraced(function* (model: AnyModel | undefined, known: Known) {
  let progress = Progress.start(Date.now())
  const style = styleOf(process.stderr)
  const display = yield* Display.make((columns, spinner) => {
    const [first = "", ...rest] = Progress.lines(progress, model?.timing, Date.now(), columns - 2)
    return [`${style.paint("cyan", spinner)} ${first}`, ...rest.map((line) => `  ${style.paint("yellow", line)}`)]
  })
  const stamped = (text: string) =>
    display.print(
      marked(style.paint("dim", "·"), `${clock(Progress.elapsed(progress, Date.now()))} ${text}`, style.columns),
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
        warn(event.warnings)
      } else if (event._tag === "Undecided") known.undecided = event.error
      else if (event._tag === "Remaking") known.ref = undefined
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
  const { columns, paint } = styleOf(process.stderr)
  for (const warning of warnings) note(marked(paint("yellow", "!"), warning, columns))
}

const videoOf = Effect.fnUntraced(function* (opened: Opened, ref: TaskRef, state: Succeeded) {
  const video = state.outputs.find((output) => output.kind === "video") ?? state.outputs[0]
  if (video !== undefined) return video
  return yield* new TaskError({
    provider: opened.provider.id,
    account: opened.provider.account,
    model: ref.model,
    operation: "task",
    reason: new Unproven({ state: "no_link", detail: "the task is done but names no file" }),
    ref,
  })
})

/** A fresh link, by one more poll. */
const renew = Effect.fnUntraced(function* (opened: Opened, ref: TaskRef) {
  const answer = yield* Effect.result(opened.provider.poll(ref))
  const ageSeconds = ((yield* Clock.currentTimeMillis) - Date.parse(ref.submittedAt)) / 1000
  const step = Poll.stepOf(opened.provider, ref, answer, ageSeconds)
  if (step._tag === "Done") return (yield* videoOf(opened, ref, step.state)).url
  if (step._tag === "End") return yield* step.error
  // The poll brought nothing: its own error, or a task that is suddenly not done.
  if (answer._tag === "Failure") return yield* answer.failure
  return yield* new TaskError({
    provider: opened.provider.id,
    account: opened.provider.account,
    model: ref.model,
    operation: "poll",
    reason: new Unproven({ state: "no_link", detail: "the link is dead and there is no new one yet" }),
    ref,
  })
})

/** The result as JSON, for programs. */
export const followedJson = (followed: Followed): string => {
  const { ref, saved, video } = followed
  return json({
    status: "done",
    path: saved.path,
    bytes: saved.bytes,
    sha256: saved.sha256,
    model: ref.model,
    account: ref.account,
    task: taskJson(ref),
    tasks: followed.tasks.map(taskJson),
    polls: followed.polls,
    seconds: Math.round(followed.seconds * 10) / 10,
    video: {
      ...(video.seconds === undefined ? {} : { seconds: video.seconds }),
      ...(video.width === undefined ? {} : { width: video.width }),
      ...(video.height === undefined ? {} : { height: video.height }),
      ...(video.codec === undefined ? {} : { codec: video.codec }),
    },
    ...(followed.facts === undefined ? {} : { facts: followed.facts }),
    warnings: followed.warnings,
  })
}

export const taskJson = (ref: TaskRef) => ({
  id: ref.taskId,
  submittedAt: ref.submittedAt,
  handle: toHandle(ref),
})

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

/**
 * How a failure is shown: what happened, what it cost, what to do next, by which id the provider
 * knows it. As text for people and as JSON for programs; both hold the handle if there is one.
 */
import { type TaskRef, toHandle } from "@zoetrope/core/TaskRef"
import { type CommandError, ExitCode, exitCodeOf } from "./ExitCode.ts"
import { json, marked, type Style } from "./terminal/Output.ts"
import { program } from "./program.ts"
import { en, quoted, type Say, verbatim } from "./words/Words.ts"

export interface Failure {
  readonly exitCode: ExitCode
  /** Of `TaskError` its reason; else the kind of error. */
  readonly kind: string
  readonly message: Say
  /** Sentences, or commands between backticks. */
  readonly next: ReadonlyArray<Say>
  readonly requestId?: string
  readonly code?: string
  /** Of the generation, where it is recorded. */
  readonly id?: string
  readonly handle?: string
  readonly task?: { readonly id: string; readonly model: string; readonly submittedAt: string }
}

/** @param ref the task, where the error itself does not know it */
export const failureOf = (error: CommandError, ref?: TaskRef): Failure => {
  const task = error._tag === "TaskError" ? (error.ref ?? ref) : ref
  return {
    exitCode: exitCodeOf(error),
    kind: "reason" in error ? error.reason._tag : error._tag,
    message: sayingOf(error),
    next: nextOf(error, task),
    ...(error._tag === "TaskError" && error.requestId !== undefined
      ? { requestId: error.requestId }
      : {}),
    ...(error._tag === "TaskError" && error.code !== undefined ? { code: error.code } : {}),
    ...ofTask(task),
  }
}

const sayingOf = (error: CommandError): Say =>
  error._tag === "BadInput" ? error.say : ({ packages }) => packages.error(error)

/** A mistake of this program, or something nobody thought of. It loses no handle either. */
export const unexpected = (cause: unknown, ref?: TaskRef): Failure => ({
  exitCode: ExitCode.other,
  kind: "Unexpected",
  message: quoted(cause instanceof Error ? cause.message : String(cause)),
  next: waitOn(ref),
  ...ofTask(ref),
})

/** The part that tells of a task, if there is one. */
export const ofTask = (ref: TaskRef | undefined): Pick<Failure, "handle" | "task"> =>
  ref === undefined
    ? {}
    : {
        handle: toHandle(ref),
        task: { id: ref.taskId, model: ref.model, submittedAt: ref.submittedAt },
      }

/** The failure of one of several. */
export const labelled = (label: string, failure: Failure): Failure => ({
  ...failure,
  message: (words) => words.labelled(label, failure.message(words)),
})

/** A command to run next. */
export const command = (text: string): Say => verbatim(`\`${text}\``)

const waitOn = (ref: TaskRef | undefined): ReadonlyArray<Say> =>
  ref === undefined ? [] : [command(`${program} wait ${toHandle(ref)}`)]

const nextOf = (error: CommandError, ref: TaskRef | undefined): ReadonlyArray<Say> => {
  if (error._tag === "BadInput") return error.next ?? []
  if (error._tag === "ArtifactError") return waitOn(ref)
  if (error._tag !== "TaskError") return []
  switch (error.reason._tag) {
    case "InvalidInput":
      return error.model === undefined ? [] : [command(`${program} generate ${error.model} --help`)]
    case "ForeignHandle":
      return ref === undefined
        ? []
        : [
            command(
              `${program} ${error.operation === "cancel" ? "cancel" : "wait"} --adopt ${toHandle(ref)}`,
            ),
          ]
    case "OutcomeUnknown":
      return [({ failure }) => failure.onlyIfNoTask]
    case "Unauthorized":
    case "Forbidden":
    case "NothingSent":
      return [command(`${program} doctor`), ...waitOn(ref)]
    default:
  }
  if (error.operation === "cancel") {
    const isOpen = error.reason._tag === "Unavailable"
    return [
      ({ failure }) => (isOpen ? failure.maybeCancelled : failure.costsAsBefore),
      ...waitOn(ref),
    ]
  }
  if (error.operation === "poll" || error.verdict === "ask") return waitOn(ref)
  if (error.operation === "task") {
    return error.verdict === "remake" ? [({ failure }) => failure.runAgain] : []
  }
  return []
}

/** For programs, whose words are English. */
export const failureData = (failure: Failure) => ({
  ...failure,
  message: failure.message(en),
  next: failure.next.map((say) => say(en)),
})

/** @param form over several lines to be read, or on one where there may be many */
export const failureJson = (failure: Failure, form: "pretty" | "line" = "pretty"): string => {
  const data = failureData(failure)
  const next = data.next.map((line) => line.replaceAll("`", ""))
  const value = { error: { ...data, next } }
  return form === "line" ? JSON.stringify(value) : json(value)
}

export const failureText = (failure: Failure, style: Style): string => {
  const { columns, paint, words } = style
  return [
    marked(paint("red", "✗"), failure.message(words), columns),
    ...(failure.next.length === 0
      ? []
      : [
          "",
          paint("bold", words.headings.next),
          ...failure.next.map((say) => nextLine(say(words), style)),
        ]),
  ].join("\n")
}

/** A command keeps its one line, to be copied whole; a sentence is wrapped. */
const nextLine = (line: string, style: Style): string => {
  const typed = /^`([^`]*)`$/.exec(line)?.[1]
  return typed === undefined
    ? marked(" ", line.replaceAll("`", ""), style.columns)
    : `  ${style.paint("cyan", typed)}`
}

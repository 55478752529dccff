/**
 * How a failure is shown: what happened, what it cost, what to do next, by which id the provider
 * knows it. As text for people and as JSON for programs; both hold the handle if there is one.
 */
import { type TaskRef, toHandle } from "@zoetrope/core/TaskRef"
import { type CommandError, ExitCode, exitCodeOf } from "./ExitCode.ts"
import { json, marked, type Style } from "./Output.ts"
import { program } from "./program.ts"

export interface Failure {
  readonly exitCode: ExitCode
  /** Of `TaskError` its reason; else the kind of error. */
  readonly kind: string
  readonly message: string
  /** Sentences, or commands between backticks. */
  readonly next: ReadonlyArray<string>
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
    message: error.message,
    next: nextOf(error, task),
    ...(error._tag === "TaskError" && error.requestId !== undefined
      ? { requestId: error.requestId }
      : {}),
    ...(error._tag === "TaskError" && error.code !== undefined ? { code: error.code } : {}),
    ...ofTask(task),
  }
}

/** A mistake of this program, or something nobody thought of. It loses no handle either. */
export const unexpected = (cause: unknown, ref?: TaskRef): Failure => ({
  exitCode: ExitCode.other,
  kind: "Unexpected",
  message: cause instanceof Error ? cause.message : String(cause),
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

const waitOn = (ref: TaskRef | undefined): ReadonlyArray<string> =>
  ref === undefined ? [] : [`\`${program} wait ${toHandle(ref)}\``]

const nextOf = (error: CommandError, ref: TaskRef | undefined): ReadonlyArray<string> => {
  if (error._tag === "BadInput") return error.next ?? []
  if (error._tag === "ArtifactError") return waitOn(ref)
  if (error._tag !== "TaskError") return []
  switch (error.reason._tag) {
    case "InvalidInput":
      return error.model === undefined ? [] : [`\`${program} generate ${error.model} --help\``]
    case "ForeignHandle":
      return ref === undefined
        ? []
        : [
            `\`${program} ${error.operation === "cancel" ? "cancel" : "wait"} --adopt ${toHandle(ref)}\``,
          ]
    case "OutcomeUnknown":
      return ["run the command again only when you know that there is no such task"]
    case "Unauthorized":
    case "Forbidden":
    case "NothingSent":
      return [`\`${program} doctor\``, ...waitOn(ref)]
    default:
  }
  if (error.operation === "cancel") {
    return [
      error.reason._tag === "Unavailable"
        ? "the provider may have cancelled the task all the same; waiting shows it, at no cost"
        : "it costs what it would have cost; to see how it stands, and to keep its video",
      ...waitOn(ref),
    ]
  }
  if (error.operation === "poll" || error.verdict === "ask") return waitOn(ref)
  if (error.operation === "task") {
    return error.verdict === "remake"
      ? ["to have it made again, as a new task that is paid for, run the command again"]
      : []
  }
  return []
}

/** @param form over several lines to be read, or on one where there may be many */
export const failureJson = (failure: Failure, form: "pretty" | "line" = "pretty"): string => {
  const next = failure.next.map((line) => line.replaceAll("`", ""))
  const value = { error: { ...failure, next } }
  return form === "line" ? JSON.stringify(value) : json(value)
}

export const failureText = (failure: Failure, style: Style): string => {
  const { columns, paint } = style
  return [
    marked(paint("red", "✗"), failure.message, columns),
    ...(failure.next.length === 0
      ? []
      : ["", paint("bold", "Next"), ...failure.next.map((line) => nextLine(line, style))]),
  ].join("\n")
}

/** A command keeps its one line, to be copied whole; a sentence is wrapped. */
const nextLine = (line: string, style: Style): string => {
  const command = /^`([^`]*)`$/.exec(line)?.[1]
  return command === undefined
    ? marked(" ", line.replaceAll("`", ""), style.columns)
    : `  ${style.paint("cyan", command)}`
}

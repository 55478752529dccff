/**
 * What the exit code says, and the one function that decides it for a failure. Owns the numbers that
 * scripts rely on: they are public, and a code never changes its meaning.
 */
import type { TaskError } from "@zoetrope/core/TaskError"
import type {
  KeyReused,
  NotNow,
  UnknownGeneration,
  UnknownModel,
} from "@zoetrope/engine/EngineError"
import type { InputsError } from "@zoetrope/engine/Inputs"
import type { StoreError } from "@zoetrope/engine/Store"
import type { ArtifactError } from "@zoetrope/node/ArtifactError"
import type { BadInput } from "./BadInput.ts"

export const ExitCode = {
  /** Done; or recorded, with `--detach`. */
  done: 0,
  /** Anything else: a download that failed, a full disk, a mistake of this program. */
  other: 1,
  /** Bad input: nothing was sent and nothing was paid. */
  badInput: 2,
  /** Refused by the provider, or it was not reached, or the server was not: no task, nothing paid. */
  refused: 3,
  /** It goes on; wait for it. */
  running: 4,
  /** It is not known whether there is a task or a video; it may have been paid. */
  undecided: 5,
  /** The task ended without a video. */
  noVideo: 6,
  /** Ctrl-C. A task that exists goes on. */
  interrupted: 130,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** What the packages fail with. */
export type PackageError =
  | TaskError
  | ArtifactError
  | UnknownModel
  | UnknownGeneration
  | KeyReused
  | NotNow
  | InputsError
  | StoreError

/** Everything that a command can fail with. */
export type CommandError = PackageError | BadInput

/** What is worth mending first, of several that ended: money that may be lost, then what can still be had. */
const worst: ReadonlyArray<ExitCode> = [5, 1, 130, 4, 6, 3, 2, 0]

export const worstOf = (codes: ReadonlyArray<ExitCode>): ExitCode =>
  worst.find((code) => codes.includes(code)) ?? ExitCode.done

export const exitCodeOf = (error: CommandError): ExitCode => {
  switch (error._tag) {
    case "BadInput":
    case "UnknownModel":
    case "UnknownGeneration":
    case "KeyReused":
    case "NotNow":
      return ExitCode.badInput
    case "StoreError":
      // A server that nobody has reached.
      return error.operation === "open" ? ExitCode.refused : ExitCode.other
    case "ArtifactError":
    case "InputsError":
      // A disk that is full, say. What was paid for is recorded, and fetched again.
      return ExitCode.other
    case "TaskError":
      return ofTask(error)
  }
}

const ofTask = (error: TaskError): ExitCode => {
  switch (error.reason._tag) {
    case "InvalidInput":
    case "ForeignHandle":
      return ExitCode.badInput
    case "StillRunning":
      return ExitCode.running
    case "Aborted":
      return ExitCode.interrupted
    default:
  }
  if (error.verdict === "ask") return ExitCode.undecided
  // With a handle, the submit was to make again a task that had failed.
  if (error.operation === "submit" && error.ref !== undefined) return ExitCode.noVideo
  switch (error.operation) {
    case "submit":
    case "credits":
      return ExitCode.refused
    case "cancel":
      // It was not taken back, or that is not known: waiting tells, and costs nothing.
      return ExitCode.running
    case "task":
      return ExitCode.noVideo
    case "poll":
      // An answer that ends the wait without saying how the task ended.
      return error.verdict === "wait" ? ExitCode.running : ExitCode.other
    default:
      return ExitCode.other
  }
}

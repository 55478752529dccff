/**
 * The end of every command: its result on stdout, or its failure shown in full, and the exit code.
 * An interrupt ends here too, once what must not be interrupted is over, so that the handle of a
 * paid task is always the last thing said.
 */
import { Aborted } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import type { ArtifactError } from "@zoetrope/node/ArtifactError"
import { Cause, Effect, Exit } from "effect"
import type { BadInput } from "./BadInput.ts"
import { ExitCode } from "./ExitCode.ts"
import { type Failure, failureJson, failureOf, failureText, unexpected } from "./Failure.ts"
import * as Interrupts from "./Interrupts.ts"
import * as Output from "./Output.ts"

/** What a command knows of its task so far; filled as it learns, read when it ends early. */
export interface Known {
  provider?: { readonly id: string; readonly account: string }
  /** What it would ask and pay for. */
  model?: string
  ref?: TaskRef | undefined
  /** `ref` has failed and is being made again; the next task does not exist yet. */
  failed?: boolean
  undecided?: TaskError | undefined
}

export type CommandError = TaskError | ArtifactError | BadInput

export interface Result {
  readonly exitCode?: ExitCode
  /** For stdout; printed with a newline behind it. */
  readonly text: string
}

/** Runs a command to its end. Never fails; the exit code is set on the process, too. */
export const settle = <R>(
  json: boolean,
  work: (known: Known) => Effect.Effect<Result, CommandError, R>,
): Effect.Effect<ExitCode, never, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const known: Known = {}
      const exit = yield* Effect.exit(restore(work(known)))
      Interrupts.words.first = undefined
      Interrupts.words.second = undefined
      const code = yield* Effect.promise(() =>
        Exit.isSuccess(exit) ? succeed(exit.value) : fail(failureIn(exit.cause, known), json),
      )
      process.exitCode = code
      return code
    }),
  )

const succeed = async (result: Result): Promise<ExitCode> => {
  const kept = result.text === "" || (await Output.keep(result.text))
  return result.exitCode ?? (kept ? ExitCode.done : ExitCode.other)
}

const fail = async (failure: Failure | undefined, json: boolean): Promise<ExitCode> => {
  if (failure === undefined) return ExitCode.interrupted
  if (json) await Output.keep(failureJson(failure))
  else Output.note(failureText(failure, Output.styleOf(process.stderr)))
  return failure.exitCode
}

/** `undefined`: an interrupt that touched no task. */
const failureIn = (cause: Cause.Cause<CommandError>, known: Known): Failure | undefined => {
  const error = Cause.findErrorOption(cause)
  if (error._tag === "Some") {
    const failure = failureOf(error.value, known.ref)
    return known.model !== undefined && error.value._tag === "BadInput"
      ? { ...failure, message: `${failure.message}. Nothing was sent and nothing was paid.` }
      : failure
  }
  if (!Cause.hasInterruptsOnly(cause)) return unexpected(Cause.squash(cause), known.ref)
  if (known.undecided !== undefined) return failureOf(known.undecided)
  if (known.provider === undefined) return undefined
  return failureOf(
    new TaskError({
      provider: known.provider.id,
      account: known.provider.account,
      operation: known.ref === undefined || known.failed === true ? "submit" : "poll",
      reason: new Aborted(),
      ...(known.model === undefined ? {} : { model: known.model }),
      ...(known.ref === undefined ? {} : { ref: known.ref }),
    }),
  )
}

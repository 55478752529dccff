/**
 * The end of every command: its result on stdout, or its failure shown in full, and the exit code.
 * An interrupt ends here too, once what must not be interrupted is over, so that how to go on with
 * what was paid is always the last thing said.
 */
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { Cause, Data, Effect, Exit } from "effect"
import { type CommandError as Told, ExitCode, worstOf } from "./ExitCode.ts"
import { type Failure, failureJson, failureOf, failureText, unexpected } from "./Failure.ts"
import * as Interrupts from "./Interrupts.ts"
import * as Output from "./terminal/Output.ts"
import { Spoken, type Say, type Words } from "./words/Words.ts"

/** What a command knows so far; filled as it learns, read when it ends early. */
export interface Known {
  /** Whether it would send and pay: then bad input says that it did not. */
  pays?: boolean
  /** A task that it was asked about. */
  ref?: TaskRef
  /** What is left of what it followed: for a signal that ends it. */
  left?: Left
}

export interface Left {
  readonly failures: ReadonlyArray<Failure>
  /** For people, in place of each failure in full. */
  readonly text: string
  /** JSON is written as one object a line, since there may be several. */
  readonly lines: boolean
}

/** A failure that is worked out already. */
export class Failed extends Data.TaggedError("Failed")<{ readonly failure: Failure }> {}

export type CommandError = Told | Failed

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
      const words = yield* Spoken
      const code = yield* Effect.promise(() => end(exit, known, json, words))
      process.exitCode = code
      return code
    }),
  )

const end = async (
  exit: Exit.Exit<Result, CommandError>,
  known: Known,
  json: boolean,
  words: Words,
): Promise<ExitCode> => {
  if (Exit.isSuccess(exit)) return succeed(exit.value, words)
  const failure = failureIn(exit.cause, known)
  if (failure !== undefined) {
    if (json) await Output.keep(failureJson(failure), words)
    else Output.note(failureText(failure, Output.styleOf(process.stderr, words)))
    return failure.exitCode
  }
  return interrupted(known.left, json, words)
}

const succeed = async (result: Result, words: Words): Promise<ExitCode> => {
  const isKept = result.text === "" || (await Output.keep(result.text, words))
  return worstOf([result.exitCode ?? ExitCode.done, isKept ? ExitCode.done : ExitCode.other])
}

/** `undefined`: nothing but an interrupt. */
const failureIn = (cause: Cause.Cause<CommandError>, known: Known): Failure | undefined => {
  const error = Cause.findErrorOption(cause)
  if (error._tag === "Some") {
    const { value } = error
    if (value._tag === "Failed") return value.failure
    const failure = failureOf(value, known.ref)
    return known.pays === true && isUnsent(value)
      ? { ...failure, message: unsent(failure.message) }
      : failure
  }
  return Cause.hasInterruptsOnly(cause) ? undefined : unexpected(Cause.squash(cause), known.ref)
}

/** It was refused here, or the server was not reached. */
const isUnsent = (error: Told): boolean =>
  error._tag === "BadInput" || (error._tag === "StoreError" && error.operation === "open")

const unsent =
  (message: Say): Say =>
  (words) =>
    words.refusals.unsent(message(words))

const interrupted = async (
  left: Left | undefined,
  json: boolean,
  words: Words,
): Promise<ExitCode> => {
  if (left === undefined) return ExitCode.interrupted
  if (!json) Output.note(left.text)
  else {
    const form = left.lines ? "line" : "pretty"
    const lines = left.failures.map((failure) => failureJson(failure, form))
    if (lines.length > 0) await Output.keep(lines.join("\n"), words)
  }
  return left.failures.some(({ exitCode }) => exitCode === ExitCode.undecided)
    ? ExitCode.undecided
    : ExitCode.interrupted
}

/**
 * Ctrl-C. The first one (or a SIGTERM, or the terminal closing) stops the command in good order: a
 * submit that is under way is waited for, since its answer names a task that may be paid. A second
 * one quits at once. Commands set the words; this module owns the signals.
 */
import { Cause, Effect, Exit, Fiber } from "effect"
import { ExitCode } from "./ExitCode.ts"
import { note } from "./terminal/Output.ts"

interface Words {
  /** Said at the first signal. */
  first?: string | undefined
  /** Said at the second, before the process ends. */
  second?: string | undefined
}

/** What a signal would interrupt just now. One per process, as signals are. */
export const words: Words = {}

let received: NodeJS.Signals | undefined

/** Whether a person pressed Ctrl-C: every other signal may come from a machine that goes down. */
export const isAsked = (): boolean => received === "SIGINT"

/** Runs the whole program, and sets the exit code of the process from its result. */
export const runMain = (program: Effect.Effect<ExitCode>): void => {
  const fiber = Effect.runFork(program)
  let signals = 0
  const onSignal = (signal: NodeJS.Signals) => {
    received ??= signal
    signals += 1
    if (signals === 1) {
      if (words.first !== undefined) note(words.first)
      Effect.runFork(Fiber.interrupt(fiber))
    } else {
      if (words.second !== undefined) note(words.second)
      // oxlint-disable-next-line unicorn/no-process-exit -- whoever asks twice wants it now
      process.exit(ExitCode.interrupted)
    }
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal)
  fiber.addObserver((exit) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, onSignal)
    if (Exit.isSuccess(exit)) process.exitCode = exit.value
    else if (Cause.hasInterruptsOnly(exit.cause)) process.exitCode ??= ExitCode.interrupted
    else {
      const mistake = Cause.squash(exit.cause)
      note(`✗ ${mistake instanceof Error ? mistake.message : String(mistake)}`)
      process.exitCode = ExitCode.other
    }
  })
}

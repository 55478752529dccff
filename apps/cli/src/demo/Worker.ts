/**
 * A process that drives whatever is recorded in the demo's data directory: `zoetrope wait`, as anybody
 * would start it. The simulator's keys are in its environment, and nobody else's.
 */
import { Effect, type Scope } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { ExitCode } from "../ExitCode.ts"
import { unexpected } from "../Failure.ts"
import { Failed } from "../Settle.ts"
import { variableNames, type Vendor } from "../Vendor.ts"
import type { Say } from "../words/Words.ts"

export interface Worker {
  readonly pid: number
  /** It has done what there was to do. Fails where it ended otherwise. */
  readonly done: Effect.Effect<void, Failed>
  /** `kill -9`. Answers when the process is gone. */
  readonly kill: Effect.Effect<void>
}

/** Whatever becomes of this process, a worker lives no longer: its simulator is gone by then. */
const longest = "2m"

/** Killed with the scope, at the latest. */
export const start: (
  vendors: ReadonlyArray<Vendor>,
  variables: Readonly<Record<string, string>>,
  directory: string,
) => Effect.Effect<Worker, Failed, Scope.Scope> = Effect.fnUntraced(
  function* (vendors, variables, directory) {
    const args = ["wait", "--data-dir", directory, "--deadline", longest]
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], {
      env: { ...without(vendors, directory), ...variables },
      stdio: ["ignore", "ignore", "pipe"],
    })
    let said = ""
    child.stderr.on("data", (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-2000)
    })
    const ended = endOf(child)
    const kill = Effect.promise(() => {
      child.kill("SIGKILL")
      return ended
    })
    yield* Effect.addFinalizer(() => kill)
    const done = Effect.promise(() => ended).pipe(
      Effect.flatMap((how) => (isDone(how) ? Effect.void : failed(how, said))),
    )
    // Without a process there is nothing to do but to say why.
    if (child.pid === undefined) return yield* Effect.andThen(done, Effect.never)
    const worker: Worker = {
      pid: child.pid,
      done,
      kill: Effect.asVoid(kill),
    }
    return worker
  },
)

/** The exit code, the signal, or why there was no process. */
const endOf = (child: ChildProcess): Promise<number | string> =>
  new Promise((resolve) => {
    child.once("error", ({ message }) => resolve(message))
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"))
  })

const failed = (how: number | string, said: string): Failed => {
  const message: Say = ({ demo }) => `${demo.workerEnded(how)}\n${said}`.trim()
  return new Failed({ failure: { ...unexpected(undefined), message } })
}

/** What became of each video is told by whoever watches. */
const isDone = (how: number | string): boolean =>
  how === ExitCode.done || how === ExitCode.undecided || how === ExitCode.noVideo

/** This environment without any account: neither of its variables nor of a config file. */
const without = (vendors: ReadonlyArray<Vendor>, directory: string): NodeJS.ProcessEnv => {
  const names = new Set(vendors.flatMap(variableNames))
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.has(name))),
    ZOETROPE_CONFIG: "",
    XDG_CONFIG_HOME: directory,
  }
}

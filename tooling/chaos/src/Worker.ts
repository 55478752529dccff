/** A child process that works on the shared directory, as its parent sees it. */
import { Effect, Schema, type Scope } from "effect"
import { spawn } from "node:child_process"
import { appendFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { WorkerSettings } from "./WorkerSettings.ts"

/** A worker ended although nobody had killed it. */
export class WorkerFailed extends Schema.TaggedError<WorkerFailed>()("WorkerFailed", {
  how: Schema.String,
}) {
  override get message(): string {
    return `a worker ended by itself (${this.how})`
  }
}

export interface Worker {
  /** It has opened the directory, and drives what no other process drives: after so many milliseconds. */
  readonly driving: Effect.Effect<number, WorkerFailed>
  /** How many generations, from the first one on, are known to be asked for. */
  readonly asked: () => number
  /** `kill -9`. Answers when the process is gone. */
  readonly kill: Effect.Effect<void>
  /** How it ended, if it did: a signal or an exit code. */
  readonly end: () => string | undefined
}

/** Killed with the scope, at the latest. What it complains of is appended to `workers.log` in `home`. */
export const start: (
  settings: WorkerSettings,
  home: string,
) => Effect.Effect<Worker, never, Scope.Scope> = Effect.fnUntraced(function* (settings, home) {
  const child = spawn(process.execPath, [fileURLToPath(new URL("work.ts", import.meta.url))], {
    stdio: "pipe",
    env: { ...process.env, NODE_COMPILE_CACHE: join(home, "compiled") },
  })
  child.stderr.on("data", (chunk: Buffer) => appendFileSync(join(home, "workers.log"), chunk))
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message))
    child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  let end: string | undefined
  void ended.then((how) => (end = how))
  let asked = settings.from
  const startedAt = performance.now()
  const driving = new Promise<number | undefined>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [word, number] = line.split(" ")
      if (word === "driving") resolve(performance.now() - startedAt)
      if (word === "asked") asked = Number(number) + 1
    })
    void ended.then(() => resolve(undefined))
  })
  // A worker that is killed at once may never read it.
  child.stdin.on("error", () => {})
  child.stdin.write(`${JSON.stringify(settings)}\n`)
  const kill = Effect.promise(async () => {
    child.kill("SIGKILL")
    await ended
  })
  yield* Effect.addFinalizer(() => kill)
  return {
    driving: Effect.promise(() => driving).pipe(
      Effect.flatMap((millis) =>
        millis === undefined
          ? Effect.flatMap(
              Effect.promise(() => ended),
              (how) => new WorkerFailed({ how }),
            )
          : Effect.succeed(millis),
      ),
    ),
    asked: () => asked,
    kill,
    end: () => end,
  }
})

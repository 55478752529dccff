/** A child process that works on the shared directory, as its parent sees it. */
import { Effect, Schema, type Scope } from "effect"
import { spawn } from "node:child_process"
import { appendFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { WorkerSettings } from "./WorkerSettings.ts"

/** A worker ended although nobody had killed it. */
export class WorkerFailed extends Schema.TaggedError<WorkerFailed>()("WorkerFailed", {
  /** A signal or an exit code. */
  how: Schema.String,
  /** What it had to say last. */
  said: Schema.String,
}) {
  override get message(): string {
    return `a worker ended by itself (${this.how})\n${this.said}`
  }
}

export interface Worker {
  /** It has opened the directory, and drives what no other process drives: after so many milliseconds. */
  readonly driving: Effect.Effect<number, WorkerFailed>
  /** Fails if it has ended. */
  readonly alive: Effect.Effect<void, WorkerFailed>
  /** How many generations, from the first one on, are known to be asked for. */
  readonly asked: () => number
  /** `kill -9`. Answers when the process is gone. */
  readonly kill: Effect.Effect<void>
}

/** Killed with the scope, at the latest. What it complains of is appended to `workers.log` in `home`. */
export const start: (
  settings: WorkerSettings,
  home: string,
) => Effect.Effect<Worker, never, Scope.Scope> = Effect.fnUntraced(function* (settings, home) {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [fileURLToPath(new URL("work.ts", import.meta.url))], {
    stdio: "pipe",
    // Killed so often, it would compile all its modules each time.
    env: { ...process.env, NODE_COMPILE_CACHE: join(home, "compiled") },
  })
  let said = ""
  const hear = (text: string): void => {
    said = `${said}${text}`.slice(-4_000)
    appendFileSync(join(home, "workers.log"), text)
  }
  let asked = settings.from
  let how: string | undefined
  const driving = new Promise<number | undefined>((resolve) => {
    child.stderr.on("data", (chunk: Buffer) => hear(chunk.toString()))
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [word, number] = line.split(" ")
      if (word === "driving") resolve(performance.now() - startedAt)
      else if (word === "asked") asked = Number(number) + 1
      else hear(`${line}\n`)
    })
    child.once("close", () => resolve(undefined))
  })
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => hear(`${error.message}\n`))
    child.once("close", (code, signal) => {
      how = signal ?? `exit code ${code}`
      resolve()
    })
  })
  const kill = Effect.promise(() => {
    child.kill("SIGKILL")
    return ended
  })
  yield* Effect.addFinalizer(() => kill)
  // One that is killed at once may never read it.
  child.stdin.on("error", () => {})
  child.stdin.write(`${JSON.stringify(settings)}\n`)
  const alive = Effect.suspend(() =>
    how === undefined ? Effect.void : Effect.fail(new WorkerFailed({ how, said })),
  )
  return {
    driving: Effect.promise(() => driving).pipe(
      Effect.flatMap((millis) => Effect.as(alive, millis ?? 0)),
    ),
    alive,
    asked: () => asked,
    kill,
  }
})

/**
 * Examples as a program of its own, in a folder of its own, just as they stand in a document. Owns its
 * process and the folder; refuses to wait for ever.
 */
import { spawn } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"

export interface Source {
  /** Made for it, and removed with it. What the examples import is looked up from here. */
  readonly folder: string
  /** By name. */
  readonly files: Readonly<Record<string, string>>
  /** What Node is given. */
  readonly args: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
}

export interface Program {
  /** Resolves with its exit code, `null` where it was too slow, and all that it has printed. */
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>
  /** Resolves with the match as soon as it has printed that; rejects where it ends before. */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>
  /** Asks it to end, as Ctrl-C does. */
  readonly interrupt: () => void
  readonly [Symbol.dispose]: () => void
}

/** In milliseconds. Examples take seconds; the machine may be busy with other tests. */
const patience = 50_000

export const start = ({ args, env, files, folder }: Source): Program => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: patience,
    killSignal: "SIGKILL",
  })
  let text = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk
    })
  }
  return {
    ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, text }))),
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(text)
          if (match !== null) resolve(match)
        }
        child.stdout.on("data", look)
        child.once("close", () =>
          reject(new Error(`it ended and has not printed ${String(pattern)}:\n${text}`)),
        )
        look()
      }),
    interrupt: () => void child.kill("SIGINT"),
    [Symbol.dispose]: () => {
      child.kill("SIGKILL")
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

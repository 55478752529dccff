/** The server's process, as whoever started it sees it. */
import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Settings } from "./settings.ts"

/** What it holds at a moment, after everything that can be thrown away was. */
export interface Held {
  readonly heapMegabytes: number
  readonly sockets: number
  readonly openFiles: number
  /** Within its data directory. */
  readonly inputs: ReadonlyArray<string>
  readonly incoming: ReadonlyArray<string>
  /** Lines of its log that are errors, since it was last asked. */
  readonly complaints: ReadonlyArray<string>
}

export interface Subject {
  readonly url: string
  readonly keys: { readonly admin: string; readonly other: string }
  /** A well-meant request of the run's own; the answer's JSON. */
  readonly ask: (path: string, json?: unknown) => Promise<unknown>
  readonly held: () => Promise<Held>
  /** Whether it still runs. */
  readonly isAlive: () => boolean
  readonly stop: () => Promise<void>
}

export const startSubject = async (provider: Settings["provider"]): Promise<Subject> => {
  const directory = await mkdtemp(join(tmpdir(), "zoetrope-fuzz-"))
  const settings: Settings = { directory, provider }
  const child = fork(join(import.meta.dirname, "service.ts"), {
    env: { ...process.env, FUZZ_SERVER: JSON.stringify(settings) },
    execArgv: [...process.execArgv, "--expose-gc"],
  })
  const exited = once(child, "exit")
  const answer = async <A>(): Promise<A> => {
    const ended = exited.then(([code, signal]) => {
      throw new Error(`the server's process ended: ${String(signal ?? code)}`)
    })
    const [message] = (await Promise.race([once(child, "message"), ended])) as [A]
    return message
  }
  const address = await answer<Pick<Subject, "url" | "keys">>()
  return {
    ...address,
    ask: async (path, json) => {
      const response = await fetch(address.url + path, {
        headers: {
          authorization: `Bearer ${address.keys.admin}`,
          "content-type": "application/json",
        },
        ...(json === undefined ? {} : { method: "POST", body: JSON.stringify(json) }),
        signal: AbortSignal.timeout(20_000),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
      return JSON.parse(text)
    },
    held: () => {
      child.send("held")
      return answer<Held>()
    },
    isAlive: () => child.exitCode === null && child.signalCode === null,
    stop: async () => {
      child.kill("SIGKILL")
      await exited
      await rm(directory, { recursive: true, force: true })
    },
  }
}

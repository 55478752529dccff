/** The server's process, as the one who kills it sees it. */
import { spawn } from "node:child_process"
import { createServer } from "node:net"
import { join } from "node:path"
import { chance } from "./chance.ts"

export interface Victim {
  /** Milliseconds until it listened. Rejects if it ended before, and nobody had killed it. */
  readonly up: Promise<number>
  /** `kill -9`; resolves when the process is gone. Rejects if it had ended by itself. */
  readonly kill: () => Promise<void>
}

export interface Home {
  readonly simulator: string
  readonly dataDir: string
  readonly port: number
  /** For what outlives a process: its compiled modules. */
  readonly root: string
}

export const start = ({ dataDir, port, root, simulator }: Home): Victim => {
  const startedAt = performance.now()
  const main = join(import.meta.dirname, "serve.ts")
  const child = spawn(process.execPath, [main, simulator, dataDir, String(port)], {
    stdio: "pipe",
    // Killed so often, it would compile all its modules each time.
    env: { ...process.env, NODE_COMPILE_CACHE: join(root, "compiled") },
  })
  let said = ""
  let isWanted = false
  const hear = (text: string) => (said = `${said}${text}`.slice(-4_000))
  child.stderr.setEncoding("utf8").on("data", hear)
  child.stdout.setEncoding("utf8").on("data", hear)
  const failure = () => new Error(`the server ended by itself:\n${said}`)
  const gone = new Promise<void>((resolve) => {
    child.once("close", () => resolve())
    child.once("error", (error) => {
      hear(error.message)
      resolve()
    })
  })
  let isGone = false
  void gone.then(() => (isGone = true))
  const up = new Promise<number>((resolve, reject) => {
    child.stdout.on("data", () => {
      if (/^listening$/m.test(said)) resolve(performance.now() - startedAt)
    })
    void gone.then(() => (isWanted ? undefined : reject(failure())))
  })
  // Whoever does not wait for it finds out when killing it.
  up.catch(() => undefined)
  return {
    up,
    kill: () => {
      if (isGone && !isWanted) return Promise.reject(failure())
      isWanted = true
      child.kill("SIGKILL")
      return gone
    },
  }
}

/**
 * A port that nobody has, and that the system gives to no outgoing connection: one that asks a dead
 * server again and again would end up connected to itself.
 */
export const freePort = async (seed: number): Promise<number> => {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = 20_000 + Math.floor(chance(seed, process.pid, attempt, "port") * 10_000)
    // oxlint-disable-next-line no-await-in-loop -- until one is free
    if (await isFree(port)) return port
  }
  throw new Error("none of 50 ports between 20000 and 29999 is free")
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
  })

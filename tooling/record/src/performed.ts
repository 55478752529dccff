/** Runs a command in a terminal of a given size, by `script` of util-linux, and keeps what it wrote and when. */
import { spawn } from "node:child_process"
import { once } from "node:events"

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Bytes that a program wrote, `at` in milliseconds since its first ones. */
export interface Piece {
  readonly at: number
  readonly bytes: Uint8Array
}

/** Rejects where the command does not end with 0. */
export const performed = async ({
  command,
  environment,
  root,
  size,
}: {
  readonly command: string
  readonly environment: Readonly<Record<string, string>>
  readonly root: string
  readonly size: Size
}): Promise<ReadonlyArray<Piece>> => {
  const sized = `stty cols ${size.columns} rows ${size.rows}; exec ${command}`
  const terminal = spawn("script", ["-qefc", sized, "/dev/null"], {
    cwd: root,
    // What npm says, which brings Node where there is none, is no part of the play.
    env: {
      ...process.env,
      TERM: "xterm-256color",
      npm_config_loglevel: "error",
      npm_config_progress: "false",
      ...environment,
    },
    stdio: ["ignore", "pipe", "inherit"],
  })
  const pieces: Array<Piece> = [{ at: 0, bytes: Buffer.from(`\x1b[90m$\x1b[39m ${command}\r\n`) }]
  let began: number | undefined
  terminal.stdout.on("data", (bytes: Buffer) => {
    const now = performance.now()
    began ??= now
    pieces.push({ at: now - began, bytes })
  })
  const [code] = await once(terminal, "close")
  if (code !== 0) {
    const output = Buffer.concat(pieces.map(({ bytes }) => bytes)).toString()
    throw new Error(`${command} ended with ${String(code)}:\n${output}`)
  }
  return pieces
}

/**
 * Runs a command of this repository in a terminal of a given size, by `script` of util-linux, and keeps what
 * it wrote and when. Each in an empty directory of its own, so that a film begins where the last one did.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

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
  const directory = await mkdtemp(join(tmpdir(), "zoetrope-record-"))
  const [program = "", ...args] = command.split(" ")
  const there = [`'${resolve(root, program)}'`, ...args].join(" ")
  const sized = `stty cols ${size.columns} rows ${size.rows}; exec ${there}`
  const terminal = spawn("script", ["-qefc", sized, "/dev/null"], {
    cwd: directory,
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
  await rm(directory, { recursive: true })
  if (code !== 0) {
    const output = Buffer.concat(pieces.map(({ bytes }) => bytes)).toString()
    throw new Error(`${command} ended with ${String(code)}:\n${output}`)
  }
  return pieces
}

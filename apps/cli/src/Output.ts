/**
 * The two streams. Results go to stdout and nothing else does, so that they can be piped; everything
 * for people goes to stderr. A reader that has gone away crashes nothing and loses no handle: what
 * must not be lost is then written to stderr.
 */
import { styleText } from "node:util"
import { wrap } from "./Text.ts"

let stdoutClosed = false

/** Call once, before anything is written: a closed pipe is not a mistake of this program. */
export const guardStreams = (): void => {
  process.stdout.on("error", () => {
    stdoutClosed = true
  })
  process.stderr.on("error", () => {})
}

/** Writes a result to stdout; resolves when it is written. */
export const result = (text: string): Promise<void> => write(text, () => {})

/** Writes a result that must not be lost: to stderr if stdout has gone. */
export const keep = (text: string): Promise<void> =>
  write(text, () => process.stderr.write(`stdout was closed; here is its result:\n${text}\n`))

const write = (text: string, onClosed: () => void): Promise<void> =>
  new Promise((resolve) => {
    if (stdoutClosed) {
      onClosed()
      return resolve()
    }
    process.stdout.write(`${text}\n`, (error) => {
      if (error !== null && error !== undefined) onClosed()
      resolve()
    })
  })

export const json = (value: unknown): string => JSON.stringify(value, null, 2)

/** Writes a line for people. */
export const note = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

export type Stream = NodeJS.WriteStream

/** Columns of a terminal; a pipe gets the usual 80, so that its text does not depend on a window. */
export const columnsOf = (stream: Stream): number =>
  stream.isTTY ? Math.max(20, stream.columns || 80) : 80

type Format = "bold" | "dim" | "red" | "green" | "yellow" | "cyan"

export interface Style {
  readonly columns: number
  readonly live: boolean
  readonly paint: (format: Format, text: string) => string
}

/** `paint` gives no colours where `NO_COLOR` is set or the stream is not a terminal. */
export const styleOf = (stream: Stream): Style => ({
  columns: columnsOf(stream),
  live: stream.isTTY && process.env["TERM"] !== "dumb" && process.env["CI"] === undefined,
  paint: (format, text) => styleText(format, text, { stream }),
})

/** Wrapped text behind a mark, with its further lines set under the first. */
export const marked = (mark: string, text: string, columns: number): string =>
  wrap(text, columns - 2)
    .map((line, index) => (index === 0 ? `${mark} ${line}` : line === "" ? "" : `  ${line}`))
    .join("\n")

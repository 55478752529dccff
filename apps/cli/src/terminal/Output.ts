/**
 * The two streams. Results go to stdout and nothing else does, so that they can be piped; everything
 * for people goes to stderr. A reader that has gone away crashes nothing and loses no handle: what
 * must not be lost is then written to stderr.
 */
import { Effect } from "effect"
import { type Screen, screenOf } from "./Screen.ts"
import { wrap } from "./Text.ts"
import { Spoken, type Words } from "../words/Words.ts"

/** The error of stdout, once it has one. */
let broken: Error | undefined

/** Call once, before anything is written: a closed pipe is not a mistake of this program. */
export const guardStreams = (): void => {
  process.stdout.on("error", (error) => {
    broken = error
  })
  process.stderr.on("error", () => {})
}

/** Writes a result to stdout; resolves when it is written. */
export const result = async (text: string): Promise<void> => void (await write(text))

/**
 * Writes a result that must not be lost: to stderr if stdout does not take it. `false` where that is
 * a failure: a reader like `head` goes when it has enough, but a full disk holds a file with a gap.
 */
export const keep = async (text: string, { output }: Words): Promise<boolean> => {
  const error = await write(text)
  if (error === undefined) return true
  const gone = codeOf(error) === "EPIPE"
  const why = gone ? output.closed : output.unwritable(codeOf(error))
  process.stderr.write(`${output.instead(why)}\n${text}\n`)
  return gone
}

const write = (text: string): Promise<Error | undefined> =>
  new Promise((resolve) => {
    if (broken !== undefined) return resolve(broken)
    process.stdout.write(`${text}\n`, (error) => resolve(error ?? undefined))
  })

const codeOf = (error: Error): string => ("code" in error ? String(error.code) : error.message)

export const json = (value: unknown): string => JSON.stringify(value, null, 2)

/** Writes a line for people: above the live lines, while there are some. */
export const note = (text: string): void => {
  if (liveLines.print === undefined) process.stderr.write(`${text}\n`)
  else liveLines.print(text)
}

/** Who draws live lines now, if anybody does. One per process, as the terminal is. */
export const liveLines: { print: ((text: string) => void) | undefined } = { print: undefined }

export type Stream = NodeJS.WriteStream

/** How people are shown things: how wide, in which colours and in whose words. */
export interface Style extends Screen {
  readonly words: Words
}

export const styleOf = (stream: Stream, words: Words): Style => ({
  ...screenOf(stream),
  words,
})

/** Whether lines can be drawn over. */
export const isLive = (stream: Stream): boolean =>
  stream.isTTY && process.env["TERM"] !== "dumb" && process.env["CI"] === undefined

/** With the words of this command. */
export const styleFor = (stream: Stream): Effect.Effect<Style> =>
  Effect.map(Spoken, (words) => styleOf(stream, words))

/** Wrapped text behind a mark, with its further lines set under the first. */
export const marked = (mark: string, text: string, columns: number): string =>
  wrap(text, columns - 2)
    .map((line, index) => (index === 0 ? `${mark} ${line}` : line === "" ? "" : `  ${line}`))
    .join("\n")

export const warningText = (warning: string, { columns, paint }: Style): string =>
  marked(paint("yellow", "!"), warning, columns)

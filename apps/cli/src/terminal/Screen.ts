/** What a stream can show: how much in a line, and in which colours. */
import { styleText } from "node:util"

export type Format = "bold" | "dim" | "red" | "green" | "yellow" | "cyan"

export interface Screen {
  readonly columns: number
  readonly paint: (format: Format, text: string) => string
}

/** `paint` gives no colours where `NO_COLOR` is set or the stream is not a terminal. */
export const screenOf = (stream: NodeJS.WriteStream): Screen => ({
  columns: columnsOf(stream),
  paint: (format, text) => styleText(format, text, { stream }),
})

/** Columns of a terminal; a pipe gets the usual 80, so that its text does not depend on a window. */
export const columnsOf = (stream: NodeJS.WriteStream): number =>
  stream.isTTY ? Math.max(20, stream.columns || 80) : 80

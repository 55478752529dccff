/** Text for terminals: widths as they are seen, wide characters and colours included. Pure. */
import stringWidth from "fast-string-width"
import type { Words } from "../words/Words.ts"

/** Pads on the right to a width in columns. */
export const pad = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - stringWidth(text)))

/** Pads on the left, for numbers. */
export const padLeft = (text: string, columns: number): string =>
  " ".repeat(Math.max(0, columns - stringWidth(text))) + text

/** Cuts plain text to a width, with an ellipsis where something is left out. */
export const cut = (text: string, columns: number): string => {
  if (stringWidth(text) <= columns) return text
  let out = ""
  let width = 0
  for (const { segment } of graphemesOf(text)) {
    width += stringWidth(segment)
    if (width > columns - 1) break
    out += segment
  }
  return `${out}…`
}

/** Joins as many facts as fit, the first ones first. */
export const fit = (facts: ReadonlyArray<string>, columns: number): string => {
  const known = facts.filter((fact) => fact !== "")
  while (known.length > 1 && stringWidth(known.join(" · ")) > columns) known.pop()
  return cut(known.join(" · "), columns)
}

/** Wraps plain text at spaces, or between wide characters; a word that is too long keeps its line. */
export const wrap = (text: string, columns: number): ReadonlyArray<string> =>
  text.split("\n").flatMap((paragraph) => wrapParagraph(paragraph, columns))

const wrapParagraph = (paragraph: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const piece of pieces(paragraph)) {
    if (line !== "" && stringWidth(line + piece.trimEnd()) > columns) {
      lines.push(line.trimEnd())
      line = ""
    }
    line += piece
  }
  return [...lines, line.trimEnd()]
}

/**
 * Words with the space behind them; of Chinese, which has none, every character by itself. Its marks
 * stay with the character that they close or open, as no line begins with a full stop.
 */
const pieces = (text: string): ReadonlyArray<string> =>
  text.match(
    /[（【《「“]*(?:\p{Script=Han}|[^\s\p{Script=Han}（【《「“，。、；：？！）】》」”]+)?[，。、；：？！）】》」”]*\s*/gu,
  ) ?? []

// Made when it is needed: it takes as long as the rest of a short command.
const graphemesOf = (text: string): Intl.Segments =>
  new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)

/** `1:05`, `12:40`, `2:03:00`. */
export const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds))
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

const two = (value: number): string => String(value).padStart(2, "0")

/** `40 s`, `3 min`, `2 h 5 min`: for what is only known roughly. */
export const roughly = (seconds: number, { time }: Words): string => {
  if (seconds < 90) return time.seconds(Math.max(1, Math.round(seconds)))
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return time.minutes(minutes)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return rest === 0 ? time.hours(hours) : time.hoursAndMinutes(hours, rest)
}

/** `812 B`, `41 kB`, `4.7 MB`; decimal, as disks and providers count. */
export const size = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1_000_000
    ? `${Math.round(bytes / 1000)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** A word as a shell takes it. */
export const shellWord = (text: string): string =>
  /^[\w./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/**
 * A page of help as data, in the words that people read, and its layout for a screen. Knows neither
 * commands nor Effect, so that a page that is written down can be shown before anything else is loaded.
 */
import stringWidth from "fast-string-width"
import type { Screen } from "../terminal/Screen.ts"
import { pad, wrap } from "../terminal/Text.ts"

export interface HelpPage {
  /** What leads here behind `zoetrope`: `["generate", "vidu/img2video"]`. */
  readonly path: ReadonlyArray<string>
  /** Other names for the last word of `path`. */
  readonly aliases: ReadonlyArray<string>
  readonly description: string
  readonly usage: { readonly title: string; readonly line: string }
  /** Arguments, commands, flags: what there is, and what each is for. */
  readonly tables: ReadonlyArray<{ readonly title: string; readonly rows: ReadonlyArray<Row> }>
  readonly examples: { readonly title: string; readonly commands: ReadonlyArray<Example> }
}

export interface Row {
  /** `--prompt TEXT` */
  readonly term: string
  readonly text: string
}

export interface Example {
  readonly command: string
  readonly description?: string | undefined
}

/** Wrapped to the screen with its columns kept. */
export const layOut = (page: HelpPage, screen: Screen): string => {
  const { columns, paint } = screen
  const { examples, tables, usage } = page
  const sections: Array<ReadonlyArray<string>> = [
    wrap(page.description, columns),
    [paint("bold", usage.title), `  ${usage.line}`],
    ...tables.map(({ rows, title }) => [
      paint("bold", title),
      ...rows.flatMap((row) => rowLines(row, rows, screen)),
    ]),
  ]
  if (examples.commands.length > 0) {
    sections.push([
      paint("bold", examples.title),
      ...examples.commands.flatMap((example) => exampleLines(example, screen)),
    ])
  }
  return sections.map((lines) => lines.join("\n")).join("\n\n")
}

/** Term and text side by side while that leaves room for the text; else one under the other. */
const rowLines = (
  row: Row,
  rows: ReadonlyArray<Row>,
  { columns, paint }: Screen,
): ReadonlyArray<string> => {
  const widest = Math.max(...rows.map(({ term }) => stringWidth(term)))
  const indent = Math.min(widest, 24) + 4
  const under = columns < 60
  const left = under ? 6 : indent
  const text = row.text === "" ? [] : wrap(row.text, columns - left)
  const term = paint("green", row.term)
  if (under || stringWidth(row.term) + 4 > indent) {
    return [`  ${term}`, ...text.map((line) => " ".repeat(left) + line)]
  }
  return [
    `  ${term}${pad("", indent - 2 - stringWidth(row.term))}${text[0] ?? ""}`,
    ...text.slice(1).map((line) => " ".repeat(left) + line),
  ]
}

const exampleLines = (
  { command, description }: Example,
  { columns, paint }: Screen,
): ReadonlyArray<string> => [
  ...(description === undefined
    ? []
    : [
        paint(
          "dim",
          wrap(`# ${description}`, columns - 2)
            .map((line) => `  ${line}`)
            .join("\n"),
        ),
      ]),
  ...commandLines(command, columns).map((line) => paint("cyan", line)),
]

/** A long command goes on behind a backslash, as a shell takes it; it is broken between flags only. */
const commandLines = (text: string, columns: number): ReadonlyArray<string> => {
  if (stringWidth(text) + 2 <= columns) return [`  ${text}`]
  const lines: Array<string> = []
  let line = " "
  for (const word of text.split(/ (?=--)/)) {
    if (line.trim() !== "" && stringWidth(`${line} ${word}`) > columns - 2) {
      lines.push(`${line} \\`)
      line = "   "
    }
    line += ` ${word}`
  }
  return [...lines, line]
}

/** Help texts that fit the terminal: the layout of `--help`, wrapped with its columns kept. */
import { Option } from "effect"
import type { HelpDoc } from "effect/cli"
import { type Style, marked } from "./Output.ts"
import { pad, wrap } from "./Text.ts"
import stringWidth from "string-width"

export const helpText = (doc: HelpDoc.HelpDoc, style: Style): string => {
  const { columns, paint } = style
  const title = (text: string) => paint("bold", text)
  const sections: Array<ReadonlyArray<string>> = [
    wrap(doc.description, columns),
    [title("Usage"), `  ${usageOf(doc)}`],
  ]
  const table = (name: string, rows: ReadonlyArray<Row>) => {
    if (rows.length > 0)
      sections.push([title(name), ...rows.flatMap((row) => rowLines(row, rows, style))])
  }
  table(
    "Arguments",
    (doc.args ?? []).map((arg) => ({ term: arg.name, text: textOf(arg.description) })),
  )
  for (const group of doc.subcommands ?? []) {
    table(
      group.group ?? (doc.commandPath?.at(-1) === "generate" ? "Models" : "Commands"),
      group.commands.map((one) => ({
        term: one.name,
        text: one.shortDescription ?? one.description,
      })),
    )
  }
  table("Flags", (doc.flags ?? []).map(flagRow))
  table("Flags of every model", (doc.inheritedFlags ?? []).map(flagRow))
  if ((doc.commandPath?.length ?? 1) === 1) table("Also", (doc.globalFlags ?? []).map(flagRow))
  if (doc.examples !== undefined && doc.examples.length > 0) {
    sections.push([
      title("Examples"),
      ...doc.examples.flatMap((example) => [
        ...(example.description === undefined
          ? []
          : [paint("dim", marked(" ", `# ${example.description}`, columns))]),
        ...command(example.command, columns).map((line) => paint("cyan", line)),
      ]),
    ])
  }
  return sections.map((lines) => lines.join("\n")).join("\n\n")
}

interface Row {
  readonly term: string
  readonly text: string
}

const usageOf = (doc: HelpDoc.HelpDoc): string => {
  const path = (doc.commandPath ?? []).join(" ")
  const args = (doc.args ?? []).map((arg) => (arg.required ? arg.name : `[${arg.name}]`))
  const commands = (doc.subcommands ?? []).length > 0
  const sub = path.endsWith("generate") ? "MODEL" : "COMMAND"
  return [path, ...(commands ? [sub] : []), ...args, "[flags]"].join(" ")
}

const flagRow = (flag: HelpDoc.FlagDoc): Row => {
  // The document's own spelling is accepted, but not worth a line.
  const short = flag.aliases.filter((alias) => !alias.startsWith("--"))
  const names = [`--${flag.name}`, ...short].join(", ")
  return {
    term: flag.type === "boolean" ? names : `${names} ${flag.type}`,
    text: textOf(flag.description),
  }
}

/** The choices stand in the term already. */
const textOf = (description: Option.Option<string>): string =>
  Option.getOrElse(description, () => "").replace(/ \(choices: [^)]*\)$/, "")

/** Term and text side by side while that leaves room for the text; else one under the other. */
const rowLines = (row: Row, rows: ReadonlyArray<Row>, style: Style): ReadonlyArray<string> => {
  const { columns, paint } = style
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

/** A long command goes on behind a backslash, as a shell takes it; it is broken between flags only. */
const command = (text: string, columns: number): ReadonlyArray<string> => {
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

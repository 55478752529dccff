/** The pages of `--help`: which parts of a command are told, under which headings. */
import { Option } from "effect"
import type { HelpDoc } from "effect/cli"
import type { HelpPage, Row } from "./HelpPage.ts"
import type { Words } from "../words/Words.ts"

export const pageOf = (
  doc: HelpDoc.HelpDoc,
  { help: { builtIn, headings } }: Words,
  aliases: ReadonlyArray<string> = [],
): HelpPage => {
  const path = (doc.commandPath ?? []).slice(1)
  const tables = [
    {
      title: headings.arguments,
      rows: (doc.args ?? []).map((arg) => ({ term: arg.name, text: textOf(arg.description) })),
    },
    ...(doc.subcommands ?? []).map(({ commands, group }) => ({
      title: group ?? (path.at(-1) === "generate" ? headings.models : headings.commands),
      rows: commands.map((one) => ({
        term: one.name,
        text: one.shortDescription ?? one.description,
      })),
    })),
    { title: headings.flags, rows: doc.flags.map(flagRow) },
    { title: headings.sharedFlags, rows: (doc.inheritedFlags ?? []).map(flagRow) },
    {
      title: headings.also,
      rows: (path.length === 0 ? (doc.globalFlags ?? []) : []).map((flag) => ({
        ...flagRow(flag),
        ...(isKeyOf(builtIn, flag.name) ? { text: builtIn[flag.name] } : {}),
      })),
    },
  ]
  return {
    path,
    aliases,
    description: doc.description,
    usage: { title: headings.usage, line: usageOf(doc) },
    tables: tables.filter(({ rows }) => rows.length > 0),
    examples: { title: headings.examples, commands: doc.examples ?? [] },
  }
}

const isKeyOf = <Record extends object>(
  record: Record,
  name: string,
): name is keyof Record & string => Object.hasOwn(record, name)

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

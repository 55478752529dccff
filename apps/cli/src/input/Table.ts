/**
 * The rows of a batch file: CSV with a header, or JSON Lines. Owns where a row stands in its file;
 * knows no model, so the cells of a CSV are text.
 */
import * as Files from "@zoetrope/node/Files"
import { CsvError, parse } from "csv-parse/sync"
import { Effect } from "effect"
import { BadInput } from "../BadInput.ts"
import { quoted, type Say, type Words } from "../words/Words.ts"

export interface Row {
  /** From 1; the header does not count. */
  readonly number: number
  /** Of the file, from 1: where it begins. */
  readonly line: number
  /** By column; cells that are empty are left out. */
  readonly cells: Readonly<Record<string, unknown>>
}

const maxBytes = 32_000_000
const maxRows = 1000

/** Fails with what is wrong with the file as a whole. */
export const read = Effect.fn("Table.read")(function* (path: string) {
  const parser = /\.csv$/i.test(path) ? fromCsv : /\.jsonl$/i.test(path) ? fromJsonLines : undefined
  if (parser === undefined) {
    return yield* bad(({ notNamed }) => notNamed(path))
  }
  const bytes = yield* Files.readMedia(path, { maxBytes }).pipe(
    Effect.mapError(({ message }) => wrong(quoted(message))),
  )
  const text = yield* Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => bad(({ notUtf8 }) => notUtf8(path)),
  })
  const rows = yield* Effect.try({
    try: () => parser(text),
    catch: (cause) => wrong((words) => words.refusals.batch.inFile(path, sayingOf(cause)(words))),
  })
  if (rows.length === 0) return yield* bad(({ noRows }) => noRows(path))
  if (rows.length > maxRows) {
    return yield* bad(({ tooMany }) => tooMany(path, rows.length, maxRows))
  }
  return rows
})

/** What is wrong with a file. */
type Wrong = (words: Words["refusals"]["batch"]) => string

const wrong = (why: Say) => new BadInput({ say: (words) => words.refusals.batch.wrong(why(words)) })

const bad = (why: Wrong) => wrong(({ refusals }) => why(refusals.batch))

/** Thrown where a parser finds it. */
class Unreadable extends Error {
  readonly why: Wrong
  constructor(why: Wrong, line?: number, options?: ErrorOptions) {
    super("unreadable", options)
    this.why = (words) => words.atLine(line, why(words))
  }
}

const sayingOf = (cause: unknown): Say =>
  cause instanceof Unreadable
    ? ({ refusals }) => cause.why(refusals.batch)
    : quoted(cause instanceof Error ? cause.message : String(cause))

const fromCsv = (text: string): ReadonlyArray<Row> => {
  let before = 1
  return parsed(text).map(({ info, record }, index) => {
    const line = before + 1
    before = info.lines
    const cells = Object.entries(record).filter(([, cell]) => cell.trim() !== "")
    return { number: index + 1, line, cells: Object.fromEntries(cells) }
  })
}

interface Parsed {
  readonly info: { readonly lines: number }
  readonly record: Readonly<Record<string, string>>
}

const parsed = (text: string): ReadonlyArray<Parsed> => {
  try {
    return parse<Parsed>(text, {
      bom: true,
      columns: header,
      info: true,
      skip_empty_lines: true,
    })
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    const line = typeof cause["lines"] === "number" ? cause["lines"] : undefined
    throw new Unreadable(
      ({ otherCells, unreadable }) =>
        cause.code === "CSV_RECORD_INCONSISTENT_COLUMNS" ? otherCells : unreadable(cause.message),
      line,
      { cause },
    )
  }
}

const header = (names: ReadonlyArray<string>): Array<string> => {
  const columns = names.map((name) => name.trim())
  const twice = columns.find((name, index) => columns.indexOf(name) < index)
  if (twice !== undefined) throw new Unreadable(({ columnTwice }) => columnTwice(twice))
  if (columns.includes("")) throw new Unreadable(({ columnUnnamed }) => columnUnnamed)
  return columns
}

const fromJsonLines = (text: string): ReadonlyArray<Row> =>
  text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((line, index) => ({ text: line.trim(), line: index + 1 }))
    .filter((one) => one.text !== "")
    .map(({ line, text: json }, index) => ({
      number: index + 1,
      line,
      cells: objectOf(json, line),
    }))

const objectOf = (text: string, line: number): Readonly<Record<string, unknown>> => {
  const value = jsonOf(text, line)
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Unreadable(({ notObject }) => notObject, line)
  }
  return Object.fromEntries(Object.entries(value).filter(([, cell]) => cell !== null))
}

const jsonOf = (text: string, line: number): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Unreadable(({ notJson }) => notJson, line)
  }
}

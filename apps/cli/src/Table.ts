/**
 * The rows of a batch file: CSV with a header, or JSON Lines. Owns where a row stands in its file;
 * knows no model, so the cells of a CSV are text.
 */
import * as Files from "@zoetrope/node/Files"
import { CsvError, parse } from "csv-parse/sync"
import { Effect } from "effect"
import { BadInput } from "./BadInput.ts"

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
    return yield* bad(`${path} is not named as a CSV or JSON Lines file; allowed: *.csv, *.jsonl`)
  }
  const bytes = yield* Files.readMedia(path, { maxBytes }).pipe(
    Effect.mapError((problem) => bad(problem.message)),
  )
  const text = yield* Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => bad(`${path} is not UTF-8; save it with that encoding`),
  })
  const rows = yield* Effect.try({
    try: () => parser(text),
    catch: (cause) => bad(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`),
  })
  if (rows.length === 0) return yield* bad(`${path} has no rows`)
  if (rows.length > maxRows) {
    return yield* bad(`${path} has ${rows.length} rows; at most ${maxRows} are allowed`)
  }
  return rows
})

const bad = (message: string) => new BadInput({ message: `--batch: ${message}` })

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
    const at = typeof cause["lines"] === "number" ? `line ${cause["lines"]} ` : ""
    const what =
      cause.code === "CSV_RECORD_INCONSISTENT_COLUMNS"
        ? "has another number of cells than the header"
        : `cannot be read: ${cause.message}`
    throw new Error(`${at}${what}`, { cause })
  }
}

const header = (names: ReadonlyArray<string>): Array<string> => {
  const columns = names.map((name) => name.trim())
  const twice = columns.find((name, index) => columns.indexOf(name) < index)
  if (twice !== undefined) throw new Error(`the header has the column "${twice}" twice`)
  if (columns.includes("")) throw new Error("the header has a column without a name")
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
    throw new Error(`line ${line} is not a JSON object`)
  }
  return Object.fromEntries(Object.entries(value).filter(([, cell]) => cell !== null))
}

const jsonOf = (text: string, line: number): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`line ${line} is not JSON`)
  }
}

/** What accounts have left, as a table, or in blocks where it would not fit. Pure. */
import type { Credits } from "@zoetrope/core/Provider"
import stringWidth from "fast-string-width"
import type { Failure } from "../Failure.ts"
import { marked, type Style } from "../terminal/Output.ts"
import { pad, padLeft } from "../terminal/Text.ts"
import type { Vendor } from "../Vendor.ts"
import type { Words } from "../words/Words.ts"

/** One account of one provider, and what was found out about it. */
export interface Balance {
  readonly account: string
  readonly vendor: Pick<Vendor, "id" | "title">
  readonly found:
    | { readonly _tag: "Credits"; readonly credits: Credits }
    /** The provider has no call that tells. */
    | { readonly _tag: "Untold" }
    | { readonly _tag: "Failed"; readonly failure: Failure }
}

/** One line of the table. */
interface Line {
  readonly account: string
  readonly provider: string
  readonly kind: string
  readonly credits: string
  readonly running: string
  readonly waiting: string
}

export const balancesText = (balances: ReadonlyArray<Balance>, style: Style): string => {
  const { words } = style
  const lines = balances.flatMap((balance) => linesOf(balance, words))
  const remarks = balances.flatMap((balance) => remarkOf(balance, style))
  const table = tableOf(lines, words.balances.heads)
  const fits = table.every((line) => stringWidth(line) <= style.columns)
  const [head = "", ...rows] = table
  const known =
    lines.length === 0
      ? []
      : fits
        ? [style.paint("bold", head), ...rows]
        : lines.map((line) => blockOf(line, style))
  return [...known, ...remarks].join("\n")
}

const linesOf = ({ account, found, vendor }: Balance, { balances }: Words): ReadonlyArray<Line> => {
  if (found._tag !== "Credits") return []
  const { remaining, rows } = found.credits
  const all = rows.length === 0 ? [{ name: "", remaining }] : rows
  return all.map((row) => {
    const concurrency = "concurrency" in row ? row.concurrency : undefined
    return {
      account,
      provider: vendor.title,
      kind: row.name,
      credits: grouped(row.remaining),
      running:
        concurrency === undefined ? "–" : balances.of(concurrency.current, concurrency.limit),
      waiting: concurrency === undefined ? "–" : String(concurrency.queued),
    }
  })
}

/** `1 234 567`, with blanks that no line is broken at. */
const grouped = (amount: number): string => String(amount).replaceAll(/\B(?=(\d{3})+$)/g, "\u00a0")

const tableOf = (lines: ReadonlyArray<Line>, heads: Line): ReadonlyArray<string> => {
  const all: ReadonlyArray<Line> = [heads, ...lines]
  const width = (name: keyof Line) => Math.max(...all.map((line) => stringWidth(line[name])))
  return all.map((line) =>
    [
      ...(["account", "provider", "kind"] as const).map((name) => pad(line[name], width(name))),
      ...(["credits", "running", "waiting"] as const).map((name) =>
        padLeft(line[name], width(name)),
      ),
    ].join("  "),
  )
}

const blockOf = (line: Line, { columns, paint, words }: Style): string =>
  marked(
    paint("green", "✓"),
    words.balances.block(
      words.listed([line.account, line.provider, line.kind].filter((part) => part !== "")),
      line.credits,
      line.running,
      line.waiting,
    ),
    columns,
  )

const remarkOf = ({ account, found, vendor }: Balance, style: Style): ReadonlyArray<string> => {
  const { columns, paint, words } = style
  const say = (mark: string, text: string) =>
    marked(mark, words.labelled(words.listed([account, vendor.title]), text), columns)
  switch (found._tag) {
    case "Credits":
      return []
    case "Untold":
      return [say(paint("dim", "·"), words.balances.untold)]
    case "Failed":
      return [say(paint("red", "✗"), found.failure.message(words))]
  }
}

/**
 * Many generations on a terminal that is only so wide and so high: a line for each that moves, and one
 * that counts all of them. Pure.
 */
import type { Generation, State } from "@zoetrope/engine/Generation"
import type { Style } from "./Output.ts"
import stringWidth from "fast-string-width"
import * as Standing from "../telling/Standing.ts"
import { cut, fit, pad } from "./Text.ts"
import type { Words } from "../words/Words.ts"

export interface Row extends Standing.Context {
  /** How it is called here: `row 3`. */
  readonly label: string
  readonly generation: Generation
}

/** Columns that the facts of a row need at least, with what stands around them. */
const leastFacts = 14

/** What is nearest to its end first: that is where something happens. */
const order: ReadonlyArray<State> = ["fetching", "running", "submitting", "undecided", "queued"]

/** @param height lines at most, the counting one included */
export const lines = (
  rows: ReadonlyArray<Row>,
  now: number,
  height: number,
  { columns, paint, words }: Style,
): ReadonlyArray<string> => {
  const moving = rows
    .filter(({ generation }) => order.includes(generation.state))
    .toSorted((a, b) => order.indexOf(a.generation.state) - order.indexOf(b.generation.state))
  const longest = Math.max(0, ...moving.map(({ label }) => stringWidth(label)))
  const width = Math.min(longest, Math.max(4, columns - leastFacts))
  const shown: Array<string> = []
  for (const row of moving) {
    const { generation, label } = row
    const name = pad(cut(label, width), width)
    const facts = Standing.facts(generation, row, now, words)
    const why = Standing.trouble(generation, now, words)
    const block = [
      `  ${paint("dim", name)} ${fit(facts, columns - width - 3)}`,
      ...(why === undefined ? [] : [`    ${paint("yellow", cut(why, columns - 4))}`]),
    ]
    if (shown.length + block.length > height - 1) break
    shown.push(...block)
  }
  return [
    ...shown,
    fit(
      counts(
        rows.map(({ generation }) => generation),
        words,
      ),
      columns,
    ),
  ]
}

/** `3 done`, `2 running`, `40 queued`. */
export const counts = (
  generations: ReadonlyArray<Generation>,
  { standing }: Words,
): ReadonlyArray<string> => {
  const states: ReadonlyArray<State> = ["done", "failed", "cancelled", ...order]
  return states.flatMap((state) => {
    const count = generations.filter((one) => one.state === state).length
    return count === 0 ? [] : [standing.counted(count, state)]
  })
}

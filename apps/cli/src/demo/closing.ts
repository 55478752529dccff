/** The demo's last words: a table, or blocks where it would not fit, then the proof and what to try next. */
import type { State } from "@zoetrope/engine/Generation"
import { marked, type Style } from "../Output.ts"
import { cut, pad, padLeft, size, wrap } from "../Text.ts"
import type { Claim } from "./Proof.ts"

export interface Act {
  readonly title: string
  readonly lines: ReadonlyArray<Line>
}

/** One model at the end. */
export interface Line {
  readonly model: string
  /** Of its generation. */
  readonly id: string
  readonly task: string
  readonly polls: number
  readonly made: number
  readonly paid: number
  readonly seconds: number | undefined
  readonly bytes: number | undefined
  readonly sha256: string | undefined
  /** How it stood when its process was killed; absent where none was. */
  readonly atKill: State | undefined
  readonly survived: string
  /** As a person would type it. */
  readonly path: string | undefined
  readonly failed: string | undefined
}

export const closing = (
  acts: ReadonlyArray<Act>,
  claims: ReadonlyArray<Claim>,
  next: ReadonlyArray<string>,
  style: Style,
): string => {
  const { columns, paint } = style
  const widths = widthsOf(acts.flatMap(({ lines }) => lines))
  const isWide = columns >= widths.model + widths.task + 2 + numbersWidth
  return [
    ...acts.flatMap(({ lines, title }) => [
      paint("bold", cut(title, columns)),
      ...(isWide ? table(lines, widths, style) : lines.flatMap((line) => block(line, style))),
      "",
    ]),
    paint("bold", "By the simulator's ledger, and the files"),
    ...claims.map((claim) =>
      marked(claim.holds ? paint("green", "✓") : paint("red", "✗"), claim.text, columns),
    ),
    "",
    paint("bold", "Try next"),
    ...next.map((command) => `  ${paint("cyan", command)}`),
  ].join("\n")
}

interface Widths {
  readonly model: number
  readonly task: number
}

const widthsOf = (lines: ReadonlyArray<Line>): Widths => ({
  model: Math.max(5, ...lines.map((line) => line.model.length)),
  task: Math.max(4, ...lines.map((line) => line.task.length)),
})

const numbersWidth = 31

const table = (
  lines: ReadonlyArray<Line>,
  widths: Widths,
  { columns, paint }: Style,
): ReadonlyArray<string> => {
  const row = (model: string, task: string, numbers: ReadonlyArray<string>) =>
    [
      pad(model, widths.model),
      pad(task, widths.task),
      ...[5, 5, 4, 6, 6].map((width, index) => padLeft(numbers[index]!, width)),
    ].join(" ")
  return [
    paint("dim", row("MODEL", "TASK", ["POLLS", "TASKS", "PAID", "VIDEO", "SIZE"])),
    ...lines.flatMap((line) => [
      row(line.model, line.task, [
        String(line.polls),
        String(line.made),
        String(line.paid),
        secondsText(line),
        sizeText(line),
      ]),
      ...details(line).flatMap((text) =>
        wrap(text, columns - 2).map((piece) => paint("dim", `  ${piece}`)),
      ),
    ]),
  ]
}

/** What went wrong, if anything did. */
const details = ({ failed, survived }: Line): ReadonlyArray<string> => [
  ...(survived === "" ? [] : [`survived ${survived}`]),
  ...(failed === undefined ? [] : [`failed: ${failed}`]),
]

const block = (line: Line, { columns, paint }: Style): ReadonlyArray<string> => [
  cut(line.model, columns),
  ...[
    `task ${line.task}`,
    `${line.polls} polls · ${line.made} made, ${line.paid} paid · ${secondsText(line)} · ${sizeText(line)}`,
    ...details(line),
  ].flatMap((text) => wrap(text, columns - 2).map((piece) => paint("dim", `  ${piece}`))),
]

const secondsText = (line: Line): string =>
  line.seconds === undefined ? "–" : `${line.seconds.toFixed(1)} s`

const sizeText = (line: Line): string => (line.bytes === undefined ? "–" : size(line.bytes))

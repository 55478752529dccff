/** The demo's last words: a table, or blocks where it would not fit, then the proof and what to try next. */
import type { State } from "@zoetrope/engine/Generation"
import { marked, type Style } from "../terminal/Output.ts"
import stringWidth from "fast-string-width"
import { cut, pad, padLeft, size, wrap } from "../terminal/Text.ts"
import { en, type Say, type Words } from "../words/Words.ts"
import type { Claim } from "./Proof.ts"

export interface Act {
  readonly title: string
  readonly lines: ReadonlyArray<Line>
}

/** For programs, whose words are English. */
export const lineJson = (line: Line) => ({
  ...line,
  survived: line.survived(en),
  failed: line.failed?.(en),
})

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
  readonly survived: Say
  /** As a person would type it. */
  readonly path: string | undefined
  readonly failed: Say | undefined
}

export const closing = (
  acts: ReadonlyArray<Act>,
  claims: ReadonlyArray<Claim>,
  next: ReadonlyArray<string>,
  style: Style,
): string => {
  const { columns, paint, words } = style
  const widths = widthsOf(
    acts.flatMap(({ lines }) => lines),
    words,
  )
  const isWide = columns >= widths.model + widths.task + 2 + numbersWidth
  return [
    ...acts.flatMap(({ lines, title }) => [
      paint("bold", cut(title, columns)),
      ...(isWide ? table(lines, widths, style) : lines.flatMap((line) => block(line, style))),
      "",
    ]),
    paint("bold", words.demo.proof),
    ...claims.map((claim) =>
      marked(claim.holds ? paint("green", "✓") : paint("red", "✗"), claim.text(words), columns),
    ),
    "",
    paint("bold", words.demo.tryNext),
    ...next.map((command) => `  ${paint("cyan", command)}`),
  ].join("\n")
}

interface Widths {
  readonly model: number
  readonly task: number
}

const widthsOf = (lines: ReadonlyArray<Line>, { demo: { heads } }: Words): Widths => ({
  model: Math.max(stringWidth(heads.model), ...lines.map((line) => line.model.length)),
  task: Math.max(stringWidth(heads.task), ...lines.map((line) => line.task.length)),
})

const numbersWidth = 31

const table = (
  lines: ReadonlyArray<Line>,
  widths: Widths,
  { columns, paint, words }: Style,
): ReadonlyArray<string> => {
  const { heads } = words.demo
  const row = (model: string, task: string, numbers: ReadonlyArray<string>) =>
    [
      pad(model, widths.model),
      pad(task, widths.task),
      ...[5, 5, 4, 6, 6].map((width, index) => padLeft(numbers[index]!, width)),
    ].join(" ")
  return [
    paint(
      "dim",
      row(heads.model, heads.task, [heads.polls, heads.tasks, heads.paid, heads.video, heads.size]),
    ),
    ...lines.flatMap((line) => [
      row(line.model, line.task, [
        String(line.polls),
        String(line.made),
        String(line.paid),
        secondsText(line, words),
        sizeText(line),
      ]),
      ...details(line, words).flatMap((text) =>
        wrap(text, columns - 2).map((piece) => paint("dim", `  ${piece}`)),
      ),
    ]),
  ]
}

/** What went wrong, if anything did. */
const details = ({ failed, survived }: Line, words: Words): ReadonlyArray<string> => {
  const what = survived(words)
  return [
    ...(what === "" ? [] : [words.demo.survived(what)]),
    ...(failed === undefined ? [] : [words.demo.failed(failed(words))]),
  ]
}

const block = (line: Line, { columns, paint, words }: Style): ReadonlyArray<string> => [
  cut(line.model, columns),
  ...[
    words.demo.task(line.task),
    [
      words.demo.counts(line.polls, line.made, line.paid),
      secondsText(line, words),
      sizeText(line),
    ].join(" · "),
    ...details(line, words),
  ].flatMap((text) => wrap(text, columns - 2).map((piece) => paint("dim", `  ${piece}`))),
]

const secondsText = (line: Line, { time }: Words): string =>
  line.seconds === undefined ? "–" : time.decimalSeconds(line.seconds.toFixed(1))

const sizeText = (line: Line): string => (line.bytes === undefined ? "–" : size(line.bytes))

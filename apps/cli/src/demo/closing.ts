/** The demo's last words: a table, or blocks where it would not fit, then the proof and what to try next. */
import { marked, type Style } from "../Output.ts"
import { cut, pad, padLeft, size, wrap } from "../Text.ts"
import type { Claim } from "./Proof.ts"

/** One model at the end. */
export interface Line {
  readonly model: string
  readonly task: string
  readonly polls: number
  readonly made: number
  readonly paid: number
  readonly seconds: number | undefined
  readonly bytes: number | undefined
  readonly sha256: string | undefined
  readonly survived: string
  /** As a person would type it. */
  readonly path: string | undefined
  readonly failed: string | undefined
}

export const closing = (
  lines: ReadonlyArray<Line>,
  claims: ReadonlyArray<Claim>,
  next: ReadonlyArray<string>,
  style: Style,
): string => {
  const { columns, paint } = style
  const wide = columns >= tableWidth(lines)
  return [
    ...(wide ? table(lines, style) : lines.flatMap((line) => [...block(line, style), ""])),
    ...(wide ? [""] : []),
    paint("bold", "By the simulator's ledger"),
    ...claims.map((claim) =>
      marked(claim.holds ? paint("green", "✓") : paint("red", "✗"), claim.text, columns),
    ),
    "",
    paint("bold", "Try next"),
    ...next.map((command) => `  ${paint("cyan", command)}`),
  ].join("\n")
}

const nameWidth = (lines: ReadonlyArray<Line>): number =>
  Math.max(5, ...lines.map((line) => line.model.length))
const taskWidth = (lines: ReadonlyArray<Line>): number =>
  Math.max(4, ...lines.map((line) => line.task.length))

const tableWidth = (lines: ReadonlyArray<Line>): number =>
  nameWidth(lines) + taskWidth(lines) + 2 + numbersWidth

const numbersWidth = 31

const table = (lines: ReadonlyArray<Line>, { columns, paint }: Style): ReadonlyArray<string> => {
  const row = (model: string, task: string, numbers: ReadonlyArray<string>) =>
    [
      pad(model, nameWidth(lines)),
      pad(task, taskWidth(lines)),
      ...[5, 5, 4, 6, 6].map((width, index) => padLeft(numbers[index]!, width)),
    ].join(" ")
  return [
    paint("bold", row("MODEL", "TASK", ["POLLS", "TASKS", "PAID", "VIDEO", "SIZE"])),
    ...lines.flatMap((line) => [
      row(line.model, line.task, [
        String(line.polls),
        String(line.made),
        String(line.paid),
        secondsText(line),
        sizeText(line),
      ]),
      ...details(line).flatMap(([name, value]) =>
        wrap(value, columns - 12).map((text, index) =>
          paint("dim", `  ${pad(index === 0 ? name : "", 9)} ${text}`),
        ),
      ),
    ]),
  ]
}

const details = (line: Line): ReadonlyArray<readonly [string, string]> => [
  ...(line.survived === "" ? [] : [["survived", line.survived] as const]),
  ...(line.path === undefined
    ? []
    : [["kept", `${line.path}  sha256 ${(line.sha256 ?? "").slice(0, 12)}`] as const]),
  ...(line.failed === undefined ? [] : [["failed", line.failed] as const]),
]

const block = (line: Line, { columns, paint }: Style): ReadonlyArray<string> => {
  const facts: ReadonlyArray<readonly [string, string]> = [
    ["task", line.task],
    ["polls", String(line.polls)],
    ["tasks", `${line.made} made, ${line.paid} paid`],
    ["video", `${secondsText(line)}, ${sizeText(line)}`],
    ...(line.sha256 === undefined ? [] : [["sha256", line.sha256.slice(0, 12)] as const]),
    ...(line.survived === "" ? [] : [["survived", line.survived] as const]),
    ...(line.failed === undefined ? [] : [["failed", line.failed] as const]),
  ]
  return [
    paint("bold", cut(line.model, columns)),
    ...facts.flatMap(([name, value]) =>
      wrap(value, columns - 12).map(
        (text, index) => `  ${pad(index === 0 ? name : "", 9)} ${text}`,
      ),
    ),
    // On a line of its own, to be copied whole.
    ...(line.path === undefined ? [] : [`  ${line.path}`]),
  ]
}

const secondsText = (line: Line): string =>
  line.seconds === undefined ? "–" : `${line.seconds.toFixed(1)} s`

const sizeText = (line: Line): string => (line.bytes === undefined ? "–" : size(line.bytes))

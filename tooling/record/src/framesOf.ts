/** What a terminal shows over time: a few pictures a second, each row in runs of one style. */
import xterm, { type IBufferCell, type IBufferLine } from "@xterm/headless"
import type { Piece, Size } from "./performed.ts"

export interface Style {
  /** A colour of the palette (0 to 255), or `#rrggbb`; none is the terminal's own. */
  readonly colour?: number | string
  readonly bold?: true
  readonly dim?: true
}

/** Text in one style, `at` a column, as many cells wide. */
export interface Run {
  readonly at: number
  readonly cells: number
  readonly text: string
  readonly style: Style
}

/** `lasts` in milliseconds. */
export interface Frame {
  readonly rows: ReadonlyArray<ReadonlyArray<Run>>
  readonly lasts: number
}

const interval = 200
/** A longer silence is cut to this. */
const patience = 1200
const end = 8000

export const framesOf = async (
  pieces: ReadonlyArray<Piece>,
  { columns: cols, rows }: Size,
): Promise<ReadonlyArray<Frame>> => {
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true })
  const frames: Array<Frame> = []
  let due = 0
  for (const [index, piece] of pieces.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- a terminal reads in order
    await new Promise<void>((resolve) => terminal.write(piece.bytes, resolve))
    const next = pieces[index + 1]
    if (next === undefined) frames.push({ rows: shown(terminal), lasts: end })
    else if (next.at - due >= interval) {
      frames.push({ rows: shown(terminal), lasts: Math.min(next.at - due, patience) })
      due = next.at
    }
  }
  terminal.dispose()
  return withoutRepeats(frames)
}

const shown = (terminal: xterm.Terminal): Frame["rows"] => {
  const { active } = terminal.buffer
  return Array.from({ length: terminal.rows }, (_, row) => {
    const line = active.getLine(active.baseY + row)
    return line === undefined ? [] : runsOf(line)
  })
}

const runsOf = (line: IBufferLine): ReadonlyArray<Run> => {
  const runs: Array<Run> = []
  for (let at = 0; at < line.length;) {
    const cell = line.getCell(at)
    const cells = Math.max(1, cell?.getWidth() ?? 1)
    const text = cell?.getChars() || " "
    const style = cell === undefined ? {} : styleOf(cell)
    const last = runs.at(-1)
    // Cells of two columns keep to themselves, so that a font with other ideas of width stays in line.
    const joins = last !== undefined && cells === 1 && last.cells === last.text.length
    if (joins && JSON.stringify(last.style) === JSON.stringify(style)) {
      runs[runs.length - 1] = { ...last, cells: last.cells + 1, text: last.text + text }
    } else runs.push({ at, cells, text, style })
    at += cells
  }
  return runs.map(trimmed).filter(({ text }) => text !== "")
}

const styleOf = (cell: IBufferCell): Style => ({
  ...(cell.isFgPalette() && { colour: cell.getFgColor() }),
  ...(cell.isFgRGB() && { colour: `#${cell.getFgColor().toString(16).padStart(6, "0")}` }),
  ...(cell.isBold() && { bold: true }),
  ...(cell.isDim() && { dim: true }),
})

const trimmed = (run: Run): Run => {
  const text = run.text.trimEnd()
  return { ...run, text, cells: run.cells - (run.text.length - text.length) }
}

const withoutRepeats = (frames: ReadonlyArray<Frame>): ReadonlyArray<Frame> => {
  const kept: Array<Frame> = []
  for (const frame of frames) {
    const last = kept.at(-1)
    if (last !== undefined && JSON.stringify(last.rows) === JSON.stringify(frame.rows)) {
      kept[kept.length - 1] = { ...last, lasts: last.lasts + frame.lasts }
    } else kept.push(frame)
  }
  return kept
}

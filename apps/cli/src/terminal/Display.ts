/**
 * Draws progress on stderr: live lines on a terminal, one line per change elsewhere. Owns the timer
 * and the cursor; what is said is `telling/Standing.ts`.
 */
import { createLogUpdate } from "log-update"
import { Effect, type Scope } from "effect"
import { isLive, liveLines } from "./Output.ts"
import { columnsOf } from "./Screen.ts"

export interface Display {
  /** Redraws from the source of lines given at the start. */
  readonly refresh: () => void
  /** Writes lines that stay, above the live ones. */
  readonly print: (text: string) => void
  /** Takes the live lines away while something else is written, to stdout say. */
  readonly beside: (write: () => Promise<void>) => Promise<void>
  /** Ends the live lines; what follows is written below. */
  readonly stop: () => void
  /** Whether there are live lines at all; without them, changes are to be printed. */
  readonly live: boolean
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

/** @param lines what to draw now, each at most `columns` wide; the spinner takes two more in front of the first */
export const make = (
  lines: (columns: number, spinner: string) => ReadonlyArray<string>,
): Effect.Effect<Display, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync((): Display => {
      const stream = process.stderr
      const live = isLive(stream)
      if (!live) {
        const print = (text: string) => void stream.write(`${text}\n`)
        return { live, refresh: () => {}, print, beside: (write) => write(), stop: () => {} }
      }
      const update = createLogUpdate(stream)
      let frame = 0
      let stopped = false
      let away = false
      const refresh = () => {
        if (stopped || away) return
        try {
          update(lines(columnsOf(stream) - 1, frames[frame % frames.length]!).join("\n"))
        } catch {
          // A line that cannot be drawn must not end the wait for a task that is paid for.
        }
      }
      const timer = setInterval(() => {
        frame += 1
        refresh()
      }, 100)
      const print = (text: string) => {
        update.clear()
        stream.write(`${text}\n`)
        refresh()
      }
      liveLines.print = print
      return {
        live,
        refresh,
        print,
        beside: async (write) => {
          update.clear()
          away = true
          await write()
          away = false
          refresh()
        },
        stop: () => {
          if (stopped) return
          stopped = true
          liveLines.print = undefined
          clearInterval(timer)
          update.clear()
          update.done()
        },
      }
    }),
    (display) => Effect.sync(display.stop),
  )

/** One call after another over loopback: what the product adds to the time of a call written by hand. */
import { fork } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { byHand } from "./byHand.ts"
import { type Contender, taskId } from "./load.ts"
import { zoetrope } from "./zoetrope.ts"

interface Load {
  readonly name: string
  readonly call: (contender: Contender) => Promise<string>
  /** What the answer says, in either contender's words. */
  readonly answers: ReadonlyArray<string>
  /** Calls of each contender in a turn. */
  readonly calls: number
  /** In a round. The machine may do something else in one, so there are many. */
  readonly turns: number
}

const loads: ReadonlyArray<Load> = [
  {
    name: "a poll",
    call: (contender) => contender.poll(),
    answers: ["generating", "Running"],
    calls: 20,
    turns: 20,
  },
  {
    name: "a submit",
    call: (contender) => contender.submit(),
    answers: [taskId],
    calls: 20,
    turns: 20,
  },
  {
    name: "a submit of 6.3 MB",
    call: (contender) => contender.submitPicture(),
    answers: [taskId],
    calls: 1,
    turns: 10,
  },
]

export const calls = async (rounds: number): Promise<void> => {
  console.log(
    `calls: over loopback, one after another, in turns; medians of ${rounds} rounds, and of the ratios in each\n`,
  )
  const service = fork(join(import.meta.dirname, "service.ts"))
  const [url] = (await once(service, "message")) as [string]
  const ours = await zoetrope(url)
  const base = byHand(url)
  const careful = byHand(url, { careful: true })
  try {
    console.log(row("ms", ["zoetrope", "by hand", "ratio", "by hand, as careful", "ratio"]))
    for (const load of loads) {
      const measured: Array<Turn> = []
      for (let turn = 0; turn < (rounds + 1) * load.turns; turn++) {
        const one: Turn = {
          ours: await timed(ours, load),
          base: await timed(base, load),
          careful: await timed(careful, load),
        }
        // The first round is the compiler's.
        if (turn >= load.turns) measured.push(one)
      }
      const column = (of: (turn: Turn) => number): string => median(measured.map(of)).toFixed(2)
      const figures = [
        column((turn) => turn.ours),
        column((turn) => turn.base),
        column((turn) => turn.ours / turn.base),
        column((turn) => turn.careful),
        column((turn) => turn.ours / turn.careful),
      ]
      console.log(row(load.name, figures))
    }
  } finally {
    await Promise.all([ours.close(), base.close(), careful.close()])
    service.disconnect()
  }
}

/** Milliseconds for one call, by each contender one after the other. */
interface Turn {
  readonly ours: number
  readonly base: number
  readonly careful: number
}

const widths = [10, 10, 8, 22, 8]

const row = (name: string, cells: ReadonlyArray<string>): string =>
  name.padEnd(20) + cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join("")

/** Milliseconds for one call. */
const timed = async (contender: Contender, load: Load): Promise<number> => {
  const startedAt = performance.now()
  for (let call = 0; call < load.calls; call++) {
    const answer = await load.call(contender)
    if (!load.answers.includes(answer)) throw new Error(`${load.name} was answered "${answer}"`)
  }
  return (performance.now() - startedAt) / load.calls
}

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

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
  const contenders = [await zoetrope(url), byHand(url)] as const
  try {
    console.log(
      `${"ms".padEnd(20)}${"zoetrope".padStart(10)}${"by hand".padStart(10)}${"ratio".padStart(8)}`,
    )
    for (const load of loads) {
      const measured: Array<readonly [number, number]> = []
      for (let turn = 0; turn < (rounds + 1) * load.turns; turn++) {
        const one = [await timed(contenders[0], load), await timed(contenders[1], load)] as const
        // The first round is the compiler's.
        if (turn >= load.turns) measured.push(one)
      }
      const column = (of: (one: readonly [number, number]) => number) => median(measured.map(of))
      console.log(
        `${load.name.padEnd(20)}${column(([ours]) => ours)
          .toFixed(2)
          .padStart(10)}${column(([, base]) => base)
          .toFixed(2)
          .padStart(10)}${column(([ours, base]) => ours / base)
          .toFixed(2)
          .padStart(8)}`,
      )
    }
  } finally {
    await Promise.all(contenders.map((contender) => contender.close()))
    service.disconnect()
  }
}

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

/**
 * What the demo proves, by the simulator's own ledger and by the files: every task accepted is
 * recorded here, no video was paid for twice, and each file is whole. Pure.
 */
import type { Ledger } from "@zoetrope/simulator"
import type { Say } from "../words/Words.ts"

export interface Claim {
  readonly holds: boolean
  readonly text: Say
}

export interface Kept {
  readonly name: string
  /** Ids of every task that was recorded for it, the last one being the video's. */
  readonly tasks: ReadonlyArray<string>
  /** Of the file on disk; absent where there is none. */
  readonly sha256?: string
  /** Seconds that a player finds in the file; absent where it finds no video. */
  readonly seconds?: number
}

export const prove = (ledger: Ledger, kept: ReadonlyArray<Kept>): ReadonlyArray<Claim> => {
  const recorded = new Set(kept.flatMap((one) => one.tasks))
  const unknown = ledger.tasks.filter((task) => !recorded.has(task.id)).length
  const paid = ledger.tasks.filter((task) => task.billedSeconds > 0)
  const once = kept.every((one) => paid.filter((task) => one.tasks.includes(task.id)).length <= 1)
  const whole = kept.filter((one) => {
    const task = ledger.tasks.find(({ id }) => id === one.tasks.at(-1))
    return one.sha256 !== undefined && one.sha256 === task?.file?.sha256
  }).length
  const playable = kept.filter((one) => (one.seconds ?? 0) > 0).length
  return [
    {
      holds: unknown === 0 && ledger.totals.accepted === recorded.size,
      text: ({ demo }) => demo.claims.nothingLost(ledger.totals.accepted, recorded.size),
    },
    {
      holds: once && paid.length <= kept.length,
      text: ({ demo }) =>
        demo.claims.paidOnce(kept.length, paid.length, ledger.totals.billedSeconds),
    },
    {
      holds: whole === kept.length && playable === kept.length,
      text: ({ demo }) => demo.claims.whole(whole, kept.length, playable),
    },
  ]
}

/**
 * Of the same asked for once more. A film of the simulator depends on nothing but what was asked, so
 * the files must be equal.
 *
 * @param underWay how many of them were not over when the process that drove them was killed
 */
export const sameAgain = (
  first: ReadonlyArray<Kept>,
  again: ReadonlyArray<Kept>,
  underWay: number,
): Claim => {
  const same = again.filter(
    ({ sha256 }, index) => sha256 !== undefined && sha256 === first[index]?.sha256,
  ).length
  return {
    holds: same === first.length && underWay > 0,
    text: ({ demo }) => demo.claims.same(underWay, same, first.length),
  }
}

/**
 * `./zoe chaos [--seed N] [--kills N] [--generations N] [--keep]`: exit code 0 only when the promise
 * was kept, 1 when it was not, 2 for arguments that cannot be.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Result } from "effect"
import { parseArgs } from "node:util"
import { chaos, type Outcome, type Progress } from "./chaos.ts"

const usage = `usage: ./zoe chaos [--seed N] [--kills N] [--generations N] [--keep]
  --seed N         decides what is asked for, what fails and when (default: a new one each time)
  --kills N        how often a worker is killed with kill -9 (default 12)
  --generations N  how many videos are asked for (default 500)
  --keep           leave the data directory where it is, and say where that is`

const optionsOf = (args: ReadonlyArray<string>) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string" },
      kills: { type: "string", default: "12" },
      generations: { type: "string", default: "500" },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  })
  const { generations, help, keep, kills, seed = String(Date.now() % 1_000_000) } = values
  return {
    help,
    keep,
    seed: whole("seed", seed, 0, 2 ** 31),
    kills: whole("kills", kills, 0, 100_000),
    generations: whole("generations", generations, 1, 20_000),
  }
}

const whole = (name: string, text: string, least: number, most: number): number => {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : -1
  if (number >= least && number <= most) return number
  throw new Error(`--${name} is ${text}; it must be a whole number from ${least} to ${most}`)
}

const main = Effect.fnUntraced(function* ({ help, ...options }: ReturnType<typeof optionsOf>) {
  if (help) return console.log(usage)
  const { generations, keep, kills, seed } = options
  const started = performance.now()
  const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`
  const load = `${kills} kills, ${generations} generations`
  console.log(`seed ${seed}: ${load}`)
  let told = 0
  const onProgress = (progress: Progress) => {
    if (performance.now() - told < 2_000) return
    told = performance.now()
    console.log(
      `  ${seconds()}: kill ${progress.kills} of ${kills}, ${progress.accepted} tasks accepted, ${progress.over} over`,
    )
  }
  const result = yield* Effect.result(chaos({ ...options, onProgress }))
  if (Result.isSuccess(result)) {
    const { accepted, broken, directory, lost, twice, undecided } = result.success
    if (keep || broken.length > 0) console.log(`  kept: ${directory}`)
    for (const line of report(result.success)) console.log(line)
    const summary = `${load}, ${accepted} accepted, ${undecided} undecided, ${lost} lost, ${twice} twice, ${seconds()}`
    if (broken.length === 0) return console.log(`ok: ${summary}`)
    console.log(`broken: ${summary}`)
  } else {
    console.log(`broken: ${result.failure.message}`)
  }
  console.log(
    `repeat: ./zoe chaos --seed ${seed} --kills ${kills} --generations ${generations} --keep`,
  )
  process.exitCode = 1
})

/** Broken rules that are told one by one. */
const mostTold = 40

const report = ({ broken, killedAtStart, killedOfTwo, states }: Outcome): ReadonlyArray<string> => [
  `  ${Object.entries(states)
    .map(([state, count]) => `${count} ${state}`)
    .join(", ")}; ${killedAtStart} killed at start, ${killedOfTwo} beside another`,
  ...broken.slice(0, mostTold).map((line) => `  ✗ ${line}`),
  ...(broken.length > mostTold ? [`  … and ${broken.length - mostTold} more`] : []),
]

try {
  NodeRuntime.runMain(main(optionsOf(process.argv.slice(2))))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  console.error(usage)
  process.exitCode = 2
}

/**
 * `./zoe fuzz [--seed N] [--cases N] [--only N]`: exit code 0 only when no rule was broken, 1 when one
 * was, 2 for arguments that cannot be.
 */
import { parseArgs } from "node:util"
import { fuzz } from "./fuzz.ts"

const usage = `usage: ./zoe fuzz [--seed N] [--cases N] [--only N]
  --seed N   decides every request (default: a new one each time)
  --cases N  how many are sent (default 5000)
  --only N   send only this one of them, to look at it`

const whole = (name: string, text: string, most: number): number => {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : -1
  if (number >= 0 && number <= most) return number
  throw new Error(`--${name} is ${text}; it must be a whole number from 0 to ${most}`)
}

const optionsOf = () => {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      cases: { type: "string", default: "5000" },
      only: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  })
  const { cases, help, only, seed = String(Date.now() % 1_000_000) } = values
  return {
    help,
    seed: whole("seed", seed, 2 ** 31),
    cases: whole("cases", cases, 1_000_000),
    only: only === undefined ? undefined : whole("only", only, 1_000_000),
  }
}

/** Faults that are told one by one. */
const mostTold = 25

const main = async ({ help, ...options }: ReturnType<typeof optionsOf>): Promise<void> => {
  if (help) return console.log(usage)
  const startedAt = performance.now()
  console.log(`seed ${options.seed}: ${options.cases} requests`)
  let told = startedAt
  const onProgress = (done: number): void => {
    if (performance.now() - told < 5_000) return
    told = performance.now()
    console.log(`  ${((told - startedAt) / 1000).toFixed(0)} s: ${done} sent`)
  }
  const { faults, held, neverSucceeded, statuses } = await fuzz({ ...options, onProgress })
  console.log(
    `  ${Object.entries(statuses)
      .map(([status, count]) => `${status} × ${count}`)
      .join(", ")}`,
  )
  const [before, after] = held
  console.log(
    `  memory ${before.heapMegabytes.toFixed(0)} → ${after.heapMegabytes.toFixed(0)} MB, connections ${before.sockets} → ${after.sockets}`,
  )
  if (neverSucceeded.length > 0) console.log(`  never with success: ${neverSucceeded.join(", ")}`)
  for (const fault of faults.slice(0, mostTold)) console.log(`  ✗ ${fault}`)
  if (faults.length > mostTold) console.log(`  … and ${faults.length - mostTold} more`)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const summary = `${options.cases} requests, ${faults.length} faults, ${seconds} s`
  console.log(`${faults.length === 0 ? "ok" : "broken"}: ${summary}`)
  if (faults.length > 0) {
    console.log(`repeat: ./zoe fuzz --seed ${options.seed} --cases ${options.cases}`)
    process.exitCode = 1
  }
}

const parsed = (): ReturnType<typeof optionsOf> | undefined => {
  try {
    return optionsOf()
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    console.error(usage)
    process.exitCode = 2
    return undefined
  }
}

const options = parsed()
if (options !== undefined) await main(options)

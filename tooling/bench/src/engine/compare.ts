/** Durable generations over real HTTP: how many, how fast, how much, and back after a crash. */
import { execFile, fork, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { callers, prototype, type Report, taskSeconds, type Work } from "./load.ts"

const file = (name: string) => join(import.meta.dirname, name)

export const engine = async (
  _rounds: number,
  sizes: ReadonlyArray<number> = [1000, 10_000],
): Promise<void> => {
  console.log(
    `engine: Vidu tasks of ${taskSeconds} s over HTTP to the simulator's process, asked for by ${callers} callers at once; one round\n`,
  )
  for (const size of sizes) {
    // oxlint-disable-next-line no-await-in-loop -- they would disturb each other
    const figures = await measure(size)
    print(size, figures)
  }
}

/** One size: all the way, and then again up to the middle, killed, and started anew. */
const measure = async (size: number): Promise<ReadonlyArray<readonly [string, number]>> => {
  const service = fork(file("service.ts"))
  const directories: Array<string> = []
  const fresh = (): string => {
    const directory = mkdtempSync(join(tmpdir(), "zoetrope-bench-"))
    directories.push(directory)
    return directory
  }
  try {
    const [address] = (await once(service, "message")) as [{ url: string; key: string }]
    const work = (rest: Pick<Work, "ask" | "directory" | "untilPolled">): Work => ({
      ...address,
      ...rest,
    })
    await run(work({ ask: 1, directory: fresh(), untilPolled: true })) // renders the one film
    const whole = await run(work({ ask: size, directory: fresh(), untilPolled: false }))
    if (whole.done !== size) throw new Error(`${whole.done} of ${size} generations are done`)
    const restart = await restartOf(work({ ask: size, directory: fresh(), untilPolled: false }))
    return [
      ["accepted per second", size / whole.acceptSeconds],
      ["seconds in all", whole.seconds],
      ["CPU a generation, ms", whole.cpuMillis / size],
      ["peak memory, MB", whole.peakMegabytes],
      ["polls a generation", whole.polls / size],
      ["poll lateness p50, ms", whole.late.p50],
      ["poll lateness p95, ms", whole.late.p95],
      ["poll lateness p99, ms", whole.late.p99],
      ["longest stall, ms", whole.longestStallMillis],
      ["restart to first poll, s", restart.firstPoll],
      ["restart to last poll, s", restart.lastFirstPoll],
    ]
  } finally {
    service.kill()
    for (const directory of directories) rmSync(directory, { recursive: true })
  }
}

const environmentOf = (work: Work) => ({ ...process.env, BENCH_WORK: JSON.stringify(work) })

const run = async (work: Work): Promise<Report> => {
  const { stdout } = await promisify(execFile)(process.execPath, [file("worker.ts")], {
    env: environmentOf(work),
    timeout: 1_200_000,
  })
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Report
}

/** Killed once all were submitted and most are still under way; then a new process polls each of them. */
const restartOf = async (work: Work): Promise<Report> => {
  const victim = spawn(process.execPath, [file("worker.ts")], {
    env: environmentOf(work),
    stdio: "ignore",
  })
  const millis = 1000 * Math.min(0.7 * taskSeconds, 5 + work.ask / 400)
  await new Promise((resolve) => setTimeout(resolve, millis))
  victim.kill("SIGKILL")
  await once(victim, "exit")
  return await run({ ...work, ask: 0, untilPolled: true })
}

const print = (size: number, figures: ReadonlyArray<readonly [string, number]>): void => {
  const known = prototype[size] ?? {}
  console.log(
    `${`${size} at once`.padEnd(28)}${"zoetrope".padStart(10)}${"prototype".padStart(11)}${"ratio".padStart(8)}`,
  )
  for (const [name, value] of figures) {
    const base = known[name]
    const digits = value >= 100 ? 0 : 2
    console.log(
      `${name.padEnd(28)}${value.toFixed(digits).padStart(10)}${(base === undefined ? "–" : String(base)).padStart(11)}${(base === undefined || base === 0 ? "–" : (value / base).toFixed(2)).padStart(8)}`,
    )
  }
  console.log("")
}

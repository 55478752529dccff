/** 1,000 tasks of one account at once: what the product costs beside a hand-written loop. */
import { execFile, fork } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { promisify } from "node:util"
import { load, type Report, type Service } from "./load.ts"

const file = (name: string) => join(import.meta.dirname, name)

export const polls = async (rounds: number): Promise<void> => {
  console.log(
    `polls: ${load.tasks} Vidu tasks of ${load.taskSeconds} s on one account, ${load.inFlight} in flight, a poll about every ${load.pollSeconds} s; medians of ${rounds} rounds\n`,
  )
  const service = fork(file("service.ts"))
  const [address] = (await once(service, "message")) as [Service]
  try {
    await contend("zoetrope.ts", address) // renders the one film, and warms the service up
    const measured = { zoetrope: new Array<Report>(), byHand: new Array<Report>() }
    for (let round = 0; round < rounds; round++) {
      measured.byHand.push(await contend("byHand.ts", address))
      measured.zoetrope.push(await contend("zoetrope.ts", address))
    }
    print(medians(measured.zoetrope), medians(measured.byHand))
  } finally {
    service.disconnect()
  }
}

const contend = async (name: string, { image, key, url }: Service): Promise<Report> => {
  const { stdout } = await promisify(execFile)(process.execPath, [file(name)], {
    env: { ...process.env, BENCH_URL: url, BENCH_KEY: key, BENCH_IMAGE: image },
    timeout: 120_000,
  })
  const measured = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Report
  if (measured.done !== load.tasks) {
    throw new Error(`${name} finished ${measured.done} of ${load.tasks} tasks`)
  }
  return measured
}

const medians = (reports: ReadonlyArray<Report>): Report => {
  const median = (of: (report: Report) => number) =>
    reports.map(of).toSorted((a, b) => a - b)[Math.floor(reports.length / 2)] ?? Number.NaN
  return {
    seconds: median((report) => report.seconds),
    cpuMillis: median((report) => report.cpuMillis),
    peakMegabytes: median((report) => report.peakMegabytes),
    polls: median((report) => report.polls),
    done: median((report) => report.done),
  }
}

const print = (ours: Report, base: Report): void => {
  const rows: ReadonlyArray<readonly [string, number, number]> = [
    ["wall, s", ours.seconds, base.seconds],
    ["CPU per task, ms", ours.cpuMillis / load.tasks, base.cpuMillis / load.tasks],
    ["CPU per poll, ms", ours.cpuMillis / ours.polls, base.cpuMillis / base.polls],
    ["peak memory, MB", ours.peakMegabytes, base.peakMegabytes],
    ["polls per task", ours.polls / load.tasks, base.polls / load.tasks],
  ]
  console.log(
    `${"".padEnd(20)}${"zoetrope".padStart(10)}${"by hand".padStart(10)}${"ratio".padStart(8)}`,
  )
  for (const [name, a, b] of rows) {
    console.log(
      `${name.padEnd(20)}${a.toFixed(2).padStart(10)}${b.toFixed(2).padStart(10)}${(a / b).toFixed(2).padStart(8)}`,
    )
  }
}

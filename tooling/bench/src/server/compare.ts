/** The server over loopback: durable creates beside a bare handler, events to many, and reads beside work. */
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { listen } from "./listeners.ts"
import { ask, type Asked, type Request } from "./load.ts"
import type { Settings } from "./settings.ts"

/** Seconds that each measurement takes. */
const seconds = 4

const listenerCount = 1_000

/**
 * What a relay in Go publishes of its submits (measured 2026-02-23): SQLite, 12 cores, an upstream that
 * answers within 20 ms. It answers when its upstream has; here a create is answered when it is on the disk.
 *
 * @see https://github.com/Fankouzu/jimeng-relay/blob/eb303f41a01d60a8813721584aeaaa6151dd587d/server/docs/perf.md
 */
const peer: Readonly<Record<number, { readonly perSecond: number; readonly p95: number }>> = {
  8: { perSecond: 281, p95: 35 },
  48: { perSecond: 687, p95: 113 },
}

export const server = async (
  rounds: number,
  sizes: ReadonlyArray<number> = [10_000],
): Promise<void> => {
  const cleanups: Array<() => void> = []
  try {
    const provider = await started("service.ts", undefined, cleanups)
    const account = provider.address as { readonly url: string; readonly key: string }
    await creates(rounds, account, cleanups)
    for (const size of sizes) {
      // oxlint-disable-next-line no-await-in-loop -- they would disturb each other
      await underWork(size, account, cleanups)
    }
  } finally {
    for (const cleanup of cleanups.toReversed()) cleanup()
  }
}

type Provider = Settings["provider"]

const creates = async (
  rounds: number,
  provider: Provider,
  cleanups: Array<() => void>,
): Promise<void> => {
  console.log(
    `server: durable creates over HTTP, each ${seconds} s on a fresh directory, medians of ${rounds} rounds; one process each for the load, the server and the provider\n`,
  )
  const head = ["creates per second", "zoetrope", "bare node:http", "ratio", "Go peer (12 cores)"]
  console.log(row(head))
  for (const connections of [8, 48]) {
    const mine: Array<Asked> = []
    const bare: Array<Asked> = []
    for (let round = 0; round < rounds; round++) {
      for (const [file, into] of [
        ["subject.ts", mine],
        ["bare.ts", bare],
      ] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const subject = await started(file, { provider, isUnlimited: false }, cleanups)
        // oxlint-disable-next-line no-await-in-loop
        await ask(subject.address.url, connections, 1, (number) => create(provider, number))
        into.push(
          // oxlint-disable-next-line no-await-in-loop
          await ask(subject.address.url, connections, seconds, (number) =>
            create(provider, 1_000_000 + number),
          ),
        )
        subject.stop()
      }
    }
    const line = (name: string, of: "perSecond" | "p95"): void => {
      const [a, b] = [median(mine, of), median(bare, of)]
      console.log(
        row([
          name,
          a.toFixed(of === "p95" ? 1 : 0),
          b.toFixed(of === "p95" ? 1 : 0),
          (a / b).toFixed(2),
          String(peer[connections]?.[of] ?? "–"),
        ]),
      )
    }
    line(`${connections} connections`, "perSecond")
    line("  p95, ms", "p95")
  }
  console.log("")
}

/** Everything that the provider takes is in flight at once, and is polled meanwhile. */
const underWork = async (
  size: number,
  provider: Provider,
  cleanups: Array<() => void>,
): Promise<void> => {
  const subject = await started("subject.ts", { provider, isUnlimited: true }, cleanups)
  const { url } = subject.address
  await fill(url, size, provider)
  const id = await newest(url)
  console.log(`with ${size} generations in flight, polled meanwhile; milliseconds, 8 connections`)
  print("nobody asks anything", await idle(subject))
  const reads: Readonly<Record<string, string>> = {
    "one generation": `/api/v1/generations/${id}`,
    "a page of 20": "/api/v1/generations?limit=20",
    "a page of 100": "/api/v1/generations?limit=100",
    "figures of all": "/api/v1/stats",
    metrics: "/metrics",
  }
  for (const [name, path] of Object.entries(reads)) {
    // oxlint-disable-next-line no-await-in-loop -- they would disturb each other
    const before = await subject.report()
    // oxlint-disable-next-line no-await-in-loop
    const asked = await ask(url, 8, seconds, () => ({ method: "GET", path, expected: 200 }))
    // oxlint-disable-next-line no-await-in-loop
    const cpuSeconds = (await subject.report()).cpuSeconds - before.cpuSeconds
    print(name, { ...asked, cpuMillisEach: (1000 * cpuSeconds) / (asked.perSecond * seconds) })
  }
  for (const [name, pauseMillis] of [
    ["about two creates a second", 500],
    ["creates as fast as they go", 0],
  ] as const) {
    let made = 0
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const heard = await listen(url, listenerCount, async () => {
      const next = (): Request => create(provider, 5_000_000 + 1_000 * pauseMillis + made++)
      print(name, await ask(url, 1, seconds, next, pauseMillis))
    })
    print(`  lines to ${listenerCount} listeners`, heard)
    const each = heard.lines / listenerCount
    if (each < made) throw new Error(`${made} were made, and each listener heard ${each} lines`)
  }
  print("memory of the server, MB", { resident: (await subject.report()).megabytes })
  console.log("")
}

/** What the polls alone cost. */
const idle = async ({ address, report }: Subject) => {
  const polls = async (): Promise<number> => {
    const text = await (await fetch(`${address.url}/metrics`)).text()
    const counts = text.matchAll(/^zoetrope_provider_calls_total\{.*operation="poll".*\} (\d+)$/gm)
    return Array.from(counts, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0)
  }
  const [before, since, startedAt] = [await report(), await polls(), performance.now()]
  await new Promise((resolve) => setTimeout(resolve, 2 * seconds * 1000))
  const [after, until] = [await report(), await polls()]
  const elapsed = (performance.now() - startedAt) / 1000
  return {
    pollsPerSecond: (until - since) / elapsed,
    percentOfACore: (100 * (after.cpuSeconds - before.cpuSeconds)) / elapsed,
  }
}

/** Asks for so many, and waits until the provider has them all. */
const fill = async (url: string, size: number, provider: Provider): Promise<void> => {
  let asked = 0
  while (asked < size) {
    const some = Math.min(500, size - asked)
    // oxlint-disable-next-line no-await-in-loop -- bounded
    await Promise.all(
      Array.from({ length: some }, async (_, place) => {
        const { json, path } = create(provider, 2_000_000 + asked + place)
        const response = await fetch(url + path, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(json),
        })
        await response.arrayBuffer()
        if (response.status !== 201) throw new Error(`a create got ${response.status}`)
      }),
    )
    asked += some
  }
  let running = 0
  for (let tries = 0; tries < 720; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- asked again and again
    const { states } = (await (await fetch(`${url}/api/v1/stats`)).json()) as {
      readonly states: Readonly<Record<string, number>>
    }
    running = states["running"] ?? 0
    if (running >= size) return
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(`${running} of ${size} were in flight after six minutes`)
}

const newest = async (url: string): Promise<string> => {
  const response = await fetch(`${url}/api/v1/generations?limit=1`)
  const { generations } = (await response.json()) as {
    readonly generations: ReadonlyArray<{ readonly id: string }>
  }
  return generations[0]?.id ?? ""
}

const create = (provider: Provider, number: number): Request => ({
  method: "POST",
  path: "/api/v1/generations",
  json: {
    model: "vidu/img2video",
    input: {
      model: "viduq3-turbo",
      image: `${provider.url}/inputs/sample.jpg`,
      prompt: `a red kite, number ${number}`,
      duration: 1,
      resolution: "540p",
    },
  },
  expected: 201,
})

interface Subject {
  readonly address: { readonly url: string }
  readonly report: () => Promise<{ readonly megabytes: number; readonly cpuSeconds: number }>
  readonly stop: () => void
}

const started = async (
  file: string,
  settings: Omit<Settings, "directory"> | undefined,
  cleanups: Array<() => void>,
): Promise<Subject> => {
  const directory = mkdtempSync(join(tmpdir(), "zoetrope-bench-"))
  const child: ChildProcess = fork(join(import.meta.dirname, file), {
    env: { ...process.env, BENCH_SERVER: JSON.stringify({ ...settings, directory }) },
  })
  const stop = (): void => {
    child.kill("SIGKILL")
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  }
  cleanups.push(stop)
  const ended = once(child, "exit").then(() => {
    throw new Error(`${file} has ended`)
  })
  const answer = async (): Promise<unknown> => {
    const [message] = (await Promise.race([once(child, "message"), ended])) as [unknown]
    return message
  }
  ended.catch(() => {})
  const address = (await answer()) as Subject["address"]
  return {
    address,
    stop,
    report: async () => {
      child.send("report")
      return (await answer()) as Awaited<ReturnType<Subject["report"]>>
    },
  }
}

const median = (all: ReadonlyArray<Asked>, of: keyof Asked): number =>
  all.map((one) => one[of]).toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0

const print = (name: string, figures: object): void =>
  console.log(
    row([
      name,
      ...Object.entries(figures).map(
        ([of, value]) => `${of} ${value.toFixed(value < 100 ? 1 : 0)}`,
      ),
    ]),
  )

const row = ([name = "", ...cells]: ReadonlyArray<string>): string =>
  `${name.padEnd(32)}${cells.map((cell) => cell.padStart(20)).join("")}`

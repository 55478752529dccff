/**
 * `kill -9` at every place of a short story, just before and just after each write of it: a generation
 * with a picture, whose first task fails, and whose second one makes the video. After each death another
 * process goes on, and what is left is compared with what was in the database when the first one died.
 */
import { layer as providers } from "@zoetrope/core/Providers"
import { Effect, Layer } from "effect"
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import * as DataDirectory from "../src/drivers/DataDirectory.ts"
import { quietSqlite } from "../src/drivers/quietSqlite.ts"
import * as SqliteStore from "../src/drivers/SqliteStore.ts"
import { Engine } from "../src/Engine.ts"
import { Store } from "../src/Store.ts"
import { bytesOf, failsOnce, ledgerOf, requestOf, serveVideos, vendorOf } from "./support/ledger.ts"
import { temporary } from "./support/directories.ts"
import type { Death, Order } from "./support/victim.ts"

const prompt = failsOnce

/** Compiled modules for the next child; a killed one leaves none. */
const compiled = mkdtempSync(join(tmpdir(), "zoetrope-compiled-"))
afterAll(() => rmSync(compiled, { recursive: true }))

/** How it ended: a signal, or all that it said. */
const run = (order: Order): Promise<string> =>
  new Promise((resolve, reject) => {
    const victim = join(import.meta.dirname, "support/victim.ts")
    const env = { ...process.env, NODE_COMPILE_CACHE: compiled }
    const child = spawn(process.execPath, [victim, JSON.stringify(order)], { env })
    let told = ""
    child.stdout.on("data", (chunk: Buffer) => (told += chunk.toString()))
    child.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()))
    child.on("error", reject)
    child.on("close", (_code, signal) => resolve(signal ?? told))
  })

/** As it stands in the database; none where it was not recorded. */
const stateIn = (directory: string) =>
  Effect.gen(function* () {
    return (yield* (yield* Store).byKey("", prompt))?.state
  }).pipe(Effect.provide(SqliteStore.layer({ filename: join(directory, "zoetrope.db") })))

/** Another process, as far as the directory can tell: asks for the same, and goes on with what is there. */
const goOn = (directory: string, url: string, canFind: boolean) => {
  const vendor = vendorOf({ directory, url, canFind })
  return Effect.gen(function* () {
    const engine = yield* Engine
    yield* engine.drive()
    const { generation } = yield* engine.submit(requestOf(prompt))
    yield* engine.settled(generation.id)
    return yield* engine.record(generation.id)
  }).pipe(
    Effect.scoped,
    Effect.provide(
      DataDirectory.layer({ directory, allow: { loopback: true } }).pipe(
        Layer.provide(providers([vendor])),
      ),
    ),
  )
}

const isWhole = (directory: string, path: string, sha256: string): boolean =>
  createHash("sha256")
    .update(readFileSync(join(directory, path)))
    .digest("hex") === sha256

/** Everything that must hold, whatever was killed where. */
const check = Effect.fnUntraced(function* (directory: string, url: string) {
  const before = yield* stateIn(directory)
  const first = yield* goOn(directory, url, false)
  // What was marked as sent when the process died is undecided; all else has its video.
  expect(first.generation.state).toBe(before === "submitting" ? "undecided" : "done")
  const wasAccepted = ledgerOf(directory).some(
    ({ token }) => token === first.generation.task?.token,
  )
  // Where the provider can look, what it accepted is found, and goes on.
  const canBeFound = first.generation.state === "undecided" && wasAccepted
  const last = canBeFound ? yield* goOn(directory, url, true) : first
  const { artifacts, files, generation, tasks } = last
  expect(generation.state).toBe(wasAccepted ? "done" : "undecided")
  const paid = ledgerOf(directory).map(({ token }) => token)
  // At most one submit for each row; the second row follows the task that failed.
  expect(new Set(paid).size).toBe(paid.length)
  expect(tasks.map(({ token }) => token)).toEqual(expect.arrayContaining(paid))
  expect(tasks.length).toBeLessThanOrEqual(2)
  if (tasks.length === 2) expect(tasks[0]?.state).toBe("failed")
  expect(files).toHaveLength(1)
  for (const { path, sha256 } of [...artifacts, ...files]) {
    expect(isWhole(directory, path, sha256)).toBe(true)
  }
  if (generation.state === "done") {
    const bytes = readFileSync(join(directory, artifacts[0]?.path ?? "nothing"), "utf8")
    expect(bytes).toBe(bytesOf(paid.at(-1) ?? "nobody"))
  }
  const incoming = join(directory, "incoming")
  expect(existsSync(incoming) ? readdirSync(incoming) : []).toEqual([])
  const { DatabaseSync } = quietSqlite()
  const database = new DatabaseSync(join(directory, "zoetrope.db"), { readOnly: true })
  expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }])
  database.close()
})

const calls: ReadonlyArray<Death["call"]> = ["flush", "submit", "setAside", "keep", "rename"]
const whens: ReadonlyArray<Death["when"]> = ["before", "after"]
const places = calls.flatMap((call) => whens.map((when) => ({ call, when })))

it("dies at every write, and loses nothing", { timeout: 240_000 }, async () => {
  const deaths: Array<string> = []
  /** Whether it lived to the end of the story. */
  const survives = (url: string, death?: Death) =>
    Effect.gen(function* () {
      const directory = yield* temporary
      const order: Order = {
        directory,
        url,
        prompts: [prompt],
        ...(death === undefined ? {} : { death }),
      }
      const end = yield* Effect.promise(() => run(order))
      if (end !== "SIGKILL") expect(end).toBe("driving\nall settled\n")
      yield* check(directory, url)
      return end !== "SIGKILL"
    }).pipe(Effect.scoped)
  const story = Effect.gen(function* () {
    const { url } = yield* serveVideos
    expect(yield* survives(url)).toBe(true)
    const dieEverywhere = Effect.fnUntraced(function* ({ call, when }: (typeof places)[number]) {
      for (let nth = 1; !(yield* survives(url, { call, when, nth })); nth += 1) {
        deaths.push(`${call} ${when}`)
      }
    })
    yield* Effect.forEach(places, dieEverywhere, { concurrency: 3 })
  })
  await Effect.runPromise(Effect.scoped(story))
  // Each place was met, and as often as the story has it at least.
  const least = { flush: 5, submit: 2, setAside: 1, keep: 1, rename: 2 }
  for (const { call, when } of places) {
    const met = deaths.filter((death) => death === `${call} ${when}`).length
    expect(met, `${call} ${when}`).toBeGreaterThanOrEqual(least[call])
  }
})

/** `kill -9` at random moments of a real process: by the ledger, nothing is paid twice and nothing paid is lost. */
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import * as SqliteStore from "../src/drivers/SqliteStore.ts"
import { Store } from "../src/Store.ts"
import { temporary } from "./support/directories.ts"
import { bytesOf, ledgerOf, serveVideos } from "./support/ledger.ts"
import type { Order } from "./support/victim.ts"

const prompts = Array.from({ length: 120 }, (_, index) => `number ${index}`)
const submits = 6

/** Kills it so long after it began to drive, or lets it finish; all that it said. */
const drive = (order: Order, killAfter?: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const victim = join(import.meta.dirname, "support/victim.ts")
    const child = spawn(process.execPath, [victim, JSON.stringify(order)])
    let told = ""
    child.stdout.on("data", (chunk: Buffer) => {
      told += chunk.toString()
      if (killAfter !== undefined && told === "driving\n") {
        setTimeout(() => child.kill("SIGKILL"), killAfter)
      }
    })
    child.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()))
    child.on("error", reject)
    child.on("close", () => resolve(told))
  })

const recorded = (directory: string) =>
  Effect.gen(function* () {
    const store = yield* Store
    const all = yield* store.list({ limit: 1000 })
    return yield* Effect.forEach(all, (generation) =>
      Effect.all({
        state: Effect.succeed(generation.state),
        tasks: store.tasks(generation.id),
        artifacts: store.artifacts(generation.id),
      }),
    )
  }).pipe(Effect.provide(SqliteStore.layer({ filename: join(directory, "zoetrope.db") })))

it("kills a driving process five times, and loses nothing", { timeout: 60_000 }, () =>
  Effect.gen(function* () {
    const directory = yield* temporary
    const { url } = yield* serveVideos
    const order: Order = { directory, url, prompts }
    const kills = [40, 80, 120, 160, 200].map((most) => most * (0.5 + Math.random()))
    for (const after of kills) yield* Effect.promise(() => drive(order, after))
    expect(yield* Effect.promise(() => drive(order))).toBe("driving\nall settled\n")

    const told = yield* recorded(directory)
    const paid = ledgerOf(directory).map(({ token }) => token)
    const rows = told.flatMap(({ tasks }) => tasks)
    // No row was sent twice, and each one that was paid is a row.
    expect(new Set(paid).size).toBe(paid.length)
    const tokens = new Set(rows.map(({ token }) => token))
    expect(paid.filter((token) => !tokens.has(token))).toEqual([])
    // One submit for each generation: a row that a kill left open is undecided, never sent again.
    expect(told).toHaveLength(prompts.length)
    expect(told.every(({ tasks }) => tasks.length === 1)).toBe(true)
    const undecided = told.filter(({ state }) => state === "undecided")
    expect(undecided.length).toBeLessThanOrEqual(kills.length * submits)
    expect(undecided.every(({ tasks }) => tasks[0]?.ref === undefined)).toBe(true)
    // All others have their video, and its bytes are those that were made.
    const done = told.filter(({ state }) => state === "done")
    expect(done.length + undecided.length).toBe(prompts.length)
    for (const { artifacts, tasks } of done) {
      const [artifact] = artifacts
      const bytes = readFileSync(join(directory, artifact?.path ?? "nothing was kept"))
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(artifact?.sha256)
      expect(bytes.toString()).toBe(bytesOf(tasks[0]?.ref?.taskId ?? "nobody"))
    }
  }).pipe(Effect.scoped, Effect.runPromise),
)

/** `kill -9` at random moments of a real process: by the ledger, nothing is paid twice and nothing paid is lost. */
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it } from "vitest"
import * as SqliteStore from "../src/drivers/SqliteStore.ts"
import { Store } from "../src/Store.ts"

const generations = 120
const submits = 6

/** Kills it so long after it began to drive, or lets it finish. */
const drive = (directory: string, count: number, killAfter?: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const victim = join(import.meta.dirname, "support/victim.ts")
    const child = spawn(process.execPath, [victim, directory, String(count)])
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

it("kills a driving process five times, and loses nothing", { timeout: 60_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), "zoetrope-kill-"))
  const kills = [5, 20, 40, 60, 80].map((most) => most * (0.5 + Math.random()))
  for (const [index, after] of kills.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is what is tested
    await drive(directory, index === 0 ? generations : 0, after)
  }
  expect(await drive(directory, 0)).toBe("driving\nall settled\n")

  const told = await Effect.runPromise(
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
    }).pipe(Effect.provide(SqliteStore.layer({ filename: join(directory, "zoetrope.db") }))),
  )
  const paid = readFileSync(join(directory, "ledger"), "utf8").trim().split("\n")
  const rows = told.flatMap(({ tasks }) => tasks)
  // No row was sent twice, and each one that was paid is a row.
  expect(new Set(paid).size).toBe(paid.length)
  const tokens = new Set(rows.map(({ token }) => token))
  expect(paid.filter((token) => !tokens.has(token))).toEqual([])
  // One submit for each generation: a row that a kill left open is undecided, never sent again.
  expect(told).toHaveLength(generations)
  expect(told.every(({ tasks }) => tasks.length === 1)).toBe(true)
  const undecided = told.filter(({ state }) => state === "undecided")
  expect(undecided.length).toBeGreaterThan(0)
  expect(undecided.length).toBeLessThanOrEqual(kills.length * submits)
  expect(undecided.every(({ tasks }) => tasks[0]?.ref === undefined)).toBe(true)
  // All others have their video, and its bytes are what was recorded.
  const done = told.filter(({ state }) => state === "done")
  expect(done.length + undecided.length).toBe(generations)
  for (const { artifacts } of done) {
    const [artifact] = artifacts
    const bytes = readFileSync(join(directory, artifact?.path ?? "nothing was kept"))
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(artifact?.sha256)
  }
  rmSync(directory, { recursive: true })
})

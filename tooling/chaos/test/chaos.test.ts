/** A short run of the real thing: real processes, killed, and nothing lost. */
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { chaos } from "../src/chaos.ts"

it("kills workers and keeps the promise", async () => {
  const outcome = await Effect.runPromise(
    chaos({ seed: 7, kills: 2, generations: 24, keep: false }),
  )
  expect(outcome.broken).toEqual([])
  expect(outcome.accepted).toBeGreaterThan(15)
  expect(outcome.states.done).toBeGreaterThan(10)
  expect(existsSync(outcome.directory)).toBe(false)
})

it("refuses what it cannot do before it starts anything", () => {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [main, "--kills", "many"], {
    encoding: "utf8",
  })
  expect(status).toBe(2)
  expect(stderr).toContain("--kills is many; it must be a whole number from 0 to 100000")
})

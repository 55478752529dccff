/**
 * `kill -9` of a server under load, with clients of both contracts that go on as they do. A long run:
 * `KILLS=50 SEED=7`, and its figures are printed.
 */
import { expect, it } from "vitest"
import { run } from "./run.ts"

const { KILLS: killsAsked, SEED: seedAsked } = process.env
const kills = Number(killsAsked ?? 3)
const seed = Number(seedAsked ?? 7)

it("loses nothing and pays nothing twice", { timeout: 120_000 + kills * 20_000 }, async () => {
  const { broken, figures, kept } = await run(seed, kills)
  if (killsAsked !== undefined) console.log(`seed ${seed}`, figures)
  expect(broken, `seed ${seed}; all of it is kept in ${kept}`).toEqual([])
  expect(figures.kills).toBe(kills)
  // It was worth it: clients of both contracts met a dead server, and asked again.
  expect(figures.repeated).toBeGreaterThan(kills)
  expect(figures.done).toBeGreaterThan(kills)
  expect(figures.downloads).toBeGreaterThan(kills)
})

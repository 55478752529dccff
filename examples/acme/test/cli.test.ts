/** The published command line, extended by the package: the config file names it, and nothing else does. */
import { makeSimulator } from "@zoetrope/simulator"
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, expect, it } from "vitest"
import { dialect } from "../simulator/index.ts"

const home = mkdtempSync(join(tmpdir(), "zoetrope-acme-"))
let simulator: Awaited<ReturnType<typeof makeSimulator>>

beforeAll(async () => {
  simulator = await makeSimulator({ dialects: [dialect], speed: 60 })
  // What `npm install --prefix` would do.
  mkdirSync(join(home, "node_modules/@acme"), { recursive: true })
  symlinkSync(
    join(import.meta.dirname, ".."),
    join(home, "node_modules/@acme/zoetrope-films"),
    "junction",
  )
  const config = { providers: ["@acme/zoetrope-films"] }
  writeFileSync(join(home, "config.json"), JSON.stringify(config), { mode: 0o600 })
})
afterAll(async () => {
  await simulator.close()
  rmSync(home, { recursive: true })
})

const zoetrope = (...args: ReadonlyArray<string>) =>
  promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, "../../../apps/cli/src/main.ts"), ...args],
    {
      cwd: home,
      timeout: 30_000,
      env: {
        PATH: process.env["PATH"],
        ZOETROPE_LANG: "en",
        ZOETROPE_CONFIG: join(home, "config.json"),
        ACME_API_KEY: simulator.accounts[0]?.secret,
        ACME_BASE_URL: simulator.url,
      },
    },
  )

it("finds the key good, and the films among what can be asked for", async () => {
  expect((await zoetrope("models")).stdout).toContain("acme/film-1")
  expect((await zoetrope("doctor")).stdout).toContain("the key is good")
})

it("makes a film from flags that it has from the package's schema", async () => {
  const film = ["--prompt", "A red kite", "--seconds", "8", "--out", "kite.mp4"]
  await zoetrope("generate", "acme/film-1", ...film)
  expect(readFileSync(join(home, "kite.mp4")).subarray(4, 8).toString()).toBe("ftyp")
  expect(simulator.ledger().totals).toMatchObject({ accepted: 1, billedSeconds: 8 })
})

import { assert, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

describe("README.md", () => {
  it("begins with an example that runs as it stands, and once more on what it left", async () => {
    const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? assert.fail("no example")
    // Imports are looked up from where a file lies: among the examples, since the engine itself
    // knows neither a provider nor the simulator.
    const file = fileURLToPath(
      new URL(`../../../examples/readme-${process.pid}.tmp.mjs`, import.meta.url),
    )
    const directory = mkdtempSync(join(tmpdir(), "zoetrope-readme-"))
    const run = () =>
      promisify(execFile)(process.execPath, [file], { cwd: directory, timeout: 30_000 })
    writeFileSync(file, example)
    try {
      const first = await run()
      assert.match(first.stdout, /^done artifacts\/[0-9a-f]{2}\/[0-9a-f]{62}\n$/)
      assert.strictEqual((await run()).stdout, first.stdout)
    } finally {
      rmSync(file)
      rmSync(directory, { recursive: true })
    }
  }, 60_000)
})

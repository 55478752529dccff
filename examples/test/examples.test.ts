/** Every example is run as its header says, and must end well. */
import { execFile } from "node:child_process"
import { mkdtemp, readdir, readFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const folder = join(import.meta.dirname, "..")
const run = (name: string, ...args: ReadonlyArray<string>) =>
  promisify(execFile)(process.execPath, [join(folder, name), ...args], { timeout: 60_000 })

const checked: Record<string, (name: string) => Promise<void>> = {
  "picture-to-video.ts": async (name) => {
    const directory = await mkdtemp(join(tmpdir(), "zoetrope-example-"))
    const { stdout } = await run(name, directory)
    const events = stdout.split("\n")
    expect(events).toContain("Repeating")
    expect(events).toContain("PollFailed")
    expect(stdout).toMatch(/\d+ bytes, SHA-256 [\da-f]{64}/)
    const bytes = await readFile(join(directory, "first-light.mp4"))
    expect(bytes.subarray(4, 8).toString()).toBe("ftyp")
  },
  "sign-a-request.ts": async (name) => {
    const { stdout } = await run(name)
    expect(stdout).toContain("X-Date: 20250805T144938Z")
    expect(stdout).toMatch(
      /SignedHeaders=content-type;host;x-content-sha256;x-date, Signature=[\da-f]{64}/,
    )
    expect(stdout).not.toContain("c2VjcmV0")
  },
  "submit-here-wait-there.ts": async (name) => {
    const { stdout } = await run(name)
    expect(stdout).toContain("the first process has a handle: zt1.")
    expect(stdout).toContain("the second process has the link: /")
  },
}

describe("examples", () => {
  it.for(Object.entries(checked))("%s ends well", { timeout: 60_000 }, async ([name, check]) => {
    await expect(check(name)).resolves.toBeUndefined()
  })

  it("are all run here", async () => {
    const found = (await readdir(folder)).filter((name) => name.endsWith(".ts"))
    expect(Object.keys(checked).toSorted()).toEqual(found.toSorted())
  })
})

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
  "batch-two-at-a-time.ts": async (name) => {
    const { stdout } = await run(name)
    const lines = stdout.split("\n")
    // Two are sent before anything is made, and the others wait for their places.
    expect(lines.findIndex((line) => line.endsWith("made"))).toBe(4)
    expect(lines.slice(0, 4).filter((line) => line.endsWith("Waiting"))).toHaveLength(2)
    expect(lines.slice(0, 4).filter((line) => line.endsWith("Submitted"))).toHaveLength(2)
    expect(lines.filter((line) => line.endsWith("made"))).toHaveLength(4)
    expect(stdout).toContain("4 tasks accepted, 0 refused")
  },
  "durable.ts": async (name) => {
    const { stderr, stdout } = await run(name)
    const [before = "", after = ""] = stdout.split("(killed)")
    expect(before).toMatch(/asked for\n/)
    expect(before).not.toContain("done")
    expect(after).toMatch(/was asked for before\n/)
    expect(after).toMatch(/done: 1 task, artifacts\/[\da-f]{2}\/[\da-f]{62}\n/)
    expect(after).toMatch(/ledger: 1\n$/)
    expect(stderr).toBe("")
  },
  "picture-to-video-with-promises.ts": async (name) => {
    const directory = await mkdtemp(join(tmpdir(), "zoetrope-example-"))
    const { stdout } = await run(name, directory)
    const events = stdout.split("\n")
    expect(events).toContain("Repeating")
    expect(events).toContain("PollFailed")
    expect(stdout).toMatch(/\d+ bytes, SHA-256 [\da-f]{64}/)
    const bytes = await readFile(join(directory, "first-light.mp4"))
    expect(bytes.subarray(4, 8).toString()).toBe("ftyp")
  },
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
  "stream-progress.ts": async (name) => {
    const { stdout } = await run(name)
    const [before = "", after = ""] = stdout.split("(the connection is lost)")
    expect(before).toMatch(/^event: progress\ndata: "(Queued|Running)"\n\n/)
    expect(before).not.toContain("done")
    expect(after).toMatch(/event: progress\ndata: "Succeeded"\n\nevent: done\ndata: "http:/)
    expect(after).toMatch(/tasks paid: 1\n$/)
  },
  "submit-here-wait-there.ts": async (name) => {
    const { stdout } = await run(name)
    expect(stdout).toContain("the first process has a handle: zt1.")
    expect(stdout).toContain("the second process has the link: /")
  },
  "when-content-is-refused.ts": async (name) => {
    const { stderr, stdout } = await run(name)
    const [input, output, made] = stdout.split("\n")
    expect(input).toBe("please describe it differently")
    expect(output).toMatch(/^the film did not pass review/)
    expect(made).toMatch(/^here it is: \//)
    expect(stderr).toMatch(/code 50413.*No task was made and nothing was paid\.$/m)
    expect(stderr).toMatch(/code 50511/)
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

  it("are all in the index, and nothing else", async () => {
    const index = await readFile(join(folder, "README.md"), "utf8")
    const listed = [...index.matchAll(/\]\(([^)]+)\)/g)].map(([, path = ""]) => path)
    expect(listed.toSorted()).toEqual([...Object.keys(checked), "acme"].toSorted())
  })
})

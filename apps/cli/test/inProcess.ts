/** The command in this process: for what needs no process of its own, and so costs no time. */
import { Effect } from "effect"
import { afterEach, beforeEach, vi } from "vitest"
import { run } from "../src/Cli.ts"
import type { Vendor } from "../src/Vendor.ts"

/** What the command has written since the test began. */
export const said = { stdout: "", stderr: "" }

const stream = (name: keyof typeof said) =>
  vi.spyOn(process[name], "write").mockImplementation((text: unknown, done?: unknown) => {
    said[name] += String(text)
    if (typeof done === "function") (done as () => void)()
    return true
  })

/** Call once in a file: `const zoetrope = inProcess(vendors)`, then `await zoetrope("models")`. */
export const inProcess = (vendors: ReadonlyArray<Vendor>) => {
  beforeEach(() => {
    // The config file of whoever runs the tests is none of theirs.
    vi.stubEnv("ZOETROPE_CONFIG", "")
    vi.stubEnv("XDG_CONFIG_HOME", "/nonexistent")
    // Nor are the generations.
    vi.stubEnv("ZOETROPE_DATA_DIR", "/nonexistent/zoetrope")
    // Nor is the language.
    vi.stubEnv("ZOETROPE_LANG", "en")
    said.stdout = ""
    said.stderr = ""
    stream("stdout")
    stream("stderr")
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
    process.exitCode = undefined
  })
  return (...args: ReadonlyArray<string>) => Effect.runPromise(run(vendors, args))
}

import { assert, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

describe("README.md", () => {
  it("begins with an example that runs as it stands, against the simulator", async () => {
    const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? assert.fail("no example")
    // A file inside the package, since its imports are looked up from where it lies.
    const file = fileURLToPath(new URL(`./readme-${process.pid}.tmp.mjs`, import.meta.url))
    writeFileSync(file, example)
    try {
      const output = await new Promise<string>((resolve, reject) => {
        execFile(process.execPath, [file], { timeout: 20_000 }, (error, stdout, stderr) =>
          error === null ? resolve(stdout) : reject(new Error(stderr)),
        )
      })
      assert.match(output, /^Submitting\nSubmitted\n(Polled\n)+http:\/\/127\.0\.0\.1:\d+\/\S+\n$/)
    } finally {
      rmSync(file)
    }
  }, 25_000)
})

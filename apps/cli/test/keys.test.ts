import { mkdir, readFile, stat, writeFile } from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { inProcess, said } from "./inProcess.ts"
import { emptyPlace } from "./support.ts"

const run = inProcess([])

/** Runs `zoetrope keys` on a directory. */
const keysIn =
  (directory: string) =>
  async (...args: ReadonlyArray<string>) => {
    said.stdout = ""
    said.stderr = ""
    const code = await run("keys", ...args, "--data-dir", directory)
    return { code, ...said }
  }

const place = async () => `${(await emptyPlace()).directory}/data`

describe("keys", () => {
  it("prints a key this once, and keeps its hash in a file of its owner alone", async () => {
    const directory = await place()
    const keys = keysIn(directory)
    const made = await keys("make", "--owner", "alice")
    expect(made.code).toBe(0)
    const key = made.stdout.trim()
    expect(key).toMatch(/^zk_[0-9a-f]{12}_[\w-]{43}$/)
    expect(made.stderr).toContain("wants a key with every request")
    const file = `${directory}/keys.json`
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const secret = key.slice(-43)
    expect(await readFile(file, "utf8")).not.toContain(secret)

    const read = await keys("make", "--scope", "read", "--json")
    expect(read.stderr).not.toContain("wants a key with every request")
    const second = JSON.parse(read.stdout) as { readonly id: string; readonly key: string }
    expect(second).toMatchObject({ owner: second.id, scope: "read" })
    expect(second.key).toContain(second.id)

    const listed = await keys("list")
    expect(listed.stdout).toMatch(/^[0-9a-f]{12} {2}create {2}alice +\d{4}-\d\d-\d\d$/m)
    expect(listed.stdout).not.toContain(secret)
    const lines = (await keys("list", "--json")).stdout.trim().split("\n")
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { owner: "alice", scope: "create" },
      { id: second.id },
    ])
  })

  it("removes a key, and says where there is none", async () => {
    const keys = keysIn(await place())
    const none = await keys("list")
    expect(none).toMatchObject({ code: 0, stdout: "" })
    expect(none.stderr).toContain("there are no keys")
    const made = JSON.parse((await keys("make", "--json")).stdout) as { readonly id: string }
    expect((await keys("rm", made.id)).stdout.trim()).toBe(made.id)
    const again = await keys("rm", made.id)
    expect(again.code).toBe(2)
    expect(again.stderr).toContain("there is no key")
    expect((await keys("list", "--json")).stdout.trim()).toBe("")
  })

  it("exit 2 for an owner that is no name, and for keys that others may read", async () => {
    const directory = await place()
    const keys = keysIn(directory)
    expect((await keys("make", "--owner", "a b")).code).toBe(2)
    await mkdir(directory, { recursive: true })
    await writeFile(`${directory}/keys.json`, '{"version":1,"keys":[]}', { mode: 0o644 })
    const open = await keys("list")
    expect(open.code).toBe(2)
    expect(open.stderr).toContain("chmod 600")
  })
})

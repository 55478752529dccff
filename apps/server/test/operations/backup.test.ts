import { Effect, Redacted } from "effect"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { readdir, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { Backup, Keys } from "../../src/index.ts"
import {
  picture,
  simulate,
  temporaryDirectory,
  type TestServer,
  testServer,
} from "../support/testServer.ts"

interface Listed {
  readonly id: string
  readonly state: string
}

const list = async ({ ask }: TestServer): Promise<ReadonlyArray<Listed>> =>
  (await ask("/api/v1/generations?limit=100")).json.generations

/** Asks until nothing moves by itself any more, and no longer than 40 s. */
const settled = async (server: TestServer): Promise<ReadonlyArray<Listed>> => {
  for (let tries = 0; tries < 200; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- asked again and again
    const all = await list(server)
    if (all.every(({ state }) => ["done", "failed", "undecided"].includes(state))) return all
    // oxlint-disable-next-line no-await-in-loop
    await pause(200)
  }
  throw new Error(JSON.stringify(await list(server)))
}

const create = async ({ ask }: TestServer, prompt: string): Promise<string> => {
  const form = new FormData()
  form.set("request", JSON.stringify({ model: "vidu/img2video", input: { prompt } }))
  form.set("image", new File([picture, prompt], "image.jpg", { type: "image/jpeg" }))
  const { json, status } = await ask("/api/v1/generations", { method: "POST", body: form })
  expect(status).toBe(201)
  return json.id
}

const backup = (directory: string, to: string) => Effect.runPromise(Backup.make({ directory, to }))

describe("a backup of a server that works", () => {
  it("is started instead of it: nothing is lost, nothing is paid twice", async () => {
    const simulator = await simulate({ speed: 100 })
    const first = await testServer({ simulator })
    const ids = await Promise.all(
      Array.from({ length: 14 }, (_, number) => create(first, `number ${number}`)),
    )
    // Of every kind: kept, on the way, and still in line.
    for (let tries = 0; tries < 200; tries++) {
      // oxlint-disable-next-line no-await-in-loop -- asked again and again
      const states = new Set((await list(first)).map(({ state }) => state))
      if (["done", "running", "queued"].every((state) => states.has(state))) break
      // oxlint-disable-next-line no-await-in-loop
      await pause(50)
    }
    const to = join(await temporaryDirectory(), "backup")
    const made = await backup(first.dataDir, to)
    expect(made.generations).toBe(ids.length)
    expect(made.missing).toEqual([])
    expect(made.held.length).toBeGreaterThan(0)
    expect(made.held.length).toBeLessThan(ids.length)
    // The first goes on: what was in line is sent, and paid, after the backup.
    expect(new Set((await settled(first)).map(({ state }) => state))).toEqual(new Set(["done"]))
    await first.stop()

    const second = await testServer({ simulator, dataDir: to })
    const after = await settled(second)
    expect(after.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    const undecided = after.filter(({ state }) => state === "undecided").map(({ id }) => id)
    // One that was on the wire at the time of the copy is found again by its mark; the others were not sent.
    expect(made.held).toEqual(expect.arrayContaining(undecided))
    expect(undecided.length).toBeGreaterThan(0)
    expect(after.filter(({ state }) => state === "done")).toHaveLength(
      ids.length - undecided.length,
    )
    expect(simulator.ledger().tasks).toHaveLength(ids.length)

    // What was paid since is taken up by its handle, which stands in the log of the first.
    const handles = Array.from(first.logged().matchAll(/handle=(\S+)/g), ([, handle]) => handle)
    expect(handles).toHaveLength(ids.length)
    const settlings = await Promise.all(
      undecided.map(async (id) => {
        for (const handle of handles) {
          // oxlint-disable-next-line no-await-in-loop -- the first that is nobody else's
          const { status } = await second.ask(`/api/v1/generations/${id}/settle`, {
            json: { how: "found", handle },
          })
          if (status === 200) return true
        }
        return false
      }),
    )
    expect(settlings).not.toContain(false)
    const whole = await settled(second)
    expect(whole.every(({ state }) => state === "done")).toBe(true)
    expect(simulator.ledger().tasks).toHaveLength(ids.length)
    const digests = await Promise.all(
      whole.map(async ({ id }) => {
        const { artifacts } = (await second.ask(`/api/v1/generations/${id}`)).json
        const { bytes } = await second.ask(`/api/v1/generations/${id}/content`)
        return createHash("sha256").update(bytes).digest("hex") === artifacts[0].sha256
      }),
    )
    expect(digests).not.toContain(false)
  })

  it("to the same place again copies what is new", async () => {
    const server = await testServer()
    const { secret } = await Effect.runPromise(
      Keys.make(server.dataDir, { scope: "admin", owner: "local" }),
    )
    const key = Redacted.value(secret)
    const ask: TestServer["ask"] = (path, init) => server.ask(path, { ...init, key })
    const keyed = { ...server, ask }
    await create(keyed, "one")
    await settled(keyed)
    const to = join(await temporaryDirectory(), "backup")
    const one = await backup(server.dataDir, to)
    expect(one.copied.files).toBeGreaterThan(0)
    await create(keyed, "two")
    await settled(keyed)
    const two = await backup(server.dataDir, to)
    expect(two.generations).toBe(2)
    // Its video is the same film; its picture is its own.
    expect(two.copied.files).toBe(1)
    expect(readFileSync(Keys.fileIn(to), "utf8")).toBe(
      readFileSync(Keys.fileIn(server.dataDir), "utf8"),
    )
    expect((await readdir(to)).toSorted()).toEqual([
      "artifacts",
      "inputs",
      "keys.json",
      "zoetrope.db",
    ])
    if (process.platform !== "win32") {
      expect((await stat(join(to, "zoetrope.db"))).mode & 0o077).toBe(0)
    }
  })

  it("says which files are damaged, and copies none of them", async () => {
    const server = await testServer()
    const id = await create(server, "damaged")
    await settled(server)
    const { artifacts } = (await server.ask(`/api/v1/generations/${id}`)).json
    const { bytes, sha256 } = artifacts[0]
    const path = `artifacts/${sha256.slice(0, 2)}/${sha256.slice(2)}`
    await writeFile(join(server.dataDir, path), Buffer.alloc(bytes))
    const to = join(await temporaryDirectory(), "backup")
    expect((await backup(server.dataDir, to)).missing).toEqual([path])
    await expect(stat(join(to, path))).rejects.toThrow("ENOENT")
  })

  it("is refused where it could do harm, in plain words", async () => {
    const server = await testServer()
    const { dataDir } = server
    const nowhere = await temporaryDirectory()
    await expect(backup(nowhere, join(nowhere, "copy"))).rejects.toThrow("is no data directory")
    await expect(backup(dataDir, dataDir)).rejects.toThrow("lies in the data directory itself")
    await expect(backup(dataDir, join(dataDir, "copy"))).rejects.toThrow("data directory itself")
    const other = await testServer()
    await expect(backup(dataDir, other.dataDir)).rejects.toThrow("somebody works in")
  })
})

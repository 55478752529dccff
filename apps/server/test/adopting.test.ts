import { describe, expect, it } from "vitest"
import { Effect, Redacted } from "effect"
import { Keys } from "../src/index.ts"
import { reaches } from "./support/reaches.ts"
import { pictureUrl, simulate, temporaryDirectory, testServer } from "./support/testServer.ts"

const path = "/api/v1/generations"
const simulator = await simulate()
const json = { model: "vidu/img2video", input: { image: pictureUrl(simulator) } }

/** The handle of a task that another server has submitted. */
const elsewhere = async (): Promise<string> => {
  const other = await testServer({ simulator })
  const { id } = (await other.ask(path, { json })).json
  const { tasks } = await reaches(other, id, "done")
  return tasks[0].handle
}

describe("POST /api/v1/generations/adopt", () => {
  it("takes over a task once, keeps its video, and pays nothing", async () => {
    const handle = await elsewhere()
    const here = await testServer({ simulator })
    const before = simulator.ledger().totals.accepted
    const first = await here.ask(`${path}/adopt`, { json: { handle } })
    expect(first.status).toBe(201)
    expect(first.headers.get("location")).toBe(`${path}/${first.json.id}`)
    const record = await reaches(here, first.json.id, "done")
    expect(record).toMatchObject({ input: null, tasks: [{ handle }] })
    const again = await here.ask(`${path}/adopt`, { json: { handle } })
    expect([again.status, again.json.id]).toEqual([200, first.json.id])
    expect(simulator.ledger().totals.accepted).toBe(before)
  })

  it("refuses what is no handle, and one of another account", async () => {
    const here = await testServer({ simulator })
    const none = await here.ask(`${path}/adopt`, { json: { handle: "zt1.kite" } })
    expect(none.status).toBe(400)
    expect(none.json).toMatchObject({ code: "invalid-request", errors: [{ path: "/handle" }] })
    const ref = JSON.parse(
      Buffer.from((await elsewhere()).slice("zt1.".length), "base64url").toString(),
    ) as object
    const foreign = await here.ask(`${path}/adopt`, {
      json: { handle: JSON.stringify({ ...ref, key: "ffffffffffff" }) },
    })
    expect(foreign.status).toBe(400)
    expect(foreign.json).toMatchObject({ code: "foreign-handle", provider: { provider: "vidu" } })
    expect((await here.ask(path)).json.generations).toEqual([])
  })

  it("shows nothing of a task that another key follows, and wants a key that may create", async () => {
    const handle = await elsewhere()
    const dataDir = await temporaryDirectory()
    const keyOf = async (owner: string, scope: "create" | "read") =>
      Redacted.value((await Effect.runPromise(Keys.make(dataDir, { owner, scope }))).secret)
    const [alice, bob, reader] = [
      await keyOf("alice", "create"),
      await keyOf("bob", "create"),
      await keyOf("alice", "read"),
    ]
    const here = await testServer({ simulator, dataDir })
    expect((await here.ask(`${path}/adopt`, { json: { handle }, key: reader })).status).toBe(403)
    const taken = await here.ask(`${path}/adopt`, { json: { handle }, key: alice })
    expect(taken.json).toMatchObject({ owner: "alice" })
    const refused = await here.ask(`${path}/adopt`, { json: { handle }, key: bob })
    expect(refused.status).toBe(400)
    expect(refused.json.code).toBe("foreign-handle")
    expect(refused.text).not.toContain(taken.json.id)
  })
})

describe("GET /api/v1/generations?id=", () => {
  it("finds one by the beginning of its id, among the caller's own", async () => {
    const dataDir = await temporaryDirectory()
    const keyOf = async (owner: string) =>
      Redacted.value(
        (await Effect.runPromise(Keys.make(dataDir, { owner, scope: "create" }))).secret,
      )
    const [alice, bob] = [await keyOf("alice"), await keyOf("bob")]
    const here = await testServer({ simulator, dataDir })
    const { id } = (await here.ask(path, { json, key: alice })).json
    const other = (await here.ask(path, { json, key: alice })).json
    const ask = async (query: string, key: string) =>
      (await here.ask(`${path}?${query}`, { key })).json.generations.map(
        (one: { readonly id: string }) => one.id,
      )
    expect(await ask(`id=${id.slice(0, 8)}`, alice)).toEqual([id])
    expect(await ask(`id=${id}`, bob)).toEqual([])
    expect(await ask(`id=${id}&state=undecided`, alice)).toEqual([])
    expect(await ask(`after=${other.id}`, alice)).toEqual([id])
    expect((await here.ask(`${path}?after=${id}`, { key: bob })).status).toBe(400)
    expect((await here.ask(`${path}?id=../x`, { key: alice })).status).toBe(400)
  })
})

import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { reaches } from "./support/reaches.ts"
import { film, picture, pictureUrl, simulate, testServer } from "./support/testServer.ts"

const server = await testServer()
const { ask, simulator } = server

const create = "/api/v1/generations"
const request = (prompt: string) => ({
  model: "vidu/img2video",
  input: { image: pictureUrl(simulator), prompt },
})
const parts = (json: unknown, files: Readonly<Record<string, Uint8Array>> = { image: picture }) => {
  const form = new FormData()
  form.set("request", JSON.stringify(json))
  for (const [name, bytes] of Object.entries(files)) {
    form.set(name, new File([Uint8Array.from(bytes)], "../../../etc/passwd"))
  }
  return { method: "POST", body: form }
}
const accepted = () => simulator.ledger().tasks.length

describe("a generation", () => {
  it("is asked for, made, kept and read", async () => {
    const created = await ask(create, { json: request("a drum turns") })
    expect(created.status).toBe(201)
    const { id } = created.json
    expect(created.headers.get("location")).toBe(`${create}/${id}`)
    const record = await reaches(server, id, "done")
    expect(record.tasks).toHaveLength(1)
    expect(record.tasks[0].handle).toMatch(/^zt1\./)
    expect(record.input).toMatchObject({ prompt: "a drum turns" })
    expect(record.events.map(({ kind }: { kind: string }) => kind)).toEqual([
      "accepted",
      "submitting",
      "submitted",
      "fetching",
      "done",
    ])
    expect(record.artifacts[0]).toMatchObject({ sha256: film.sha256, bytes: film.bytes.length })
    const video = await ask(record.content)
    expect(video.status).toBe(200)
    expect(video.headers.get("content-type")).toBe("video/mp4")
    expect(video.bytes.equals(film.bytes)).toBe(true)
    const late = await ask(`${create}/${id}/cancel`, { method: "POST" })
    expect(late.status).toBe(409)
    expect(late.json).toMatchObject({ code: "not-now" })
  })

  it("takes files as parts, whatever their names are", async () => {
    const input = { prompt: "parts" }
    const created = await ask(create, parts({ model: "vidu/img2video", input }))
    expect(created.status).toBe(201)
    const record = await reaches(server, created.json.id, "done")
    const sha256 = createHash("sha256").update(picture).digest("hex")
    expect(record.files).toEqual([{ field: "image", bytes: picture.length, sha256 }])
    expect(JSON.stringify(record)).not.toContain("passwd")
    const path = `inputs/${sha256.slice(0, 2)}/${sha256.slice(2)}`
    expect(existsSync(join(server.dataDir, path))).toBe(true)
  })

  it("takes the JSON of a request with files as a file, too", async () => {
    const form = new FormData()
    const json = JSON.stringify({ model: "vidu/img2video", input: { prompt: "a file" } })
    form.set("request", new File([json], "request.json", { type: "application/json" }))
    form.set("image", new File([picture], "a.jpg"))
    expect((await ask(create, { method: "POST", body: form })).status).toBe(201)
  })

  it("is made once, however often it is asked for with one key", async () => {
    const alone = await testServer()
    const json = { ...request("once"), input: { image: pictureUrl(alone.simulator) } }
    const headers = { "idempotency-key": "order-7" }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => alone.ask(create, { json, headers })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9)
    const ids = new Set(answers.map(({ json: { id } }) => id))
    expect(ids.size).toBe(1)
    await reaches(alone, answers[0]!.json.id, "done")
    expect(alone.simulator.ledger().tasks).toHaveLength(1)
    const other = await alone.ask(create, { json: request("another"), headers })
    expect(other.status).toBe(422)
    expect(other.json).toMatchObject({ code: "key-reused", type: "/docs/errors#key-reused" })
  })

  it("is deleted when it has ended, and not before; cancelled before it is sent, it has", async () => {
    const slow = await testServer({
      simulator: await simulate({ speed: 1, pace: { "*": { generatingSeconds: 600 } } }),
    })
    const image = pictureUrl(slow.simulator)
    const json = { model: "vidu/img2video", input: { image } }
    const first = await slow.ask(create, { json })
    await reaches(slow, first.json.id, "running")
    const refused = await slow.ask(`${create}/${first.json.id}`, { method: "DELETE" })
    expect(refused.status).toBe(409)
    expect(refused.json.detail).toContain("it is running; cancel or settle it first")
    // More than the account may have in flight: as soon as it has those, the others wait here.
    await Promise.all(Array.from({ length: 20 }, () => slow.ask(create, { json })))
    const inFlight = async () => (await slow.ask("/api/v1/stats")).json.states.running
    await expect.poll(inFlight, { timeout: 10_000 }).toBe(5)
    const waiting = (await slow.ask(`${create}?state=queued&limit=1`)).json.generations[0]
    const path = `${create}/${waiting.id}`
    const cancelled = await slow.ask(`${path}/cancel`, { method: "POST" })
    expect(cancelled.json.state).toBe("cancelled")
    expect((await slow.ask(path, { method: "DELETE" })).status).toBe(204)
    expect((await slow.ask(path)).status).toBe(404)
    expect((await slow.ask(path, { method: "DELETE" })).status).toBe(404)
  })

  it("is settled by what a person knows", async () => {
    const lossy = await testServer({
      simulator: await simulate({ faults: ["submit:lost-answer:n=20"] }),
    })
    const model = "volc-cv/jimeng-video-3.0-pro"
    const created = await lossy.ask(create, { json: { model, input: { prompt: "lost" } } })
    const path = `${create}/${created.json.id}`
    const undecided = await reaches(lossy, created.json.id, "undecided")
    expect(undecided.error).toMatchObject({ reason: "OutcomeUnknown", verdict: "ask" })
    const wrong = await lossy.ask(`${path}/settle`, { json: { how: "found", handle: "zt1.x" } })
    expect(wrong.status).toBe(400)
    expect(wrong.json.errors[0].path).toBe("/handle")
    const foreign = await lossy.ask(`${path}/settle`, {
      json: { how: "found", handle: foreignHandle(model) },
    })
    expect(foreign.json.code).toBe("foreign-handle")
    const given = await lossy.ask(`${path}/settle`, { json: { how: "give-up" } })
    expect(given.json.state).toBe("failed")
    const late = await lossy.ask(`${path}/settle`, { json: { how: "again" } })
    expect(late.status).toBe(409)
    expect(lossy.simulator.ledger().tasks).toHaveLength(1)
  })

  it("says what the provider said, with its request id", async () => {
    const strict = await testServer({
      simulator: await simulate({ faults: ["submit:code=50411:n=9"] }),
    })
    const model = "volc-cv/jimeng-video-3.0-pro"
    const created = await strict.ask(create, { json: { model, input: { prompt: "no" } } })
    const { error } = await reaches(strict, created.json.id, "failed")
    expect(error).toMatchObject({ reason: "Moderated", code: "50411", verdict: "stop" })
    expect(error.requestId).toMatch(/\w{8}/)
    expect(error.message).toContain("No task was made and nothing was paid")
  })
})

const foreignHandle = (model: string): string =>
  `zt1.${Buffer.from(
    JSON.stringify({
      version: 1,
      provider: "volc-cv",
      account: "default",
      key: "aaaaaaaaaaaa",
      model,
      taskId: "1",
      submittedAt: "2026-01-01T00:00:00.000Z",
      query: {},
    }),
  ).toString("base64url")}`

describe("a create that is wrong", () => {
  const wrong: ReadonlyArray<readonly [string, unknown, string, string | undefined]> = [
    ["no model", { input: {} }, "invalid-request", "/model"],
    ["an unknown field", { ...request("x"), priority: 1 }, "invalid-request", "/priority"],
    ["remakes without end", { ...request("x"), remakes: 1e9 }, "invalid-request", "/remakes"],
    [
      "an input that is a list",
      { model: "vidu/img2video", input: [] },
      "invalid-request",
      "/input",
    ],
    ["an unknown model", { model: "vidu/none", input: {} }, "unknown-model", "/model"],
    ["an unknown account", { ...request("x"), account: "nobody" }, "unknown-model", "/model"],
    [
      "a field that the model does not have",
      { model: "vidu/img2video", input: { ...request("x").input, style: "anime" } },
      "invalid-input",
      "/input/style",
    ],
    ["a missing picture", { model: "vidu/img2video", input: {} }, "invalid-input", "/input/image"],
    ["null", null, "invalid-request", ""],
    [
      "a field that every object has",
      { model: "vidu/img2video", input: { ...request("x").input, constructor: 1 } },
      "invalid-input",
      "/input/constructor",
    ],
    [
      "a prototype",
      JSON.parse('{"model":"vidu/img2video","input":{"__proto__":{"image":"x"}}}'),
      "invalid-input",
      "/input/__proto__",
    ],
  ]
  it.each(wrong)("with %s is refused by the field", async (_, json, code, path) => {
    const answer = await ask(create, { json })
    expect(answer.status).toBe(400)
    expect(answer.json.code).toBe(code)
    expect(answer.json.errors.map((issue: { path: string }) => issue.path)).toContain(path)
  })

  it("names every field at once", async () => {
    const { json } = await ask(create, { json: { modell: "x", inputs: {} } })
    expect(json.errors.map((issue: { path: string }) => issue.path).toSorted()).toEqual([
      "/input",
      "/inputs",
      "/model",
      "/modell",
    ])
  })

  it.each([
    ["not JSON", '{"model":', "application/json", 400],
    [
      "deeper than any stack",
      `${"[".repeat(200_000)}${"]".repeat(200_000)}`,
      "application/json",
      400,
    ],
    [
      "deep inside its input",
      `{"model":"vidu/img2video","input":{"prompt":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`,
      "application/json",
      400,
    ],
    ["a form", "model=vidu%2Fimg2video", "application/x-www-form-urlencoded", 415],
    ["text, as a page may send it", '{"model":"x","input":{}}', "text/plain", 415],
    ["parts without a boundary", "--x--", "multipart/form-data", 400],
    [
      "parts cut off",
      "--x\r\nContent-Disposition: form-data; name=",
      "multipart/form-data; boundary=x",
      400,
    ],
    ["no body", "", "application/json", 400],
  ])("that is %s gets a problem", async (_, body, type, status) => {
    const answer = await ask(create, { method: "POST", body, headers: { "content-type": type } })
    expect(answer.status).toBe(status)
    expect(answer.headers.get("content-type")).toBe("application/problem+json")
  })

  it.each([
    ["a text field of its own", { text: "x" }, "/text"],
    ["no JSON", { request: undefined }, "/request"],
    ["broken JSON", { request: "{" }, "/request"],
    ["a file that the JSON has too", { request: JSON.stringify(request("x")) }, "/image"],
  ])("whose parts have %s is refused", async (_, over, path) => {
    const form = new FormData()
    const fields = {
      request: JSON.stringify({ model: "vidu/img2video", input: {} }),
      ...over,
    } as Record<string, string | undefined>
    for (const [name, value] of Object.entries(fields))
      if (value !== undefined) form.set(name, value)
    form.set("image", new File([picture], "a.jpg"))
    const answer = await ask(create, { method: "POST", body: form })
    expect(answer.status).toBe(400)
    expect(answer.json.errors[0].path).toBe(path)
  })

  it.each(["a b", "", "x".repeat(256), "é"])(
    "with the idempotency key %.9s is refused",
    async (key) => {
      const answer = await ask(create, {
        json: request("x"),
        headers: { "idempotency-key": Buffer.from(key).toString("latin1") },
      })
      expect(answer.status).toBe(400)
      expect(answer.json.errors[0]).toMatchObject({ in: "header", path: "/idempotency-key" })
    },
  )

  it("leaves no row, no file and no task", async () => {
    const other = await testServer({ simulator })
    const before = accepted()
    for (const [, json] of wrong) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await other.ask(create, { json })
    }
    await other.ask(create, parts({ model: "vidu/none", input: {} }))
    await other.ask(create, parts({ model: "vidu/img2video", input: { duration: "long" } }))
    expect((await other.ask(create)).json.generations).toEqual([])
    expect(existsSync(join(other.dataDir, "inputs"))).toBe(false)
    expect(accepted()).toBe(before)
  })
})

describe("the list", () => {
  it("comes in pages, newest first, each generation once", async () => {
    const many = await testServer({ simulator })
    const image = pictureUrl(simulator)
    for (let index = 0; index < 7; index++) {
      // oxlint-disable-next-line no-await-in-loop -- in this order
      await many.ask(create, {
        json: { model: "vidu/img2video", input: { image, prompt: `${index}` } },
      })
    }
    const ids: Array<string> = []
    let after: string | null = ""
    for (let pages = 0; after !== null && pages < 5; pages++) {
      // oxlint-disable-next-line no-await-in-loop
      const { json } = await many.ask(`${create}?limit=3${after === "" ? "" : `&after=${after}`}`)
      ids.push(...json.generations.map(({ id }: { id: string }) => id))
      after = json.next
    }
    expect(after).toBeNull()
    expect(new Set(ids).size).toBe(7)
    const all = (await many.ask(create)).json.generations
    expect(all.map(({ id }: { id: string }) => id)).toEqual(ids)
    const times = all.map(({ createdAt }: { createdAt: string }) => createdAt)
    expect(times).toEqual(times.toSorted().toReversed())
    expect((await many.ask(`${create}?model=vidu/none`)).json.generations).toEqual([])
    expect((await many.ask(`${create}?state=failed&state=cancelled`)).json.generations).toEqual([])
  })

  it.each(["limit=0", "limit=201", "limit=x", "after=x", "after=WzEsMl0", "state=lost", "page=2"])(
    "refuses ?%s",
    async (query) => {
      const answer = await ask(`${create}?${query}`)
      expect(answer.status).toBe(400)
      expect(answer.json.errors[0].in).toBe("query")
    },
  )
})

it.each([
  "/api/v1/generations/unknown",
  "/api/v1/generations/..%2f..%2fkeys.json",
  "/api/v1/generations/%00/content",
  "/api/v1/generations/%ff/content",
  "/api/v1/generations/' OR 1=1 --",
  `/api/v1/generations/${"a".repeat(500)}`,
])("an id like %s is none", async (path) => {
  const answer = await ask(path)
  expect([400, 404]).toContain(answer.status)
  expect(answer.headers.get("content-type")).toBe("application/problem+json")
})

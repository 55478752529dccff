import { createHash } from "node:crypto"
import { request } from "node:http"
import { describe, expect, it, vi } from "vitest"
import type { Task } from "../src/Task.ts"
import { spoilAnswer } from "../src/spoil.ts"
import { makePlainDialect, plainDialect } from "./plainDialect.ts"
import { finished, jsonOf, poll, send, start, submit } from "./support.ts"

describe("a fault that keeps the request away", () => {
  it.each([
    ["submit:503", 503],
    ["submit:code=Busy", 400],
    ["submit:html", 200],
    ["submit:redirect", 307],
  ])("%s: nothing is accepted", async (fault, status) => {
    const simulator = await start({ faults: [fault] })
    expect((await submit(simulator)).status).toBe(status)
    const { totals, refused } = simulator.ledger()
    expect(totals).toMatchObject({ accepted: 0, refused: 1 })
    expect(refused).toMatchObject([{ ordered: true }])
    expect((await submit(simulator)).status).toBe(200)
  })

  it("submit:reset-before: the connection breaks and nothing is recorded", async () => {
    const simulator = await start({ faults: ["submit:reset-before"] })
    await expect(submit(simulator)).rejects.toMatchObject({ code: "ECONNRESET" })
    expect(simulator.ledger().totals).toMatchObject({ accepted: 0, refused: 0 })
    expect(simulator.logged).toMatchObject([{ kind: "submit", status: 0, fault: "ResetBefore" }])
  })

  it("gives a status the body and Retry-After that were ordered", async () => {
    const simulator = await start({
      faults: ["submit:502:body=html", "submit:503:body=empty:retry-after=7", "submit:500"],
    })
    const html = await submit(simulator)
    expect([html.status, html.headers["content-type"]]).toEqual([502, "text/html; charset=utf-8"])
    const empty = await submit(simulator)
    expect([empty.status, empty.bytes.byteLength]).toEqual([503, 0])
    expect(empty.headers["retry-after"]).toBe("7")
    expect(jsonOf(await submit(simulator))).toEqual({ code: "Ordered" })
  })
})

describe("a fault on the way back", () => {
  it.each([
    "submit:lost-answer",
    "submit:502:when=after",
    "submit:html:when=after",
    "submit:malformed",
    "submit:empty",
    "submit:no-task-id",
    "submit:truncate@0.3",
  ])("%s: the task is accepted, its id is lost", async (fault) => {
    const simulator = await start({ faults: [fault] })
    const learnt = await submit(simulator).then(
      ({ bytes }) => bytes.toString(),
      () => "",
    )
    expect(learnt).not.toContain("task-1")
    expect(simulator.ledger()).toMatchObject({
      totals: { accepted: 1, refused: 0, answersLost: 1 },
      tasks: [{ id: "task-1", answer: "lost" }],
    })
  })

  it.each(['{"id":"18446744073709551617"}', '{"data":{"film":18446744073709551617}}'])(
    "submit:no-task-id finds the id in %s",
    (body) => {
      const task = { id: "18446744073709551617" } as Task
      const spoiling = { address: "", ordered: () => ({ status: 500, body: "" }) }
      const { answer } = spoilAnswer({ _tag: "NoTaskId" }, { status: 200, body, task }, spoiling)
      expect(answer.body).not.toContain(task.id)
    },
  )

  it("each spoils the answer as its name says", async () => {
    const simulator = await start({
      faults: ["submit:empty", "submit:no-task-id", "submit:malformed", "submit:huge"],
    })
    expect((await submit(simulator)).status).toBe(204)
    expect(jsonOf(await submit(simulator))).toEqual({ state: "queued" })
    const malformed = await submit(simulator)
    expect(malformed.status).toBe(200)
    expect(() => jsonOf(malformed)).toThrow(SyntaxError)
    const huge = await submit(simulator)
    expect(huge.bytes.byteLength).toBeGreaterThan(64 * 1024 * 1024)
    expect(simulator.ledger().tasks.map(({ answer }) => answer)).toEqual([
      "lost",
      "lost",
      "lost",
      "delivered",
    ])
  })

  it("counts a poll whose answer is lost, and shows an ordered state", async () => {
    const simulator = await start({ faults: ["poll:lost-answer", "poll:state=odd", "poll:404"] })
    await submit(simulator)
    await expect(poll(simulator, "task-1")).rejects.toMatchObject({ code: "ECONNRESET" })
    expect(jsonOf(await poll(simulator, "task-1"))).toEqual({ state: "odd" })
    expect((await poll(simulator, "task-1")).status).toBe(404)
    expect(jsonOf(await poll(simulator, "task-1"))["state"]).toBe("Queued")
    expect(simulator.ledger().totals.polls).toBe(2)
  })

  it("delays the first byte and slows the rest in real time", async () => {
    const simulator = await start({ faults: ["poll:delay=120ms", "download:slow=20000"] })
    await submit(simulator)
    const asked = performance.now()
    await poll(simulator, "task-1")
    expect(performance.now() - asked).toBeGreaterThanOrEqual(115)
    simulator.clock.advance(60)
    await simulator.settled()
    const { url, size } = jsonOf(await poll(simulator, "task-1"))
    const began = performance.now()
    const film = await send(String(url))
    expect(film.bytes.byteLength).toBe(size)
    expect(performance.now() - began).toBeGreaterThan((Number(size) / 20_000) * 1000 * 0.8)
  })
})

describe("a client that leaves before the end", () => {
  const leave = (url: string, method: string, headers: Record<string, string>) =>
    new Promise<void>((resolve) => {
      const outgoing = request(url, { method, headers, agent: false }, (response) =>
        response.once("data", () => outgoing.destroy()),
      )
      outgoing.on("error", () => undefined)
      outgoing.on("close", resolve)
      outgoing.setTimeout(50, () => outgoing.destroy())
      outgoing.end(method === "POST" ? "{}" : undefined)
    })

  it("has its task accepted and does not know it", async () => {
    const simulator = await start({ faults: ["submit:delay=10s"] })
    await leave(`${simulator.url}/tasks`, "POST", { authorization: "alice" })
    await vi.waitFor(() => expect(simulator.logged).toHaveLength(1))
    expect(simulator.ledger().tasks).toMatchObject([{ id: "task-1", answer: "lost" }])
  })

  it("has not downloaded", async () => {
    const simulator = await start({ faults: ["download:slow=200"] })
    await leave(await finished(simulator), "GET", {})
    await vi.waitFor(() => expect(simulator.logged).toMatchObject([{}, {}, { kind: "download" }]))
    expect(simulator.ledger().totals.downloads).toBe(0)
  })
})

describe("a fault of a download", () => {
  it("truncates, and the rest can be had by range", async () => {
    const simulator = await start({ faults: ["download:truncate@0.5"] })
    const link = await finished(simulator)
    await expect(send(link)).rejects.toMatchObject({ code: "ECONNRESET" })
    expect(simulator.ledger().totals.downloads).toBe(0)
    const { size } = simulator.ledger().tasks[0]?.file ?? { size: 0 }
    const rest = await send(link, { headers: { range: `bytes=${size >> 1}-` } })
    expect(rest.bytes.byteLength).toBe(size - (size >> 1))
    expect(simulator.ledger().totals.downloads).toBe(1)
  })

  it("hands over all of the part before it cuts the rest", async () => {
    const bytes = Buffer.alloc(8 * 1024 * 1024, "film")
    const facts = { bytes, md5: "m", sha256: "s", seconds: 1, width: 64, height: 48 }
    const simulator = await start({
      faults: ["download:truncate@0.75"],
      renderer: { render: async () => facts },
    })
    await expect(send(await finished(simulator))).rejects.toMatchObject({
      received: { byteLength: bytes.byteLength * 0.75 },
    })
  })

  it("corrupts one byte, ignores ranges, redirects, and shows a dead link", async () => {
    const simulator = await start({
      faults: [
        "download:corrupt",
        "download:no-range",
        "download:redirect",
        "download:redirect=http%3A//192.0.2.1/x",
        "download:dead-link",
        "download:500",
        "download:reset-before",
      ],
    })
    const link = await finished(simulator)
    const { md5 = "", size = 0 } = simulator.ledger().tasks[0]?.file ?? {}
    const corrupt = await send(link)
    expect(corrupt.bytes.byteLength).toBe(size)
    expect(createHash("md5").update(corrupt.bytes).digest("hex")).not.toBe(md5)
    expect(simulator.ledger().totals.downloads).toBe(0)
    const whole = await send(link, { headers: { range: "bytes=10-" } })
    expect([whole.status, whole.bytes.byteLength]).toEqual([200, size])
    const redirect = await send(link)
    expect(redirect.status).toBe(307)
    expect(simulator.url + String(redirect.headers["location"])).toBe(link)
    expect((await send(link)).headers["location"]).toBe("http://192.0.2.1/x")
    const dead = await send(link)
    expect([dead.status, dead.bytes.toString().includes("Request has expired")]).toEqual([
      403,
      true,
    ])
    expect((await send(link)).status).toBe(500)
    await expect(send(link)).rejects.toMatchObject({ code: "ECONNRESET" })
    expect((await send(link)).status).toBe(200)
  })
})

describe("how often", () => {
  it("meets n calls, or all, after those skipped", async () => {
    const simulator = await start({ faults: ["poll:503:n=2:skip=1"] })
    await submit(simulator)
    const statuses = []
    for (let call = 0; call < 4; call++) {
      // oxlint-disable-next-line no-await-in-loop -- the order is the point
      statuses.push((await poll(simulator, "task-1")).status)
    }
    expect(statuses).toEqual([200, 503, 503, 200])
    expect(simulator.faults.list()).toMatchObject([{ met: 2, spent: true }])
    simulator.faults.add("any:500:n=all")
    expect((await poll(simulator, "task-1")).status).toBe(500)
    expect((await submit(simulator)).status).toBe(500)
    simulator.faults.clear()
    expect((await poll(simulator, "task-1")).status).toBe(200)
  })

  it("lasts for a time from the first call on the simulator's clock", async () => {
    const simulator = await start({ faults: ["poll:503:for=40s"] })
    await submit(simulator)
    simulator.clock.advance(1000)
    expect((await poll(simulator, "task-1")).status).toBe(503)
    simulator.clock.advance(39)
    expect((await poll(simulator, "task-1")).status).toBe(503)
    simulator.clock.advance(1)
    expect((await poll(simulator, "task-1")).status).toBe(200)
    expect(simulator.faults.list()).toMatchObject([{ met: 2, spent: true }])
  })

  it("is taken by the first that matches, and by its own model only", async () => {
    const simulator = await start({
      dialects: [plainDialect, makePlainDialect("other", "/jobs")],
      faults: ["submit:500:model=other-video", "submit:503:model=plain-video", "submit:429"],
    })
    expect((await submit(simulator)).status).toBe(503)
    expect((await submit(simulator)).status).toBe(429)
    expect((await submit(simulator)).status).toBe(200)
  })
})

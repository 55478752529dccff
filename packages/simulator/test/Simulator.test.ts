import { createHash } from "node:crypto"
import { createServer } from "node:http"
import { connect } from "node:net"
import { InvalidInput, makeSimulator, mediaFacts } from "@zoetrope/simulator"
import { describe, expect, it } from "vitest"
import { makePlainDialect, plainDialect } from "./plainDialect.ts"
import { finished, jsonOf, poll, send, start, submit } from "./support.ts"

describe("a task", () => {
  it("goes through its states with simulated time and ends in a real MP4", async () => {
    const simulator = await start()
    const { task_id: id } = jsonOf(await submit(simulator, { prompt: "a dog", frames: 12 }))
    expect(jsonOf(await poll(simulator, id))).toMatchObject({ state: "Queued" })
    simulator.clock.advance(30)
    const { state, progress } = jsonOf(await poll(simulator, id))
    expect(state).toBe("Generating")
    expect(progress).toBeGreaterThan(0.49)
    expect(progress).toBeLessThan(0.6)
    simulator.clock.advance(20)
    await simulator.settled()
    const done = jsonOf(await poll(simulator, id))
    expect(done["state"]).toBe("Succeeded")
    const film = await send(String(done["url"]))
    expect(film.status).toBe(200)
    expect(film.headers["content-type"]).toBe("video/mp4")
    expect(film.bytes.byteLength).toBe(done["size"])
    expect(await mediaFacts(film.bytes)).toMatchObject({ seconds: 0.5, codec: "avc" })
  })

  it("is not done before its film is ready, however fast the clock runs", async () => {
    let finish: () => void = () => undefined
    const wait = new Promise<void>((resolve) => {
      finish = resolve
    })
    const simulator = await start({
      speed: 1000,
      renderer: {
        render: async (request) => {
          await wait
          throw new Error(`no film of ${request.frames} frames`)
        },
      },
    })
    const { task_id: id } = jsonOf(await submit(simulator))
    simulator.clock.advance(3600)
    expect(jsonOf(await poll(simulator, id))["state"]).toBe("Generating")
    finish()
    await simulator.settled()
    expect(jsonOf(await poll(simulator, id))["state"]).toBe("Failed")
    const [task] = simulator.ledger().tasks
    expect(task).toMatchObject({ state: "failed", billedSeconds: 0 })
    expect(task?.notes).toEqual(["no film of 4 frames"])
  })

  it("is forgotten after its retention; the ledger is not", async () => {
    const simulator = await start()
    const { task_id: id } = jsonOf(await submit(simulator))
    await simulator.settled()
    simulator.clock.advance(12 * 3600 - 1)
    expect(jsonOf(await poll(simulator, id))["state"]).toBe("Succeeded")
    simulator.clock.advance(1)
    expect(jsonOf(await poll(simulator, id))["state"]).toBe("Forgotten")
    expect(simulator.ledger().tasks[0]?.state).toBe("succeeded")
  })

  it("takes the time that the options say", async () => {
    const simulator = await start({ pace: { "*": { queuedSeconds: 0, generatingSeconds: 5 } } })
    const { task_id: id } = jsonOf(await submit(simulator))
    expect(jsonOf(await poll(simulator, id))["state"]).toBe("Generating")
    simulator.clock.advance(5)
    await simulator.settled()
    expect(jsonOf(await poll(simulator, id))["state"]).toBe("Succeeded")
  })
})

describe("two providers", () => {
  it("do not know each other's tasks, and share one ledger", async () => {
    const other = makePlainDialect("other", "/jobs")
    const simulator = await start({ dialects: [plainDialect, other] })
    const asked = { method: "POST", headers: { authorization: "alice" }, body: "{}" }
    await send(`${simulator.url}/tasks`, asked)
    await send(`${simulator.url}/jobs`, asked)
    expect((await send(`${simulator.url}/jobs/job-1`)).status).toBe(200)
    expect((await send(`${simulator.url}/jobs/task-1`)).status).toBe(404)
    expect((await send(`${simulator.url}/tasks/job-1`)).status).toBe(404)
    expect(simulator.ledger().tasks).toMatchObject([
      { id: "task-1", provider: "plain", model: "plain-video", polls: 0 },
      { id: "job-1", provider: "other", model: "other-video", polls: 1 },
    ])
  })
})

describe("the ledger", () => {
  it("bills successes only and counts what was refused", async () => {
    const simulator = await start()
    await submit(simulator)
    await submit(simulator, { prompt: "b", fail: "Moderated" })
    await send(`${simulator.url}/tasks`, { method: "POST", headers: { authorization: "mallory" } })
    expect(simulator.ledger().totals).toMatchObject({ accepted: 2, underWay: 2, billedSeconds: 0 })
    simulator.clock.advance(60)
    await simulator.settled()
    const ledger = simulator.ledger()
    expect(ledger.totals).toEqual({
      accepted: 2,
      underWay: 0,
      succeeded: 1,
      failed: 1,
      refused: 1,
      acceptedSeconds: 10,
      billedSeconds: 5,
      polls: 0,
      downloads: 0,
      answersLost: 0,
    })
    expect(ledger.tasks.map(({ code, answer }) => [code, answer])).toEqual([
      [undefined, "delivered"],
      ["Moderated", "delivered"],
    ])
    const digest = createHash("sha256").update(`{"prompt":"a cat"}`).digest("hex")
    expect(ledger.tasks[0]?.inputDigest).toBe(digest)
    expect(ledger.refused).toMatchObject([{ status: 401, code: "NoAccount", ordered: false }])
  })

  it("counts downloads that reached the end, also in two parts", async () => {
    const simulator = await start()
    const link = await finished(simulator)
    const first = await send(link, { headers: { range: "bytes=0-99" } })
    expect(simulator.ledger().totals.downloads).toBe(0)
    const etag = String(first.headers["etag"])
    const rest = await send(link, { headers: { range: "bytes=100-", "if-range": etag } })
    expect(rest.status).toBe(206)
    expect(simulator.ledger().totals.downloads).toBe(1)
    const whole = Buffer.concat([first.bytes, rest.bytes])
    expect(createHash("md5").update(whole).digest("hex")).toBe(
      simulator.ledger().tasks[0]?.file?.md5,
    )
    expect(etag).toBe(`"${simulator.ledger().tasks[0]?.file?.md5}"`)
  })

  it("is the same over HTTP", async () => {
    const simulator = await start()
    await submit(simulator)
    const answer = await send(`${simulator.url}/_simulator/ledger`)
    expect(answer.status).toBe(200)
    expect(jsonOf(answer)["tasks"]).toEqual(simulator.ledger().tasks)
  })
})

describe("limits", () => {
  it("counts calls by the second of simulated time", async () => {
    const simulator = await start({
      limits: { "plain-video": { callsPerSecond: 2 } },
      speed: 0.001,
    })
    const statuses = []
    for (const prompt of ["a", "b", "c"]) {
      // oxlint-disable-next-line no-await-in-loop -- the order is the point
      statuses.push((await submit(simulator, { prompt })).status)
    }
    expect(statuses).toEqual([200, 200, 429])
    simulator.clock.advance(1)
    expect((await submit(simulator)).status).toBe(200)
  })

  it("counts tasks in flight, also of submits at the same moment", async () => {
    const simulator = await start({ limits: { "*": { inFlight: 2 } } })
    const answers = await Promise.all(
      ["a", "b", "c"].map((prompt) => submit(simulator, { prompt })),
    )
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1)
    expect(simulator.ledger().totals.accepted).toBe(2)
    expect(simulator.ledger().refused).toMatchObject([{ code: "TooMany" }])
    simulator.clock.advance(60)
    await simulator.settled()
    expect((await submit(simulator)).status).toBe(200)
  })

  it("holds no more tasks than it may", async () => {
    const simulator = await start({ maxTasks: 1 })
    expect((await submit(simulator)).status).toBe(200)
    expect((await submit(simulator)).status).toBe(503)
    expect(simulator.ledger().totals.accepted).toBe(1)
  })
})

describe("a result link", () => {
  it("is another one at each poll and dies on the simulator's clock", async () => {
    const simulator = await start()
    const link = await finished(simulator)
    const again = String(jsonOf(await poll(simulator, "task-1"))["url"])
    expect(again).not.toBe(link)
    simulator.clock.advance(3598)
    expect((await send(link, { method: "HEAD" })).status).toBe(200)
    simulator.clock.advance(3)
    const dead = await send(link)
    expect(dead.status).toBe(403)
    expect(dead.headers["content-type"]).toBe("application/xml")
    expect(dead.bytes.toString()).toContain("<Code>AccessDenied</Code>")
    const fresh = String(jsonOf(await poll(simulator, "task-1"))["url"])
    expect((await send(fresh)).status).toBe(200)
  })

  it("is refused with another query, other characters or for another task", async () => {
    const simulator = await start()
    const link = await finished(simulator)
    const signature = /x-signature=(.*)$/.exec(link)?.[1] ?? ""
    const tampered = [
      link.replace(/x-expires=\d+/, "x-expires=9999999999"),
      link.replace("task-1", "task-2"),
      link.replace(signature, decodeURIComponent(signature)),
      link.slice(0, link.indexOf("?")),
      `${link}&more=1`,
    ]
    for (const one of tampered) {
      // oxlint-disable-next-line no-await-in-loop -- a few requests on loopback
      const answer = await send(one)
      expect([one, answer.status]).toEqual([one, 403])
      expect(answer.bytes.toString()).toContain("SignatureDoesNotMatch")
    }
  })
})

describe("inputs", () => {
  it("serves the samples and what is added, by range too", async () => {
    const simulator = await start()
    const names = simulator.inputs.list().map(({ name }) => name)
    expect(names).toEqual(["sample.jpg", "sample.mp4", "sample.wav"])
    const samples = await Promise.all(simulator.inputs.list().map(({ url }) => send(url)))
    expect(samples.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(samples.map(({ headers }) => headers["content-type"])).toEqual([
      "image/jpeg",
      "video/mp4",
      "audio/wav",
    ])
    const url = simulator.inputs.add("my [[50511 once]].png", Buffer.from("bytes"), "image/png")
    const part = await send(url, { headers: { range: "bytes=1-2" } })
    expect([part.status, part.bytes.toString()]).toEqual([206, "yt"])
    expect((await send(`${simulator.url}/inputs/none`)).status).toBe(404)
    expect((await send(`${simulator.url}/inputs/%zz`)).status).toBe(404)
    expect((await send(url, { method: "DELETE" })).status).toBe(405)
  })

  it("refuses names and media types that cannot be served", async () => {
    const { inputs } = await start()
    for (const name of ["", "a/b", "a\\b", "a\nb", "\uD800", "x".repeat(201)]) {
      expect(() => inputs.add(name, Buffer.from("b"), "image/png")).toThrow(/^name: /)
    }
    expect(() => inputs.add("a", Buffer.from("b"), "image/png\r\nx: y")).toThrow(/^mediaType: /)
  })
})

describe("over HTTP", () => {
  it("orders and shows faults, all of a list or none", async () => {
    const simulator = await start()
    const url = `${simulator.url}/_simulator/faults`
    const order = (faults: unknown) =>
      send(url, { method: "POST", body: JSON.stringify({ faults }) })
    const refused = await order(["poll:503", "poll:nonsense"])
    expect(refused.status).toBe(400)
    expect(jsonOf(refused)["error"]).toContain("nonsense")
    expect(jsonOf(await order(["submit:503:model=no-such"]))["error"]).toContain("plain-video")
    expect((await order("poll:503")).status).toBe(400)
    expect((await send(url, { method: "POST", body: "{" })).status).toBe(400)
    expect(simulator.faults.list()).toEqual([])
    await order(["submit:503:2"])
    expect((await submit(simulator)).status).toBe(503)
    expect(jsonOf(await send(url))).toEqual({
      faults: [{ fault: "submit:503:2", met: 1, spent: false }],
    })
    await send(url, { method: "DELETE" })
    expect((await submit(simulator)).status).toBe(200)
  })

  it("advances the clock and takes inputs", async () => {
    const simulator = await start()
    const at = simulator.clock.now()
    const clock = `${simulator.url}/_simulator/clock`
    const advanced = await send(clock, { method: "POST", body: `{"advance":90}` })
    expect(Date.parse(String(jsonOf(advanced)["now"])) - at).toBeGreaterThanOrEqual(90_000)
    expect((await send(clock, { method: "POST", body: `{"advance":-1}` })).status).toBe(400)
    const put = await send(`${simulator.url}/_simulator/inputs/dot.png`, {
      method: "PUT",
      headers: { "content-type": "image/png" },
      body: Buffer.from([1, 2, 3]),
    })
    expect((await send(String(jsonOf(put)["url"]))).bytes).toEqual(Buffer.from([1, 2, 3]))
    expect((await send(`${simulator.url}/_simulator/other`)).status).toBe(404)
  })

  it("does not listen to web pages nor to names that were bent to it", async () => {
    const { url } = await start()
    const ledger = `${url}/_simulator/ledger`
    expect((await send(ledger, { headers: { origin: "https://example.com" } })).status).toBe(403)
    expect((await send(ledger, { headers: { host: "example.com" } })).status).toBe(403)
  })
})

describe("hostile input", () => {
  it("answers 413 to a body that is too large, and remembers nothing of it", async () => {
    const simulator = await start({ maxBodyBytes: 1000 })
    const url = `${simulator.url}/tasks`
    const large = Buffer.alloc(3_000_000)
    expect((await send(url, { method: "POST", body: large })).status).toBe(413)
    const chunked = { "transfer-encoding": "chunked" }
    expect((await send(url, { method: "POST", headers: chunked, body: large })).status).toBe(413)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 0, refused: 0 })
  })

  it("ends connections that send too slowly", async () => {
    const { url } = await start({ requestTimeoutMilliseconds: 100 })
    const { port } = new URL(url)
    const socket = connect(Number(port), "127.0.0.1")
    let told = ""
    socket.on("data", (data: Buffer) => {
      told += data.toString()
    })
    socket.write("POST /tasks HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc")
    await new Promise((resolve) => socket.on("close", resolve))
    expect(told).toMatch(/^HTTP\/1.1 408 /)
  })

  it("outlives garbage, broken uploads and odd targets", async () => {
    const simulator = await start()
    const port = Number(new URL(simulator.url).port)
    const talk = (bytes: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(port, "127.0.0.1", () => socket.end(bytes))
        let answer = ""
        socket.on("data", (data: Buffer) => {
          answer += data.toString()
        })
        socket.on("error", () => undefined)
        socket.on("close", () => resolve(answer.slice(0, 12)))
      })
    expect(await talk("\u0000\u0001garbage\r\n\r\n")).toBe("HTTP/1.1 400")
    expect(await talk("POST /tasks HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc")).not.toBe(
      "HTTP/1.1 200",
    )
    expect(await talk("GET //[ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")).toBe(
      "HTTP/1.1 404",
    )
    const absolute = `GET ${simulator.url}/inputs/sample.jpg HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`
    expect(await talk(absolute)).toBe("HTTP/1.1 200")
    expect((await submit(simulator)).status).toBe(200)
  })
})

describe("options", () => {
  it.each([
    [{ speed: 0 }, "speed"],
    [{ speed: Number.NaN }, "speed"],
    [{ skewSeconds: Number.POSITIVE_INFINITY }, "skewSeconds"],
    [{ pace: { other: {} } }, "pace"],
    [{ pace: { "*": { queuedSeconds: -1 } } }, "pace.plain-video.queuedSeconds"],
    [{ limits: { other: {} } }, "limits"],
    [{ limits: { "*": { callsPerSecond: 0 } } }, "limits.plain-video.callsPerSecond"],
    [{ linkSeconds: -1 }, "linkSeconds"],
    [{ retentionSeconds: -1 }, "retentionSeconds"],
    [{ faults: ["poll:never"] }, "fault poll:never"],
  ])("%j are refused by name", async (options, field) => {
    const attempt = makeSimulator({ dialects: [plainDialect], ...options })
    await expect(attempt).rejects.toThrow(InvalidInput)
    await expect(attempt).rejects.toMatchObject({ field })
  })

  it("says so when the port is taken", async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    const port = typeof address === "object" ? (address?.port ?? 0) : 0
    await expect(makeSimulator({ dialects: [plainDialect], port })).rejects.toThrow(/EADDRINUSE/)
    server.close()
  })

  it("shows the gateway's clock, wrong as ordered, in the Date header", async () => {
    const { url } = await start({ skewSeconds: 3600 })
    const { headers } = await send(`${url}/inputs/sample.jpg`, { method: "HEAD" })
    const ahead = Date.parse(String(headers["date"])) - Date.now()
    expect(ahead).toBeGreaterThan(3_590_000)
    expect(ahead).toBeLessThanOrEqual(3_600_000)
  })
})

describe("the log", () => {
  it("has one line for each request and none of its headers, query or body", async () => {
    const simulator = await start()
    const link = await finished(simulator, "a secret wish")
    await send(link)
    expect(simulator.logged).toMatchObject([
      { kind: "submit", name: "submit", status: 200, taskId: "task-1", account: "alice" },
      { kind: "poll", name: "poll", status: 200, taskId: "task-1", model: "plain-video" },
      { kind: "download", name: "/results/task-1/video.mp4", status: 200, taskId: "task-1" },
    ])
    const text = JSON.stringify(simulator.logged)
    expect(text).not.toContain("wish")
    expect(text).not.toContain("x-signature")
  })
})

import { once } from "node:events"
import { chmod, readFile, stat, writeFile } from "node:fs/promises"
import { connect } from "node:net"
import { Effect, Redacted, Scope } from "effect"
import { describe, expect, it } from "vitest"
import { Keys, start } from "../src/index.ts"
import { document } from "./support/openapi.ts"
import { listen } from "./support/events.ts"
import { send, speak } from "./support/raw.ts"
import { reaches } from "./support/reaches.ts"
import { pictureUrl, simulate, temporaryDirectory, testServer } from "./support/testServer.ts"

const simulator = await simulate()
const create = "/api/v1/generations"
const request = {
  model: "vidu/img2video",
  input: { image: pictureUrl(simulator) },
}

/** Every route that the document names, and those beside it. */
const routes: ReadonlyArray<readonly [method: string, path: string]> = [
  ...Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(
      (method) => [method.toUpperCase(), path.replace(/\{\w+\}/g, "000000000000")] as const,
    ),
  ),
  ["GET", "/openapi.json"],
  ["GET", "/docs"],
  ["GET", "/docs/errors"],
  ["GET", "/nowhere"],
]

describe("a server without keys", async () => {
  const server = await testServer({ simulator })
  const { host } = new URL(server.url)

  it.each(routes)("answers no foreign name or page at %s %s", async (method, path) => {
    const refused: ReadonlyArray<Record<string, string>> = [
      // A name that leads here, as a rebound one does.
      { host: "evil.example" },
      { host: `evil.example:${new URL(server.url).port}` },
      { host: "127.0.0.1.evil.example" },
      { host: "localhost.evil.example" },
      { host: "0.0.0.0" },
      // A page of somebody else's, here or elsewhere.
      { host, origin: "https://evil.example" },
      { host, origin: "http://localhost:3000" },
      { host, origin: "null" },
      { host, "sec-fetch-site": "cross-site" },
      { host, "sec-fetch-site": "same-site" },
    ]
    const answers = await Promise.all(
      refused.map((headers) => send(server.url + path, { method, headers })),
    )
    for (const { status, text } of answers) {
      expect(status).toBe(403)
      // Each contract has its own form for an error; the code is the same.
      expect(text).toContain('"foreign-page"')
    }
  })

  it("lets no form of another page ask for a video", async () => {
    const body = JSON.stringify(request)
    const answer = await send(server.url + create, {
      method: "POST",
      headers: {
        host,
        origin: "https://evil.example",
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "content-type": "application/json",
        "content-length": String(body.length),
      },
      body,
    })
    expect(answer.status).toBe(403)
    expect((await server.ask(create)).json.generations).toEqual([])
  })

  it.each([["localhost"], ["127.0.0.1"], ["[::1]:8080"], ["LOCALHOST:1"], ["127.1.2.3"]])(
    "answers to %s",
    async (name) => {
      const { status } = await send(`${server.url}/api/v1/health`, { headers: { host: name } })
      expect(status).toBe(200)
    },
  )

  it("answers its own pages, and people who type its address", async () => {
    const own = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" }
    expect((await send(`${server.url}/api/v1/health`, { headers: own })).status).toBe(200)
    const typed = { host, "sec-fetch-site": "none" }
    expect((await send(`${server.url}/docs`, { headers: typed })).status).toBe(200)
  })

  it("allows no other origin to read", async () => {
    const { headers } = await server.ask("/api/v1/models")
    expect(headers.get("access-control-allow-origin")).toBeNull()
    const asked = await send(`${server.url}${create}`, {
      method: "OPTIONS",
      headers: { host, origin: "https://evil.example", "access-control-request-method": "POST" },
    })
    expect(asked.status).toBe(403)
  })

  it.each(["0.0.0.0", "::", "192.0.2.1", "server.example"])(
    "does not start on %s",
    async (address) => {
      const error = await Effect.runPromise(
        Effect.flip(
          start({ host: address, port: 0, providers: [], dataDir: server.dataDir }).pipe(
            Effect.scoped,
          ),
        ),
      )
      expect(error.message).toContain("it has no keys")
    },
  )

  it("closes as soon as there is a key, and does not open again when it goes", async () => {
    const { dataDir, ask } = await testServer({ simulator })
    expect((await ask(create)).status).toBe(200)
    const made = await Effect.runPromise(Keys.make(dataDir, { scope: "read" }))
    const status = async (key?: string) =>
      (await ask(create, key === undefined ? {} : { key })).status
    await expect.poll(() => status(), { timeout: 3000 }).toBe(401)
    expect(await status(Redacted.value(made.secret))).toBe(200)
    expect(await Effect.runPromise(Keys.remove(dataDir, made.key.id))).toBe(true)
    await expect.poll(() => status(Redacted.value(made.secret)), { timeout: 3000 }).toBe(401)
    expect(await status()).toBe(401)
  })
})

describe("a server with keys", async () => {
  const dataDir = await temporaryDirectory()
  const keyOf = async (scope: "read" | "create" | "admin", owner?: string) =>
    Redacted.value((await Effect.runPromise(Keys.make(dataDir, { scope, owner }))).secret)
  const [alice, aliceReads, bob, root] = [
    await keyOf("create", "alice"),
    await keyOf("read", "alice"),
    await keyOf("create"),
    await keyOf("admin"),
  ]
  const server = await testServer({ simulator, dataDir, host: "127.0.0.1" })
  const { ask } = server

  it.each([
    ["nothing", undefined],
    ["another scheme", "Basic YWxhZGRpbjpvcGVu"],
    ["a made up key", `Bearer zk_${"0".repeat(12)}_${"A".repeat(43)}`],
    ["a key with another secret", `Bearer ${alice.slice(0, -1)}${alice.endsWith("A") ? "B" : "A"}`],
    ["the id of a key alone", `Bearer ${alice.slice(0, 15)}`],
    ["bytes", `Bearer ${"\u00ff".repeat(100)}`],
  ])("lets nobody in with %s", async (_, authorization) => {
    const headers = authorization === undefined ? {} : { authorization }
    for (const [method, path] of routes.filter(([, one]) => one.startsWith("/api/"))) {
      if (path.endsWith("/health") || path.endsWith("/readiness")) continue
      // oxlint-disable-next-line no-await-in-loop
      expect((await ask(path, { method, headers })).status).toBe(401)
    }
  })

  it("keeps no key, only its hash, in a file that is its owner's alone", async () => {
    const file = Keys.fileIn(dataDir)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const text = await readFile(file, "utf8")
    for (const key of [alice, bob, root]) {
      expect(text).not.toContain(key.slice(16))
      expect(server.logged()).not.toContain(key.slice(16))
    }
  })

  it("lets a key do what it may, and no more", async () => {
    const refused = await ask(create, { json: request, key: aliceReads })
    expect(refused.status).toBe(403)
    expect(refused.json).toMatchObject({ code: "not-allowed" })
    expect((await ask("/api/v1/stats", { key: alice })).status).toBe(403)
    expect((await ask("/api/v1/stats", { key: root })).status).toBe(200)
    expect((await ask("/api/v1/models", { key: aliceReads })).status).toBe(200)
  })

  it("shows a generation to the keys of its owner and to admins, and to nobody else", async () => {
    const { json } = await ask(create, { json: request, key: alice })
    const { id, owner } = json
    expect(owner).toBe("alice")
    await reaches(server, id, "done", alice)
    const path = `${create}/${id}`
    const ways: ReadonlyArray<readonly [string, string]> = [
      ["GET", path],
      ["GET", `${path}/content`],
      ["GET", `${path}/thumbnail`],
      ["GET", `${path}/events`],
      ["POST", `${path}/cancel`],
      ["DELETE", path],
    ]
    for (const [method, way] of ways) {
      // oxlint-disable-next-line no-await-in-loop
      const answer = await ask(way, { method, key: bob })
      expect(answer.status).toBe(404)
      expect(answer.json.code).toBe("unknown-generation")
    }
    const settle = await ask(`${path}/settle`, { json: { how: "give-up" }, key: bob })
    expect(settle.status).toBe(404)
    expect((await ask(create, { key: bob })).json.generations).toEqual([])
    expect((await ask(`${create}?owner=alice`, { key: bob })).status).toBe(403)
    for (const key of [alice, aliceReads, root]) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await ask(path, { key })).status).toBe(200)
    }
    expect((await ask(`${create}?owner=alice`, { key: root })).json.generations).toHaveLength(1)
  })

  it("tells nobody of others' events", async () => {
    const path = `${server.url}/api/v1/events`
    const [hers, his, all] = await Promise.all([
      listen(path, { key: aliceReads }),
      listen(path, { key: bob, lastEventId: "0" }),
      listen(path, { key: root }),
    ])
    const { json } = await ask(create, { json: request, key: alice })
    const isDone = ({ data }: { data: { generation?: string; kind?: string } }) =>
      data.generation === json.id && data.kind === "done"
    await Promise.all([hers.until(isDone), all.until(isDone)])
    const { json: own } = await ask(create, { json: request, key: bob })
    await his.until(({ data }) => data.generation === own.id)
    const others = his.frames.filter(({ data }) => (data.generation ?? data.id) !== own.id)
    expect(others).toEqual([])
    for (const { close } of [hers, his, all]) close()
  })

  it("ends the streams of a key that is removed, before another word", async () => {
    const { key, secret } = await Effect.runPromise(
      Keys.make(dataDir, { scope: "read", owner: "alice" }),
    )
    const path = `${server.url}/api/v1/events`
    const stream = async () => listen(path, { key: Redacted.value(secret) })
    await expect.poll(async () => (await stream()).status, { timeout: 3000 }).toBe(200)
    const hers = await stream()
    await Effect.runPromise(Keys.remove(dataDir, key.id))
    await expect
      .poll(async () => (await ask(create, { key: Redacted.value(secret) })).status, {
        timeout: 3000,
      })
      .toBe(401)
    await ask(create, { json: request, key: alice })
    await hers.ended
    expect(hers.frames).toEqual([])
  })

  it("keeps the idempotency keys of owners apart", async () => {
    const headers = { "idempotency-key": "same" }
    const [hers, his] = await Promise.all([
      ask(create, { json: request, headers, key: alice }),
      ask(create, { json: request, headers, key: bob }),
    ])
    expect([hers.status, his.status]).toEqual([201, 201])
    expect(hers.json.id).not.toBe(his.json.id)
  })

  it("slows a key down that asks too often, and no other", async () => {
    const slow = await testServer({ simulator, dataDir, rate: { perSecond: 1, burst: 5 } })
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => slow.ask("/api/v1/accounts", { key: bob })),
    )
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(3)
    expect(refused[0]?.json.code).toBe("too-many-requests")
    expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1)
    expect((await slow.ask("/api/v1/accounts", { key: alice })).status).toBe(200)
  })

  it("starts on any address", async () => {
    const open = await testServer({ simulator, dataDir, host: "0.0.0.0" })
    const local = open.url.replace("0.0.0.0", "127.0.0.1")
    expect((await fetch(`${local}${create}`)).status).toBe(401)
  })

  it.each([
    ["others can read", async (file: string) => chmod(file, 0o644), "chmod 600"],
    ["is damaged", async (file: string) => writeFile(file, "{"), "damaged"],
    ["is empty", async (file: string) => writeFile(file, ""), "damaged"],
    [
      "has unknown fields",
      async (file: string) => writeFile(file, '{"version":1,"keys":[],"x":1}'),
      "damaged",
    ],
  ])("does not start with a file of keys that %s", async (_, spoil, why) => {
    const directory = await temporaryDirectory()
    await Effect.runPromise(Keys.make(directory, { scope: "admin" }))
    await spoil(Keys.fileIn(directory))
    const scope = await Effect.runPromise(Scope.make())
    const error = await Effect.runPromise(
      Effect.flip(start({ port: 0, providers: [], dataDir: directory }).pipe(Scope.provide(scope))),
    )
    expect(error.message).toContain(why)
  })

  it.each(["", "../x", "a b", "x".repeat(101), "é"])("has no owner called %j", async (owner) => {
    const directory = await temporaryDirectory()
    const error = await Effect.runPromise(
      Effect.flip(Keys.make(directory, { scope: "read", owner })),
    )
    expect(error.message).toContain("the owner")
    expect(await Effect.runPromise(Keys.list(directory))).toEqual([])
  })
})

describe("large bodies", () => {
  it("are read so many at once, and leave room for small ones", async () => {
    const server = await testServer({ simulator })
    const { hostname, port } = new URL(server.url)
    const head = (extra = "") =>
      `POST ${create} HTTP/1.1\r\nhost: localhost\r\n${extra}content-type: application/json\r\ncontent-length: ${47 * 1024 * 1024}\r\n\r\n`
    const declared = Array.from({ length: 4 }, () => {
      const socket = connect(Number(port), hostname)
      socket.on("error", () => {})
      socket.write(head())
      return socket
    })
    await Promise.all(declared.map((socket) => once(socket, "connect")))
    const another = () =>
      speak(server.url, (socket) => socket.write(head("connection: close\r\n")), 20_000)
    const refused = await another()
    expect(refused.text).toMatch(/^HTTP\/1\.1 503/)
    expect(refused.text).toMatch(/retry-after: 1/i)
    expect((await server.ask(create, { json: request })).status).toBe(201)
    // Who goes gives its room back.
    for (const socket of declared) socket.destroy()
    const large = { model: "vidu/img2video", input: { prompt: "x".repeat(2 * 1024 * 1024) } }
    await expect
      .poll(async () => (await server.ask(create, { json: large })).status, { timeout: 5000 })
      .toBe(400)
    expect((await server.ask(create)).json.generations).toHaveLength(1)
  })

  it("are refused as parts that are too large, too many, or too long", async () => {
    const server = await testServer({ simulator })
    const part = (name: string, length: number) =>
      `--x\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\n\r\n${"a".repeat(length)}\r\n`
    const field = (length: number) =>
      `--x\r\nContent-Disposition: form-data; name="request"\r\n\r\n${"a".repeat(length)}\r\n`
    const bodies = [
      part("image", 33 * 1024 * 1024),
      Array.from({ length: 40 }, (_, n) => part(`f${n}`, 1)).join(""),
      field(2 * 1024 * 1024),
    ]
    for (const body of bodies) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: they are large
      const answer = await server.ask(create, {
        method: "POST",
        headers: { "content-type": "multipart/form-data; boundary=x" },
        body: `${body}--x--\r\n`,
      })
      expect(answer.status).toBe(413)
    }
  })
})

describe("a connection", async () => {
  const server = await testServer({
    simulator,
    bounds: { head: 300, request: 1200, silence: 2500 },
  })

  it("is closed that never ends its head", async () => {
    const { text } = await speak(server.url, (socket) =>
      socket.write("GET / HTTP/1.1\r\nhost: loc"),
    )
    expect(text).toMatch(/^HTTP\/1\.1 408|^$/)
  })

  it("is closed that sends its body drop by drop", async () => {
    let timer: NodeJS.Timeout | undefined
    const { text } = await speak(server.url, (socket) => {
      socket.write(
        `POST ${create} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n`,
      )
      timer = setInterval(() => socket.write(" "), 50)
    })
    clearInterval(timer)
    expect(text).toMatch(/^HTTP\/1\.1 408|^$/)
  })

  it.each([
    ["one header without end", `x: ${"a".repeat(20_000)}\r\n`],
    [
      "a thousand headers",
      Array.from({ length: 1000 }, (_, n) => `x-${n}: aaaaaaaaaa\r\n`).join(""),
    ],
  ])("is refused with %s", async (_, headers) => {
    const { text } = await speak(server.url, (socket) =>
      socket.write(`GET /api/v1/health HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`),
    )
    expect(text).toMatch(/^HTTP\/1\.1 431/)
  })

  it("is refused a body that says it is too large, before it is read", async () => {
    const { text } = await speak(server.url, (socket) =>
      socket.write(
        `POST ${create} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 999999999\r\n\r\n`,
      ),
    )
    expect(text).toMatch(/^HTTP\/1\.1 413/)
    expect(text).toContain("too-large")
  })

  it.each([
    [
      "of a kind that is not read",
      create,
      "content-type: text/plain\r\ncontent-length: 200000",
      415,
    ],
    ["for no route", "/nowhere", "transfer-encoding: chunked", 404],
    [
      "from a page of others",
      create,
      "origin: https://example.com\r\ncontent-type: application/json\r\ncontent-length: 9",
      403,
    ],
  ])("ends with the answer to a body %s that has not come", async (_, path, headers, status) => {
    const { millis, text } = await speak(server.url, (socket) =>
      socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n\r\n`),
    )
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status}`))
    expect(text).toMatch(/^connection: close\r$/im)
    // Before the request would be given up.
    expect(millis).toBeLessThan(1200)
  })

  it("goes on after a refusal whose body has come", async () => {
    const body = "x".repeat(1000)
    const { text } = await speak(server.url, (socket) =>
      socket.write(
        `POST ${create} HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}GET /api/v1/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      ),
    )
    expect(Array.from(text.matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => status)).toEqual([
      "415",
      "200",
    ])
  })

  it("is told nothing that names two hosts", async () => {
    const { text } = await speak(server.url, (socket) =>
      socket.write(
        "GET /api/v1/stats HTTP/1.1\r\nhost: localhost\r\nHost: example.com\r\nconnection: close\r\n\r\n",
      ),
    )
    expect(text).toMatch(/^HTTP\/1\.1 400/)
    expect(text).toContain("invalid-request")
    expect(text).not.toContain("states")
  })

  it("is refused a body that has no end", async () => {
    const chunk = `${(65_536).toString(16)}\r\n${" ".repeat(65_536)}\r\n`
    const { text } = await speak(server.url, (socket) => {
      socket.write(
        `POST ${create}/000000000000/settle HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
      )
      for (let index = 0; index < 20; index++) socket.write(chunk)
    })
    expect(text).toMatch(/^HTTP\/1\.1 413/)
  })
})

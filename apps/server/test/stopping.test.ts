import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { connect } from "node:net"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { listen } from "./support/events.ts"
import { reaches } from "./support/reaches.ts"
import { pictureUrl, simulate, temporaryDirectory, testServer } from "./support/testServer.ts"

const create = "/api/v1/generations"
const children: Array<ChildProcess> = []
afterAll(() => {
  for (const child of children) child.kill("SIGKILL")
})

/** A server in a process of its own, which says where it is. */
const spawned = async (simulatorUrl: string, dataDir: string) => {
  const main = join(import.meta.dirname, "support/serve.ts")
  const child = spawn(process.execPath, [main, simulatorUrl, dataDir], {
    stdio: ["ignore", "pipe", "pipe"],
  })
  children.push(child)
  let said = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text
      const [found] = /^http:\S+$/m.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once("close", () => reject(new Error(`it ended: ${said}`)))
  })
  return { child, url, closed: once(child, "close") }
}

describe("SIGTERM", () => {
  it("ends event streams, lets a request end that has begun, and exits", async () => {
    const simulator = await simulate()
    const { child, closed, url } = await spawned(simulator.url, await temporaryDirectory())
    const stream = await listen(`${url}/api/v1/events`)
    // A request whose second half comes after the signal.
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    let answer = ""
    socket.setEncoding("utf8").on("data", (text: string) => (answer += text))
    const answered = once(socket, "close")
    const head = "content-type: application/json\r\ncontent-length: 15\r\n\r\n"
    socket.write(`POST ${create}/000000000000/settle HTTP/1.1\r\nhost: localhost\r\n${head}`)
    await once(socket, "connect")
    // The server has seen the first half when it has answered what was sent after it.
    await fetch(`${url}/api/v1/health`)
    // What does not end by itself is cut off after 10 s.
    const began = Date.now()
    child.kill("SIGTERM")
    await stream.ended
    socket.write('{"how":"again"}')
    await answered
    expect(answer).toMatch(/^HTTP\/1\.1 404/)
    expect(answer).toMatch(/connection: close/i)
    const [code] = await closed
    expect(code).toBe(130)
    expect(Date.now() - began).toBeLessThan(9000)
  })

  it("loses nothing that was asked for: the next server goes on with it", async () => {
    const simulator = await simulate()
    const dataDir = await temporaryDirectory()
    const { child, closed, url } = await spawned(simulator.url, dataDir)
    const json = { model: "vidu/img2video", input: { image: pictureUrl(simulator) } }
    const ids = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const response = await fetch(url + create, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": `k${index}` },
          body: JSON.stringify(json),
        })
        expect(response.status).toBe(201)
        return ((await response.json()) as { readonly id: string }).id
      }),
    )
    child.kill("SIGTERM")
    await closed
    const next = await testServer({ simulator, dataDir })
    for (const id of ids) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await reaches(next, id, "done")).tasks).toHaveLength(1)
    }
    expect(simulator.ledger().tasks).toHaveLength(ids.length)
  })
})

describe("closing the scope", () => {
  it("gives the port back, and takes no longer than what is open", async () => {
    const first = await testServer()
    await first.ask("/api/v1/models")
    const port = Number(new URL(first.url).port)
    // As a proxy opens one for what may come.
    const silent = connect(port, "127.0.0.1")
    await once(silent, "connect")
    const began = Date.now()
    await first.stop()
    expect(Date.now() - began).toBeLessThan(9000)
    const second = await testServer({ port, simulator: first.simulator })
    expect((await second.ask("/api/v1/health")).status).toBe(200)
    await expect(testServer({ port, simulator: first.simulator })).rejects.toThrow(
      `port ${port} of 127.0.0.1 is in use`,
    )
  })
})

/** What tests of the running simulator share: one renderer, and requests over real sockets. */
import { type ClientRequest, type IncomingHttpHeaders, request as httpRequest } from "node:http"
import {
  makeRenderer,
  makeSimulator,
  type RequestLog,
  type Simulator,
  type SimulatorOptions,
} from "@zoetrope/simulator"
import { afterAll, afterEach } from "vitest"
import { plainDialect } from "./plainDialect.ts"

const renderer = makeRenderer({ workers: 1 })
const running: Array<Simulator> = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()))
})
afterAll(() => renderer.close())

export interface Started extends Simulator {
  readonly logged: ReadonlyArray<RequestLog>
}

/** A simulator of the plain dialect, closed after the test. Its clock moves only when it is advanced. */
export const start = async (options: Partial<SimulatorOptions> = {}): Promise<Started> => {
  const logged: Array<RequestLog> = []
  const simulator = await makeSimulator({
    dialects: [plainDialect],
    accounts: [{ id: "alice", secret: "unused" }],
    renderer,
    speed: 0.001,
    log: (entry) => logged.push(entry),
    ...options,
  })
  running.push(simulator)
  return { ...simulator, logged }
}

export interface Response {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/**
 * One request on a connection of its own. Rejects where the connection breaks, with what was
 * received of a body until then.
 */
export const send = (url: string, sent: Sent = {}): Promise<Response> =>
  new Promise((resolve, reject) => {
    const outgoing: ClientRequest = httpRequest(
      url,
      { method: sent.method ?? "GET", headers: sent.headers ?? {}, agent: false },
      (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("error", (error) =>
          reject(Object.assign(error, { received: Buffer.concat(chunks) })),
        )
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes: Buffer.concat(chunks),
          }),
        )
      },
    )
    outgoing.on("error", reject)
    outgoing.end(sent.body)
  })

export const jsonOf = (response: Response): Record<string, unknown> =>
  JSON.parse(response.bytes.toString("utf8")) as Record<string, unknown>

export const submit = async (
  simulator: Simulator,
  body: Readonly<Record<string, unknown>> = { prompt: "a cat" },
): Promise<Response> =>
  send(`${simulator.url}/tasks`, {
    method: "POST",
    headers: { authorization: "alice" },
    body: JSON.stringify(body),
  })

export const poll = async (simulator: Simulator, id: unknown): Promise<Response> =>
  send(`${simulator.url}/tasks/${String(id)}`)

/** The link to the film of a task that was submitted and has had its time. */
export const finished = async (simulator: Simulator, prompt = "a cat"): Promise<string> => {
  const { task_id } = jsonOf(await submit(simulator, { prompt }))
  simulator.clock.advance(60)
  await simulator.settled()
  return String(jsonOf(await poll(simulator, task_id))["url"])
}

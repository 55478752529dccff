/** What tests of the dialect share: a running simulator, requests with a key, pictures, a customer's server. */
import { createHash } from "node:crypto"
import { createServer, type IncomingHttpHeaders } from "node:http"
import { crc32, deflateSync } from "node:zlib"
import {
  makeRenderer,
  makeSimulator,
  type Renderer,
  type RenderRequest,
  type Simulator,
  type SimulatorOptions,
} from "@zoetrope/simulator"
import { dialect } from "@zoetrope/vidu/simulator"
import { afterAll, afterEach } from "vitest"

type Rendered = Awaited<ReturnType<Renderer["render"]>>

const renderer = makeRenderer({ workers: 1 })
const opened: Array<() => Promise<void>> = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((close) => close()))
})
afterAll(() => renderer.close())

/** Two keys of one organisation and one of another. */
export const accounts = [
  { id: "key-1", secret: "vda_test_key_0000000001", organisation: "studio" },
  { id: "key-2", secret: "vda_test_key_0000000002", organisation: "studio" },
  { id: "key-3", secret: "vda_test_key_0000000003" },
] as const

/**
 * A simulator of the dialect, closed after the test. Its clock moves only when it is advanced, and
 * its films are of the right length and size but cannot be played: nobody has to wait for them.
 */
export const start = async (options: Partial<SimulatorOptions> = {}): Promise<Simulator> => {
  const simulator = await makeSimulator({
    dialects: [dialect],
    accounts,
    speed: 0.001,
    renderer: { render: unplayable },
    ...options,
  })
  opened.push(simulator.close)
  return simulator
}

const unplayable = async ({ frames, fps, width, height }: RenderRequest): Promise<Rendered> => {
  const bytes = Buffer.from(`${frames} frames`)
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  return { bytes, width, height, seconds: frames / fps, md5: sha256.slice(0, 32), sha256 }
}

/** With films that play, of at most so many frames. */
export const startWithFilms = (frames: number): Promise<Simulator> =>
  start({
    renderer: {
      render: (film) => renderer.render({ ...film, frames: Math.min(film.frames, frames) }),
    },
  })

/** Queued for 10 s, scheduled for 5, generating for 40. */
export const steady = {
  pace: { "*": { queuedSeconds: 10, scheduledSeconds: 5, generatingSeconds: 40 } },
} as const

export type Fields = Readonly<Record<string, unknown>>

export interface Answered {
  readonly status: number
  readonly headers: Headers
  /** The body as JSON; an empty record where it is none. */
  readonly json: Fields
}

export interface CallOptions {
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Fields
}

export const call = async (
  simulator: Simulator,
  route: `${"GET" | "POST" | "PUT"} ${string}`,
  { key = accounts[0].secret, headers, body }: CallOptions = {},
): Promise<Answered> => {
  const [method = "", path = ""] = route.split(" ", 2)
  const response = await fetch(`${simulator.url}/ent/v2/${path}`, {
    method,
    headers: {
      authorization: `Token ${key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  })
  return {
    status: response.status,
    headers: response.headers,
    json: record(await response.json().catch(() => ({}))),
  }
}

export const record = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {}

/** The sample picture of the simulator, by its address. */
export const sample = (simulator: Simulator): string => `${simulator.url}/inputs/sample.jpg`

/** The smallest create that the document allows, and cheap; `undefined` takes a field away. */
export const create = (
  simulator: Simulator,
  fields: Fields = {},
  options: CallOptions = {},
): Promise<Answered> =>
  call(simulator, "POST img2video", {
    body: { model: "viduq2-turbo", duration: 1, images: [sample(simulator)], ...fields },
    ...options,
  })

export const created = async (simulator: Simulator, fields: Fields = {}): Promise<string> =>
  String((await create(simulator, fields)).json["task_id"])

export const creations = (
  simulator: Simulator,
  id: unknown,
  options: CallOptions = {},
): Promise<Answered> => call(simulator, `GET tasks/${String(id)}/creations`, options)

export const stateOf = async (simulator: Simulator, id: unknown): Promise<unknown> =>
  (await creations(simulator, id)).json["state"]

/** Lets simulated time pass, then everything be made and sent. */
export const pass = async (simulator: Simulator, seconds: number): Promise<void> => {
  await simulator.settled()
  simulator.clock.advance(seconds)
  await simulator.settled()
}

/** The only creation of a task. */
export const creationOf = ({ json }: Pick<Answered, "json">): Fields =>
  Array.isArray(json["creations"]) ? record(json["creations"][0]) : {}

/** HTTP status and reason of an answer. */
export const outcome = ({ status, json }: Answered): readonly [status: number, reason: unknown] => [
  status,
  json["reason"],
]

export interface Heard {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: ReadonlyArray<string>
  readonly body: string
}

/** A customer's server on loopback, closed after the test, that answers with the statuses given, then 200. */
export const customer = async (...statuses: ReadonlyArray<number>) => {
  const heard: Array<Heard> = []
  let wake: () => void = () => undefined
  const server = createServer((request, response) => {
    let body = ""
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text
    })
    request.on("end", () => {
      const { url: path = "", headers, rawHeaders } = request
      response.writeHead(statuses[heard.length] ?? 200).end()
      heard.push({ path, headers, rawHeaders, body })
      wake()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  opened.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  const address = server.address()
  const port = typeof address === "object" ? address?.port : undefined
  /** Resolves when so many requests have come. */
  const hears = async (count: number): Promise<void> => {
    while (heard.length < count) {
      // oxlint-disable-next-line no-await-in-loop -- one request after another
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return { url: `http://127.0.0.1:${port}/hooks/vidu?job=42`, heard, hears }
}

export const dataUri = (bytes: Uint8Array, type = "png"): string =>
  `data:image/${type};base64,${Buffer.from(bytes).toString("base64")}`

/** A black PNG. */
export const png = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(1, 8)
  const rows = Buffer.alloc((1 + Math.ceil(width / 8)) * height)
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ])
}

const chunk = (type: string, content: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(type), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.byteLength)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}

/** What tests of the dialect share: a running simulator, signed requests on raw sockets, pictures. */
import { type IncomingHttpHeaders, request as httpRequest } from "node:http"
import { crc32, deflateSync } from "node:zlib"
import {
  demoAccount,
  makeRenderer,
  makeSimulator,
  type Simulator,
  type SimulatorOptions,
} from "@zoetrope/simulator"
import { dialect } from "@zoetrope/volc-cv/simulator"
import { sign, type SignOptions, type SignRequest } from "@zoetrope/volc-signer"
import { afterAll, afterEach } from "vitest"

const renderer = makeRenderer({ workers: 1 })
const running: Array<Simulator> = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()))
})
afterAll(() => renderer.close())

/**
 * A simulator of the dialect, closed after the test. Its clock moves only when it is advanced, and
 * its films are the first frames of the real ones.
 */
export const start = async (options: Partial<SimulatorOptions> = {}): Promise<Simulator> => {
  const simulator = await makeSimulator({
    dialects: [dialect],
    speed: 0.001,
    renderer: {
      render: (request) => renderer.render({ ...request, frames: Math.min(request.frames, 4) }),
    },
    ...options,
  })
  running.push(simulator)
  return simulator
}

/** With films of full length. */
export const startWithFullFilms = (): Promise<Simulator> => start({ renderer })

export type Fields = Readonly<Record<string, unknown>>

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body as JSON; an empty record where it is none. */
  readonly json: Fields
}

export interface CallOptions {
  readonly sign?: Partial<SignOptions>
  readonly request?: Partial<SignRequest>
  /** Changes what is sent after it was signed. */
  readonly tamper?: (sent: { path: string; headers: Record<string, string>; body: string }) => void
}

/** One signed POST of an action. */
export const call = (
  simulator: Simulator,
  action: string,
  body: Fields | string,
  options: CallOptions = {},
): Promise<Answered> => {
  const text = typeof body === "string" ? body : JSON.stringify(body)
  const signed = sign(
    {
      method: "POST",
      path: "/",
      query: { Action: action, Version: "2022-08-31" },
      headers: { "Content-Type": "application/json" },
      host: new URL(simulator.url).host,
      body: text,
      ...options.request,
    },
    {
      accessKeyId: demoAccount.id,
      secretAccessKey: demoAccount.secret,
      region: "cn-north-1",
      service: "cv",
      ...options.sign,
    },
  )
  const sent = { path: `/?${signed.query}`, headers: { ...signed.headers }, body: text }
  options.tamper?.(sent)
  return post(simulator, sent, signed.method)
}

const post = (
  simulator: Simulator,
  sent: { readonly path: string; readonly headers: Record<string, string>; readonly body: string },
  method: string,
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(simulator.url)
    const options = { port, path: sent.path, method, headers: sent.headers, agent: false }
    const outgoing = httpRequest({ host: "127.0.0.1", ...options }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("error", reject)
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8")
        const { statusCode: status = 0, headers } = response
        resolve({ status, headers, text, json: fieldsOf(text) })
      })
    })
    outgoing.on("error", reject)
    outgoing.end(sent.body)
  })

const fieldsOf = (text: string): Fields => {
  try {
    return record(JSON.parse(text))
  } catch {
    return {}
  }
}

export const record = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {}

/** The business code of an answer, with its HTTP status. */
export const outcome = ({ status, json }: Answered): readonly [status: number, code: unknown] => [
  status,
  json["code"],
]

/** The gateway's error of an answer. */
export const gatewayError = ({ json }: Answered): Fields =>
  record(record(json["ResponseMetadata"])["Error"])

export const data = ({ json }: Answered): Fields => record(json["data"])

/** The smallest submit of each model that its document allows, with the simulator's own samples. */
export const submits = (simulator: Simulator) => {
  const [picture = "", video = "", audio = ""] = simulator.inputs.list().map(({ url }) => url)
  return {
    jimeng_ti2v_v30_pro: {
      action: "CVSync2AsyncSubmitTask",
      result: "CVSync2AsyncGetResult",
      body: { req_key: "jimeng_ti2v_v30_pro", prompt: "千军万马" },
    },
    jimeng_dream_actor_m1_gen_video_cv: {
      action: "CVSync2AsyncSubmitTask",
      result: "CVSync2AsyncGetResult",
      body: {
        req_key: "jimeng_dream_actor_m1_gen_video_cv",
        video_url: video,
        image_url: picture,
      },
    },
    realman_avatar_imitator_v2v_gen_video: {
      action: "CVSubmitTask",
      result: "CVGetResult",
      body: {
        req_key: "realman_avatar_imitator_v2v_gen_video",
        image_url: picture,
        driving_video_info: { store_type: 0, video_url: video },
      },
    },
    realman_change_lips: {
      action: "CVSubmitTask",
      result: "CVGetResult",
      body: { req_key: "realman_change_lips", url: video, pure_audio_url: audio },
    },
    realman_change_lips_basic_chimera: {
      action: "CVSubmitTask",
      result: "CVGetResult",
      body: { req_key: "realman_change_lips_basic_chimera", url: video, pure_audio_url: audio },
    },
  } as const
}

export type Key = keyof ReturnType<typeof submits>

export const keys: ReadonlyArray<Key> = [
  "jimeng_ti2v_v30_pro",
  "jimeng_dream_actor_m1_gen_video_cv",
  "realman_avatar_imitator_v2v_gen_video",
  "realman_change_lips",
  "realman_change_lips_basic_chimera",
]

/** Submits a model with more or other fields than it must have. */
export const submit = (simulator: Simulator, key: Key, fields: Fields = {}): Promise<Answered> => {
  const { action, body } = submits(simulator)[key]
  return call(simulator, action, { ...body, ...fields })
}

export const query = (
  simulator: Simulator,
  key: Key,
  id: unknown,
  fields: Fields = {},
): Promise<Answered> =>
  call(simulator, submits(simulator)[key].result, { req_key: key, task_id: id, ...fields })

/** Submits, lets the task's time pass and asks for the result. */
export const finish = async (
  simulator: Simulator,
  key: Key,
  fields: Fields = {},
): Promise<Answered> => {
  const { task_id: id } = data(await submit(simulator, key, fields))
  simulator.clock.advance(600)
  await simulator.settled()
  return query(simulator, key, id)
}

/** A grey PNG, with `padding` bytes behind its end. */
export const png = (width: number, height: number, padding = 0): Buffer => {
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
    Buffer.alloc(padding),
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

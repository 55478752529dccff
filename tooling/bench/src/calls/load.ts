/** What both contenders do over and over, and what the service answers to it. */
import { crc32, deflateSync } from "node:zlib"

export const key = { accessKeyId: "AKLTexample", secretAccessKey: "c2VjcmV0LW9mLWFuLWV4YW1wbGU=" }
export const version = "2022-08-31"
export const reqKey = "jimeng_ti2v_v30_pro"
export const prompt = "a red kite over a harbour"
export const taskId = "7491596536074305586"

/** As the document prints them. */
export const answers = {
  CVSync2AsyncSubmitTask: {
    code: 10000,
    data: { task_id: taskId },
    message: "Success",
    request_id: "202511201200000102030405060708",
    status: 10000,
    time_elapsed: "104.852263ms",
  },
  CVSync2AsyncGetResult: {
    code: 10000,
    data: { status: "generating", video_url: "", aigc_meta_tagged: false },
    message: "Success",
    request_id: "202511201200000102030405060708",
    status: 10000,
    time_elapsed: "8.1ms",
  },
} as const

/** One way to make the calls. Each resolves with what the answer named, so that nobody can skip reading it. */
export interface Contender {
  readonly poll: () => Promise<string>
  readonly submit: () => Promise<string>
  readonly submitPicture: () => Promise<string>
  readonly close: () => Promise<void>
}

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}

const side = 512
const header = Buffer.from([
  0,
  0,
  side >> 8,
  side & 255,
  0,
  0,
  side >> 8,
  side & 255,
  8,
  0,
  0,
  0,
  0,
])

/** A PNG of nearly the 4.7 MB that the model takes: a grey square, and a comment that fills it up. */
export const picture: Uint8Array = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  chunk("IHDR", header),
  chunk("tEXt", Buffer.alloc(4_690_000, "x").fill("Comment\0", 0, 8)),
  chunk("IDAT", deflateSync(Buffer.alloc((side + 1) * side))),
  chunk("IEND", Buffer.alloc(0)),
])

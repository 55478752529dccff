/**
 * The picture of a request. One in a data URI is checked at the create. One at an address is only
 * looked at when the work begins, so that what is wrong with it is how the task fails. Another host
 * is never asked: its picture is taken on trust, and the ledger is told.
 */
import { pictureFacts, type RenderRequest, type World } from "@zoetrope/simulator"
import type { Reason } from "./Codes.ts"
import { invalid, Refusal } from "./Envelope.ts"
import { isAddress } from "./Parameters.ts"

export interface Picture {
  readonly source: RenderRequest["source"]
  /** Width by height. */
  readonly ratio: number
  readonly notes: ReadonlyArray<string>
  /** Why the task will fail. */
  readonly failure?: Reason
}

/** Of a picture that was not seen. */
const UNSEEN_RATIO = 16 / 9

/** Throws `Refusal` for a data URI that the document rules out. */
export const lookAt = async (image: string, world: World): Promise<Picture> => {
  if (!image.startsWith("data:")) return pictureAt(image, world)
  const comma = image.indexOf(",")
  const base64 = image.slice(comma + 1)
  const declared = /^data:image\/(png|jpeg|jpg|webp);base64$/.exec(image.slice(0, comma))?.[1]
  const bytes = Buffer.from(base64, "base64")
  // Node reads over what is not base64.
  if (declared === undefined || bytes.toString("base64") !== base64) {
    throw new Refusal("ImageFormatInvalid")
  }
  const checked = await check(bytes)
  if (typeof checked === "string") throw new Refusal(checked)
  // "An appropriate content type" must be declared.
  if (checked.format !== declared.replace("jpg", "jpeg")) throw new Refusal("ImageFormatInvalid")
  return { source: { picture: bytes }, ratio: checked.ratio, notes: [] }
}

const pictureAt = async (address: string, world: World): Promise<Picture> => {
  if (!isAddress(address)) throw invalid("images")
  const found = world.input(address)
  const unseen = { source: { seed: address }, ratio: UNSEEN_RATIO, notes: [] }
  if (found._tag === "Foreign") return { ...unseen, notes: [notFetched(address)] }
  if (found._tag === "Missing") return { ...unseen, failure: "ImageDownloadFailure" }
  const checked = await check(found.input.bytes)
  if (typeof checked === "string") return { ...unseen, failure: checked }
  return { source: { picture: found.input.bytes }, ratio: checked.ratio, notes: [] }
}

/** "MB" is read as 1024 × 1024 bytes, the wider of its two readings. */
const MAX_BYTES = 50 * 1024 * 1024
const MAX_RATIO = 4

/** The ratio and format of a picture, or what is wrong with it. */
type Checked = { readonly ratio: number; readonly format: string } | Reason

/** One input serves thousands of creates, and its bytes never change. */
const known = new WeakMap<Uint8Array, Promise<Checked>>()

const check = (bytes: Uint8Array): Promise<Checked> => {
  const checked = known.get(bytes) ?? checkNow(bytes)
  known.set(bytes, checked)
  return checked
}

const checkNow = async (bytes: Uint8Array): Promise<Checked> => {
  const facts = await pictureFacts(bytes)
  if (facts === undefined || !["jpeg", "png", "webp"].includes(facts.format)) {
    return "ImageFormatInvalid"
  }
  const ratio = facts.width / facts.height
  const fits = ratio <= MAX_RATIO && ratio >= 1 / MAX_RATIO && bytes.byteLength <= MAX_BYTES
  return fits ? { ratio, format: facts.format } : "PageSizeOutOfRange"
}

/** Without its query, which may be signed. */
export const notFetched = (address: string): string => {
  const { host, pathname } = new URL(address)
  return `picture at ${host}${pathname.slice(0, 100)} was not fetched`
}

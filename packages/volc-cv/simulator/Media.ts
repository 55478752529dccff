/**
 * The media that a submit names: pictures checked by their content and against the documented
 * limits, videos by their headers. Media at another host's address is not looked at, since the
 * simulator fetches nothing; what was not looked at is told in notes for the ledger.
 */
import {
  type Input,
  mediaFacts,
  type MediaFacts,
  pictureFacts,
  type RenderRequest,
  type World,
} from "@zoetrope/simulator"
import { Refusal } from "./Envelope.ts"

export interface Picture {
  readonly source: RenderRequest["source"]
  /** Pixels; absent where the picture was not looked at. */
  readonly size: { readonly width: number; readonly height: number } | undefined
  readonly notes: ReadonlyArray<string>
}

/** The limits of a picture that the 3.0 Pro document gives; the others give none. */
export interface PictureLimits {
  readonly formats: ReadonlyArray<string>
  readonly maxBytes: number
  /** Pixels of either side. */
  readonly maxSide: number
  readonly minSide: number
  /** Long side by short side. */
  readonly maxRatio: number
}

export const pictureFromBase64 = async (text: string, limits: PictureLimits): Promise<Picture> => {
  if (text === "") throw new Refusal(50206)
  const picture = Buffer.from(text, "base64")
  // Node reads over what is not base64, such as the start of a data URL; the service does not.
  if (picture.toString("base64") !== text) throw new Refusal(50207)
  return { source: { picture }, size: await checkPicture(picture, limits), notes: [] }
}

export const pictureFromAddress = async (
  address: string,
  world: World,
  limits?: PictureLimits,
): Promise<Picture> => {
  const found = world.input(address)
  if (found._tag === "Missing") throw new Refusal(50206)
  if (found._tag === "Foreign") {
    return { source: { seed: address }, size: undefined, notes: [notFetched("picture", address)] }
  }
  const { bytes } = found.input
  return { source: { picture: bytes }, size: await checkPicture(bytes, limits), notes: [] }
}

/** The facts of bytes never change, and one input serves thousands of submits. */
const remembered = <Facts>(read: (bytes: Uint8Array) => Promise<Facts>) => {
  const known = new WeakMap<Uint8Array, Promise<Facts>>()
  return (bytes: Uint8Array): Promise<Facts> => {
    const facts = known.get(bytes) ?? read(bytes)
    known.set(bytes, facts)
    return facts
  }
}

const factsOfPicture = remembered(pictureFacts)
const factsOfVideo = remembered(mediaFacts)

const checkPicture = async (
  bytes: Uint8Array,
  limits: PictureLimits | undefined,
): Promise<{ readonly width: number; readonly height: number }> => {
  if (bytes.byteLength === 0) throw new Refusal(50206)
  if (limits !== undefined && bytes.byteLength > limits.maxBytes) throw new Refusal(50205)
  const facts = await factsOfPicture(bytes)
  if (facts === undefined) throw new Refusal(50207)
  const { width, height, format } = facts
  if (limits === undefined) return { width, height }
  if (!limits.formats.includes(format)) throw new Refusal(50207)
  const [short, long] = [Math.min(width, height), Math.max(width, height)]
  if (long > limits.maxSide || short < limits.minSide || long / short > limits.maxRatio) {
    throw new Refusal(50205)
  }
  return { width, height }
}

export interface Video {
  /** Text to take colours from: equal for equal videos. */
  readonly seed: string
  readonly facts: Pick<MediaFacts, "seconds" | "width" | "height">
  readonly notes: ReadonlyArray<string>
}

/** What a video is taken for whose bytes are not here. */
const UNSEEN: Video["facts"] = { seconds: 5, width: 1280, height: 720 }

export const videoFromAddress = async (address: string, world: World): Promise<Video> => {
  const found = world.input(address)
  if (found._tag === "Missing") throw new Refusal(50209)
  if (found._tag === "Foreign")
    return { seed: address, facts: UNSEEN, notes: [notFetched("video", address)] }
  if (found.input.bytes.byteLength === 0) throw new Refusal(50209)
  const facts = await factsOfVideo(found.input.bytes)
  if (facts === undefined || !(facts.seconds > 0)) throw new Refusal(50210)
  return { seed: found.input.md5, facts, notes: [] }
}

/** `undefined` where the service would only find out while it works that there is nothing. */
export const audioFromAddress = (address: string, world: World): Input | "unseen" | undefined => {
  const found = world.input(address)
  if (found._tag === "Foreign") return "unseen"
  return found._tag === "Own" && found.input.bytes.byteLength > 0 ? found.input : undefined
}

/** Without its query, which may be signed. */
export const notFetched = (kind: string, address: string): string => {
  const { host, pathname } = new URL(address)
  return `${kind} at ${host}${pathname.slice(0, 100)} was not fetched`
}

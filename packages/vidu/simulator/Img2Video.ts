/**
 * What `POST /ent/v2/img2video` asks for: every documented parameter with its limit, its default and
 * the rules between them.
 *
 * @see https://platform.vidu.com/docs/image-to-video (copy of 2026-08)
 */
import { randomInt } from "node:crypto"
import { aboutFields, invalid } from "./Envelope.ts"
import { type Model, models, type Resolution } from "./Models.ts"
import { address, type Body, flag, integer, isBody, oneOf, onlyFields, text } from "./Parameters.ts"

export interface Img2Video {
  readonly model: Model
  /** An address or a data URI. */
  readonly image: string
  readonly prompt: string
  readonly audio: boolean
  readonly audioType: string
  readonly isRec: boolean
  readonly bgm: boolean
  readonly duration: number
  readonly seed: number
  readonly resolution: Resolution
  readonly movementAmplitude: string
  readonly payload: string
  readonly offPeak: boolean
  readonly watermark: boolean
  readonly wmPosition: WatermarkPosition
  readonly wmUrl: string
  readonly metaData: string
  readonly callbackUrl: string
}

export type WatermarkPosition = 1 | 2 | 3 | 4

const fields =
  "model images prompt audio audio_type voice_id is_rec bgm duration seed resolution " +
  "movement_amplitude payload off_peak watermark wm_position wm_url meta_data callback_url"

const MAX_PROMPT = 5000
const MAX_PAYLOAD = 1_048_576

/** Throws `Refusal`. */
export const readImg2Video = (body: Body): Img2Video => {
  onlyFields(body, fields.split(" "))
  const image = imageOf(body)
  const model = models.find(({ key }) => key === text(body, "model"))
  if (model === undefined) throw invalid("model")
  const duration = oneOf("duration", integer(body, "duration"), model.durations)
  const audio = flag(body, "audio", model.audio)
  // Without sound it means nothing, and is taken all the same.
  text(body, "voice_id")
  return {
    model,
    image,
    prompt: text(body, "prompt", MAX_PROMPT),
    audio,
    audioType: oneOf("audio_type", text(body, "audio_type"), audioTypes),
    isRec: flag(body, "is_rec", false),
    bgm: flag(body, "bgm", false),
    duration,
    // No document gives its range; drawn ones were all seen below 2^31.
    seed: integer(body, "seed") || randomInt(1, 2 ** 31),
    resolution: oneOf("resolution", text(body, "resolution"), model.resolutions(duration)),
    movementAmplitude: oneOf("movement_amplitude", text(body, "movement_amplitude"), amplitudes),
    payload: text(body, "payload", MAX_PAYLOAD),
    offPeak: offPeakOf(body, model, audio),
    watermark: flag(body, "watermark", false),
    wmPosition: oneOf("wm_position", integer(body, "wm_position"), wmPositions),
    wmUrl: address(body, "wm_url"),
    metaData: metaDataOf(body),
    callbackUrl: address(body, "callback_url"),
  }
}

const audioTypes = ["all", "speech_only", "sound_effect_only"]
const amplitudes = ["auto", "small", "medium", "large"]
/** Bottom right is the default. */
const wmPositions: ReadonlyArray<WatermarkPosition> = [3, 1, 2, 4]

const imageOf = (body: Body): string => {
  const images = body["images"] ?? []
  const lacking = [
    ...(text(body, "model") === "" ? ["model"] : []),
    ...(Array.isArray(images) && images.length === 0 ? ["images"] : []),
  ]
  if (lacking.length > 0) throw aboutFields("FieldLacking", ...lacking)
  if (!Array.isArray(images)) throw invalid("images")
  const [image]: ReadonlyArray<unknown> = images
  if (images.length !== 1) throw aboutFields("FieldItemCountOutOfRange", "images")
  if (typeof image !== "string") throw invalid("images")
  if (image === "") throw aboutFields("FieldLacking", "images")
  return image
}

/** With sound only q3 has it; the price list has it for q3 only with sound. */
const offPeakOf = (body: Body, model: Model, audio: boolean): boolean => {
  const offPeak = flag(body, "off_peak", false)
  if (offPeak && audio !== (model.generation === "q3")) throw invalid("off_peak")
  return offPeak
}

/** A JSON object of the caller's own; the names in the document are an example. */
const metaDataOf = (body: Body): string => {
  const value = text(body, "meta_data")
  if (value === "") return value
  try {
    if (isBody(JSON.parse(value))) return value
  } catch {
    // Refused below.
  }
  throw invalid("meta_data")
}

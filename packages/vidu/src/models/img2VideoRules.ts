/**
 * What the document says of an image-to-video input beyond each field: the matrix of model, length and
 * resolution, what excludes what, what costs more and what has no effect. What would be refused or
 * paid for in vain is an issue; what is only ignored is a warning.
 *
 * @see https://platform.vidu.cn/docs/image-to-video (read 2026-11-20)
 * @see https://platform.vidu.cn/docs/pricing (read 2026-11-20)
 */
import { type Findings, shown } from "@zoetrope/core/Model"
import type { InputIssue } from "@zoetrope/core/Reason"
import { pictureFindings } from "./firstFrame.ts"
import { withoutPicture } from "./img2VideoBody.ts"
import { elsewhere, type Variant, variantOf, variants } from "./Img2VideoMatrix.ts"
import { defaultModel, type Img2VideoInput as Input, limits } from "./Img2VideoInput.ts"

export const rules = (input: Input): Findings => {
  const name = input.model ?? defaultModel
  const variant = variantOf(name)
  const parts = [
    variant === undefined ? unknownModel(name) : matrix(variant, input),
    offPeak(variant, input),
    prompt(input),
    sound(variant, input),
    watermark(input),
    warn(
      input.payload !== undefined &&
        "payload is taken, so a task whose submit brings no answer cannot be found again by itself",
    ),
    pictureFindings(input.image, restBytes(input)),
  ]
  return {
    issues: parts.flatMap((part) => part.issues),
    warnings: parts.flatMap((part) => part.warnings),
  }
}

const restBytes = (input: Input): number =>
  new TextEncoder().encode(JSON.stringify(withoutPicture(input))).length

const warn = (...warnings: ReadonlyArray<string | false>): Findings => ({
  issues: [],
  warnings: warnings.filter((warning) => warning !== false),
})

const refuse = (issue: InputIssue): Findings => ({ issues: [issue], warnings: [] })

const unknownModel = (name: string): Findings =>
  warn(
    `model ${shown(name)} is not in the document of image to video${
      Object.hasOwn(elsewhere, name) ? `, but in that of ${elsewhere[name]}` : ""
    }; it is sent as it is, and neither its length nor its resolution is checked. Known: ${variants
      .map((variant) => variant.name)
      .join(", ")}`,
  )

const matrix = (variant: Variant, input: Input): Findings => {
  const { allowed, default: usual } = variant.duration
  const seconds = input.duration ?? usual
  const issues: Array<InputIssue> = []
  if (!allowed.includes(seconds)) {
    issues.push({
      path: "/duration",
      message: `is no length of ${variant.name}`,
      given: `${seconds} s`,
      allowed: `${spanOf(allowed)} s`,
    })
  }
  const resolutions = variant.resolutions(seconds)
  if (input.resolution !== undefined && !resolutions.includes(input.resolution)) {
    issues.push({
      path: "/resolution",
      message: `is no resolution of ${variant.name} at ${seconds} s`,
      given: input.resolution,
      allowed: resolutions.join(", "),
    })
  }
  const { family, name } = variant
  const ignoresBgm = family === "q3" || (family === "q2" && seconds >= 9)
  return {
    issues,
    warnings: [
      ...(variant.retired === true
        ? [`${name} is not in the document any more; it may be refused`]
        : []),
      ...(input.bgm === true && ignoresBgm
        ? [`bgm does nothing with ${name}${family === "q2" ? " at 9 and 10 s" : ""}`]
        : []),
      ...(input.movement_amplitude !== undefined &&
      input.movement_amplitude !== "auto" &&
      (family === "q2" || family === "q3")
        ? [`movement_amplitude does nothing with ${name}`]
        : []),
    ],
  }
}

const spanOf = (numbers: ReadonlyArray<number>): string =>
  numbers.length > 2 ? `${numbers[0]} to ${numbers.at(-1)}` : numbers.join(" or ")

const pricing = "https://platform.vidu.cn/docs/pricing"

const offPeak = (variant: Variant | undefined, input: Input): Findings => {
  if (input.off_peak !== true || variant === undefined) return warn()
  const audio = input.audio ?? variant.audioByDefault
  if (audio && variant.family !== "q3") {
    return refuse({
      path: "/off_peak",
      message: `does not go together with audio for ${variant.name}; only q3 models have both`,
      given: "true",
      allowed: "off_peak without audio, or a q3 model",
    })
  }
  if (!audio && (variant.name === "viduq3-pro" || variant.name === "viduq3-turbo")) {
    return refuse({
      path: "/off_peak",
      message: `goes together only with audio for ${variant.name}`,
      given: "true",
      allowed: "off_peak with audio, or neither",
      document: pricing,
    })
  }
  return warn()
}

const prompt = ({ is_rec, prompt: text }: Input): Findings =>
  warn(
    is_rec === true &&
      `is_rec costs more: by the document 10 credits${text === undefined ? "" : "; and its own prompt takes the place of yours"}`,
    text !== undefined &&
      Array.from(text).length > limits.prompt &&
      `the prompt has no more than ${limits.prompt} characters as people count them, but more as computers do; the document does not say how it counts, so it may be refused`,
  )

const sound = (variant: Variant | undefined, input: Input): Findings => {
  const audio = input.audio ?? variant?.audioByDefault
  const q3 = variant?.family === "q3"
  return warn(
    input.voice_id !== undefined &&
      (audio === false
        ? "voice_id does nothing without audio"
        : q3 && `voice_id does nothing with ${variant.name}`),
    input.audio_type !== undefined &&
      (audio === false
        ? "audio_type does nothing without audio"
        : q3 &&
          input.audio_type !== "all" &&
          `audio_type does nothing with ${variant.name}: only q2, q1 and 2.0 models split the sound`),
  )
}

const watermark = (input: Input): Findings =>
  warn(
    input.watermark !== true &&
      input.wm_position !== undefined &&
      "wm_position does nothing without watermark",
    input.watermark !== true &&
      input.wm_url !== undefined &&
      "wm_url does nothing without watermark",
  )

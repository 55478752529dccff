/**
 * Jimeng video 3.0 Pro: text to video, or a picture as first frame to video, at 1080P.
 *
 * @see https://www.volcengine.com/docs/85621/1777001 (updated 2025-09-01)
 */
import { countUpTo } from "@zoetrope/core/Characters"
import { field } from "@zoetrope/core/Media"
import type { Findings } from "@zoetrope/core/Model"
import { Schema } from "effect"
import * as AigcMeta from "../AigcMeta.ts"
import { outputs, ratios } from "../Crop.ts"
import { defaultLimits, jimengActions, timing, type VolcModel, wireHints } from "../VolcModel.ts"
import { pictureBody, pictureFindings, pictureLimits } from "./firstFrame.ts"

/** Characters of a prompt: what is allowed, and what the document recommends. */
export const promptLimits = { max: 800, recommended: 400 } as const

export const Input = Schema.Struct({
  prompt: Schema.optionalKey(
    Schema.String.annotate({
      title: "Prompt",
      "x-title-zh": "提示词",
      description:
        "What the video shows, in Chinese or English. Required without a picture. At most 800 characters; up to 400 are recommended, longer ones may be followed only in part.",
      "x-description-zh":
        "用于生成视频的提示词，中英文均可输入，文生视频场景必选。建议在 400 字以内，不超过 800 字，过长有概率出现效果异常或不生效",
      "x-unit": "characters",
      examples: ["千军万马", "A red kite rises over a quiet harbour at dawn, slow pan"],
    }).check(
      Schema.makeFilter(
        (text) => {
          if (text.trim() === "") return "is blank; leave the field out instead"
          if (!text.isWellFormed()) return "holds half a character (a lone surrogate)"
          return countUpTo(text, promptLimits.max) > promptLimits.max
            ? `is longer than ${promptLimits.max} characters`
            : undefined
        },
        { expected: `1 to ${promptLimits.max} characters` },
      ),
    ),
  ),
  image: Schema.optionalKey(
    field(
      { kind: "image", forms: ["url", "bytes"], maxBytes: pictureLimits.maxBytes },
      {
        title: "First frame",
        "x-title-zh": "首帧图片",
        description:
          "The picture that the video begins with: a public address, or the file itself. JPEG or PNG, at most 4.7 MB (4,700,000 bytes) and 4096 × 4096 pixels, the shorter side at least 320, the longer at most 3 times the shorter. It is cropped to the closest of the six ratios.",
        "x-description-zh":
          "首帧图片：公网可访问的 URL，或图片文件。仅支持 JPEG、PNG，最大 4.7MB、4096 × 4096，最短边不低于 320，长边与短边比例在 3 以内；会按最接近的可选比例居中裁剪",
        examples: ["https://example.com/first-frame.jpg"],
      },
    ),
  ),
  seed: Schema.optionalKey(
    // @effect-diagnostics-next-line schemaNumber:off -- the check below refuses them, and this way JSON Schema stays flat
    Schema.Number.annotate({
      title: "Seed",
      "x-title-zh": "随机种子",
      description:
        "Where the randomness starts. -1 is a new one each time; the same positive number with everything else the same most likely gives the same video.",
      "x-description-zh":
        "随机种子，默认 -1（随机）。若随机种子为相同正整数且其他参数均一致，则生成视频极大概率效果一致",
      default: -1,
      examples: [-1, 42],
    }).check(
      Schema.isInt({ message: "is not a whole number", expected: "a whole number" }).abort(),
      Schema.isGreaterThanOrEqualTo(-1, {
        message: "is below -1",
        expected: "-1 (random), or a whole number from 0 up",
      }),
    ),
  ),
  frames: Schema.optionalKey(
    Schema.Literals([121, 241]).annotate({
      title: "Frames",
      "x-title-zh": "总帧数",
      description: "Length of the video: 121 frames are 5 s, 241 are 10 s (24 per second, plus 1).",
      "x-description-zh": "生成的总帧数（帧数 = 24 × n + 1，n 为秒数，支持 5s、10s）",
      "x-unit": "frames",
      default: 121,
      examples: [121, 241],
    }),
  ),
  aspect_ratio: Schema.optionalKey(
    Schema.Literals(ratios).annotate({
      title: "Aspect ratio",
      "x-title-zh": "长宽比",
      description:
        "Shape of the video. Only without a picture: with one, the ratio closest to the picture is taken.",
      "x-description-zh":
        "生成视频的长宽比，只在文生视频场景下生效；图生视频场景会根据输入图的长宽比选择最接近的比例",
      default: "16:9",
      examples: ["16:9", "9:16"],
    }),
  ),
  aigc_meta: AigcMeta.field,
})
export type Input = typeof Input.Type

/** What comes out, to the pixel, and the usual names of two of them. */
const sizes = {
  ...Object.fromEntries(
    ratios.map((ratio) => [`${outputs[ratio].width}x${outputs[ratio].height}`, ratio]),
  ),
  "1920x1080": "16:9",
  "1080x1920": "9:16",
}

export const model: VolcModel<Input> = {
  id: "volc-cv/jimeng-video-3.0-pro",
  alias: "jimeng_ti2v_v30_pro",
  title: { en: "Jimeng video 3.0 Pro", zh: "即梦AI-视频生成3.0 Pro" },
  summary: {
    en: "Text to video, or a first frame to video, 5 or 10 seconds at 1080P, with several shots in one.",
    zh: "文生视频与图生视频（首帧），1080P，5 秒或 10 秒，支持多镜头叙事",
  },
  kind: "text-or-image-to-video",
  input: Input,
  examples: [
    { prompt: "千军万马", frames: 121, aspect_ratio: "16:9" },
    { prompt: "The lantern begins to glow", image: "https://example.com/first-frame.jpg" },
  ],
  rules: (input) => {
    const findings = promptFindings(input)
    const picture = input.image === undefined ? nothing : pictureFindings(input.image)
    const warnings = [...findings.warnings, ...picture.warnings]
    if (input.image !== undefined && input.aspect_ratio !== undefined) {
      warnings.push(
        `aspect_ratio ${input.aspect_ratio} does nothing together with a picture: the ratio closest to the picture is taken`,
      )
    }
    return { issues: [...findings.issues, ...picture.issues], warnings }
  },
  limitGroup: "jimeng_ti2v_v30_pro",
  limits: defaultLimits,
  timing: timing(180),
  documents: [
    {
      title: "即梦AI-视频生成3.0 Pro-接口文档",
      url: "https://www.volcengine.com/docs/85621/1777001",
      updated: "2025-09-01",
    },
  ],
  common: {
    prompt: "prompt",
    picture: "image",
    seconds: { field: "frames", values: { "5": 121, "10": 241 } },
    size: { field: "aspect_ratio", values: sizes },
  },
  hints: {
    ...wireHints,
    binary_data_base64: "is called image here; give the file, its bytes or a data: URI",
    image_urls: "is called image here; give the one address itself, not a list",
    image_url: "is called image here",
  },
  actions: jimengActions,
  product: "jimeng-video",
  body: ({ image, prompt, seed, frames, aspect_ratio }) => ({
    req_key: "jimeng_ti2v_v30_pro",
    ...(prompt === undefined ? {} : { prompt }),
    ...pictureBody(image),
    ...(seed === undefined ? {} : { seed }),
    ...(frames === undefined ? {} : { frames }),
    ...(aspect_ratio === undefined ? {} : { aspect_ratio }),
  }),
}

const nothing: Findings = { issues: [], warnings: [] }

const promptFindings = ({ image, prompt }: Input): Findings => {
  if (prompt === undefined) {
    return image === undefined
      ? {
          issues: [{ path: "/prompt", message: "is required without a picture (text to video)" }],
          warnings: [],
        }
      : nothing
  }
  const warnings: Array<string> = []
  if (countUpTo(prompt, promptLimits.recommended) > promptLimits.recommended) {
    warnings.push(
      `the prompt is longer than the recommended ${promptLimits.recommended} characters; parts of it may have no effect`,
    )
  }
  if (Array.from(prompt).length > promptLimits.max) {
    warnings.push(
      `the prompt has no more than ${promptLimits.max} characters as people count them, but more as computers do; the document does not say how it counts, so it may be refused`,
    )
  }
  return { issues: [], warnings }
}

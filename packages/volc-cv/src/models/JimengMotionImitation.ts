/**
 * Jimeng motion imitation: the person of a picture moves as the one in a video does.
 *
 * @see https://www.volcengine.com/docs/85621/1798351 (updated 2025-09-04)
 */
import { addressField } from "@zoetrope/core/Media"
import { Schema } from "effect"
import * as AigcMeta from "../AigcMeta.ts"
import { defaultLimits, jimengActions, timing, type VolcModel, wireHints } from "../VolcModel.ts"

export const Input = Schema.Struct({
  image_url: addressField("image", {
    title: "Picture",
    "x-title-zh": "图片",
    description:
      "Public address of the picture whose person is to move. A local file is not taken.",
    "x-description-zh": "图片 URL（需公网可访问）",
    examples: ["https://example.com/person.jpg"],
  }),
  video_url: addressField("video", {
    title: "Template video",
    "x-title-zh": "模版视频",
    description:
      "Public address of the video whose motion, face and lips are imitated. A local file is not taken.",
    "x-description-zh": "视频 URL（需公网可访问）",
    examples: ["https://example.com/dance.mp4"],
  }),
  aigc_meta: AigcMeta.field,
})
export type Input = typeof Input.Type

export const model: VolcModel<Input> = {
  id: "volc-cv/jimeng-motion-imitation",
  alias: "jimeng_dream_actor_m1_gen_video_cv",
  title: { en: "Jimeng motion imitation", zh: "即梦AI-动作模仿" },
  summary: {
    en: "The person of a picture takes over motion, expression and lips from a video.",
    zh: "输入一张图片和一段模版视频，将图片中的人物按照模版视频的动作、表情、口型驱动起来",
  },
  kind: "motion-transfer",
  input: Input,
  examples: [
    { image_url: "https://example.com/person.jpg", video_url: "https://example.com/dance.mp4" },
  ],
  rules: () => ({ issues: [], warnings: [] }),
  limitGroup: "jimeng_dream_actor_m1_gen_video_cv",
  limits: defaultLimits,
  timing: timing(240),
  documents: [
    {
      title: "动作模仿-接口文档",
      url: "https://www.volcengine.com/docs/85621/1798351",
      updated: "2025-09-04",
    },
  ],
  common: { picture: "image_url" },
  hints: {
    ...wireHints,
    image: "is called image_url here, and takes a public address only",
    image_urls: "is called image_url here; give the one address itself, not a list",
    binary_data_base64: "is not taken by this model; give a public address as image_url",
    driving_video_info: "belongs to volc-cv/single-image-driving; here it is video_url",
  },
  actions: jimengActions,
  product: "jimeng-video",
  body: ({ image_url, video_url }) => ({
    req_key: "jimeng_dream_actor_m1_gen_video_cv",
    image_url,
    video_url,
  }),
}

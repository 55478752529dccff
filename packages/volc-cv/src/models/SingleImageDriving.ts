/**
 * Single-image video driving (单图视频驱动): the older sibling of motion imitation.
 *
 * Its document was updated on 2025-08-28. The address of its own page is not recorded; it refers to the
 * common page for codes and the envelope.
 */
import { addressField } from "@zoetrope/core/Media"
import { Schema } from "effect"
import { defaultLimits, realmanActions, timing, type VolcModel, wireHints } from "../VolcModel.ts"

export const Input = Schema.Struct({
  image_url: addressField("image", {
    title: "Picture",
    "x-title-zh": "图片",
    description:
      "Public address of the picture whose person is to move. A local file is not taken.",
    "x-description-zh": "图片 URL（需公网可访问）",
    examples: ["https://example.com/person.jpeg"],
  }),
  video_url: addressField("video", {
    title: "Driving video",
    "x-title-zh": "驱动视频",
    description: "Public address of the video that drives the picture. A local file is not taken.",
    "x-description-zh": "驱动视频 URL（需公网可访问）",
    examples: ["https://example.com/driving.mp4"],
  }),
})
export type Input = typeof Input.Type

export const model: VolcModel<Input> = {
  id: "volc-cv/single-image-driving",
  alias: "realman_avatar_imitator_v2v_gen_video",
  title: { en: "Single-image video driving", zh: "单图视频驱动" },
  summary: {
    en: "The person of a picture is driven by a video.",
    zh: "输入单张图片和驱动视频，生成以图片人物模仿视频动作的视频",
  },
  kind: "motion-transfer",
  input: Input,
  examples: [
    { image_url: "https://example.com/person.jpeg", video_url: "https://example.com/driving.mp4" },
  ],
  rules: () => ({ issues: [], warnings: [] }),
  limitGroup: "realman_avatar_imitator_v2v_gen_video",
  limits: defaultLimits,
  // The document's example took 447 s for a video of 10.6 s.
  timing: timing(450),
  documents: [
    {
      title: "单图视频驱动 接口文档 (its common page: 通用返回字段及错误码)",
      url: "https://www.volcengine.com/docs/6444/69728",
      updated: "2025-08-28",
    },
  ],
  common: { picture: "image_url" },
  hints: {
    ...wireHints,
    aigc_meta: "is not in this model's document: the query for its result takes a task id only",
    driving_video_info: "is flat here: give its address as video_url; store_type 0 is set for you",
    store_type: "is always 0 and set for you; leave it out",
    image: "is called image_url here, and takes a public address only",
    image_urls: "is called image_url here; give the one address itself, not a list",
    binary_data_base64: "is not taken by this model; give a public address as image_url",
  },
  actions: realmanActions,
  product: "single-image-driving",
  body: ({ image_url, video_url }) => ({
    req_key: "realman_avatar_imitator_v2v_gen_video",
    image_url,
    driving_video_info: { store_type: 0, video_url },
  }),
}

/**
 * Lip-sync of a speaking person (单人口播视频改口型) in its two modes: Lite and Basic. Each has switches
 * that the other refuses.
 *
 * Its document was updated on 2025-12-01. The address of its own page is not recorded; it refers to the
 * common page for codes and the envelope.
 */
import { addressField } from "@zoetrope/core/Media"
import type { Document } from "@zoetrope/core/Model"
import { Schema } from "effect"
import * as AigcMeta from "../AigcMeta.ts"
import { defaultLimits, realmanActions, timing, type VolcModel, wireHints } from "../VolcModel.ts"

const liteId = "volc-cv/lip-sync-lite"
const basicId = "volc-cv/lip-sync-basic"

const shared = {
  url: addressField("video", {
    title: "Video",
    "x-title-zh": "原始视频",
    description:
      "Public address of the video of one speaking person, preferably without Chinese characters. A local file is not taken.",
    "x-description-zh": "原始视频 URL（需公网可访问），建议无中文字符",
    examples: ["https://example.com/speaker.mp4"],
  }),
  pure_audio_url: addressField("audio", {
    title: "Voice",
    "x-title-zh": "人声音频",
    description:
      "Public address of the voice that the lips follow, preferably without Chinese characters. A local file is not taken.",
    "x-description-zh": "人声音频 URL（需公网可访问），建议无中文字符",
    examples: ["https://example.com/voice.mp3"],
  }),
  separate_vocal: Schema.optionalKey(
    Schema.Boolean.annotate({
      title: "Separate the voice",
      "x-title-zh": "人声分离",
      description: "Takes the voice out of the sound first.",
      "x-description-zh": "是否启用人声分离",
      default: false,
    }),
  ),
}

export const LiteInput = Schema.Struct({
  ...shared,
  align_audio: Schema.optionalKey(
    Schema.Boolean.annotate({
      title: "Loop the video",
      "x-title-zh": "视频循环",
      description: "Loops the video where the sound is longer.",
      "x-description-zh": "是否开启视频循环",
      default: true,
    }),
  ),
  align_audio_reverse: Schema.optionalKey(
    Schema.Boolean.annotate({
      title: "Loop forth and back",
      "x-title-zh": "正/倒放交替",
      description: "With align_audio: every second loop runs backwards.",
      "x-description-zh": "配合 align_audio 以正/倒放交替",
      default: false,
    }),
  ),
  templ_start_seconds: Schema.optionalKey(
    // @effect-diagnostics-next-line schemaNumber:off -- the check below refuses them, and this way JSON Schema stays flat
    Schema.Number.annotate({
      title: "Start",
      "x-title-zh": "模板视频起始秒",
      description: "Where in the video to begin, in seconds from its start.",
      "x-description-zh": "模板视频起始秒",
      "x-unit": "s",
      default: 0,
      examples: [0, 2.5],
    }).check(
      Schema.isFinite({ message: "is not a number", expected: "a number" }).abort(),
      Schema.isGreaterThanOrEqualTo(0, { message: "is negative", expected: "0 or more seconds" }),
    ),
  ),
  aigc_meta: AigcMeta.field,
})
export type LiteInput = typeof LiteInput.Type

export const BasicInput = Schema.Struct({
  ...shared,
  open_scenedet: Schema.optionalKey(
    Schema.Boolean.annotate({
      title: "Detect scenes",
      "x-title-zh": "场景切分",
      description: "Cuts the video into scenes and finds out who speaks.",
      "x-description-zh": "是否开启场景切分与说话人识别",
      default: false,
    }),
  ),
  aigc_meta: AigcMeta.field,
})
export type BasicInput = typeof BasicInput.Type

const documents: readonly [Document] = [
  {
    title: "单人口播视频改口型接口 (its common page: 通用返回字段及错误码)",
    url: "https://www.volcengine.com/docs/6444/69728",
    updated: "2025-12-01",
  },
]

const example = {
  url: "https://example.com/speaker.mp4",
  pure_audio_url: "https://example.com/voice.mp3",
}

const sharedHints = {
  ...wireHints,
  video_url: "is called url here",
  audio_url: "is called pure_audio_url here",
}

export const lite: VolcModel<LiteInput> = {
  id: liteId,
  alias: "realman_change_lips",
  title: { en: "Lip-sync Lite", zh: "视频改口型 Lite" },
  summary: {
    en: "Moves the lips of a speaking person to another voice; loops the video where the voice is longer.",
    zh: "单人口播视频 + 音频改口型，Lite 模式，支持视频循环",
  },
  kind: "lip-sync",
  input: LiteInput,
  examples: [example, { ...example, align_audio: true, align_audio_reverse: true }],
  rules: (input) => ({
    issues: [],
    warnings: [...addressWarnings(input), ...reverseWarnings(input)],
  }),
  limitGroup: "realman_change_lips",
  limits: defaultLimits,
  timing: timing(120),
  documents,
  hints: {
    ...sharedHints,
    open_scenedet: `is taken by ${basicId} only; use that model, or leave it out`,
  },
  actions: realmanActions,
  product: "lip-sync",
  body: ({ aigc_meta: _queryTime, ...fields }) => ({ req_key: "realman_change_lips", ...fields }),
}

const liteOnly = `is taken by ${liteId} only; use that model, or leave it out`

export const basic: VolcModel<BasicInput> = {
  id: basicId,
  alias: "realman_change_lips_basic_chimera",
  title: { en: "Lip-sync Basic", zh: "视频改口型 Basic" },
  summary: {
    en: "Moves the lips of a speaking person to another voice; can cut scenes and find the speaker.",
    zh: "单人口播视频 + 音频改口型，Basic 模式，支持场景切分与说话人识别",
  },
  kind: "lip-sync",
  input: BasicInput,
  examples: [example, { ...example, open_scenedet: true }],
  rules: (input) => ({ issues: [], warnings: addressWarnings(input) }),
  limitGroup: "realman_change_lips_basic_chimera",
  limits: defaultLimits,
  timing: timing(180),
  documents,
  hints: {
    ...sharedHints,
    align_audio: liteOnly,
    align_audio_reverse: liteOnly,
    templ_start_seconds: liteOnly,
  },
  actions: realmanActions,
  product: "lip-sync",
  body: ({ aigc_meta: _queryTime, ...fields }) => ({
    req_key: "realman_change_lips_basic_chimera",
    ...fields,
  }),
}

const addressWarnings = (input: {
  readonly url: string
  readonly pure_audio_url: string
}): ReadonlyArray<string> =>
  (["url", "pure_audio_url"] as const).flatMap((name) =>
    /[^\p{ASCII}]/u.test(input[name])
      ? [`${name} holds characters outside ASCII, which the document advises against: escape them`]
      : [],
  )

const reverseWarnings = (input: LiteInput): ReadonlyArray<string> => {
  if (input.align_audio_reverse !== true || input.align_audio === true) return []
  return [
    input.align_audio === false
      ? "align_audio_reverse does nothing with align_audio false: it only says how the video is looped"
      : "align_audio_reverse works together with align_audio, which is left to its documented default, true; set it to be sure",
  ]
}

/**
 * The input of image to video, field by field, in the document's order and by its names; `image` stands
 * for its list `images`, which takes exactly one. What holds between fields is `img2VideoRules.ts`.
 *
 * @see https://platform.vidu.cn/docs/image-to-video (read 2026-11-20)
 */
import { countUpTo } from "@zoetrope/core/Characters"
import { addressField, field } from "@zoetrope/core/Media"
import { Schema } from "effect"
import { pictureLimits } from "./firstFrame.ts"
import { variants } from "./Img2VideoMatrix.ts"

/** Of the newest family the quick one, and the cheaper of the two that the document names first. */
export const defaultModel = "viduq3-turbo"

/** Characters. */
export const limits = { prompt: 5000, payload: 1_048_576 } as const

const textCheck = (limit: number, tooLong: (text: string) => boolean) =>
  Schema.makeFilter(
    (text: string) => {
      if (text.trim() === "") return "is blank; leave the field out instead"
      if (!text.isWellFormed()) return "holds half a character (a lone surrogate)"
      return tooLong(text) ? `is longer than ${limit} characters` : undefined
    },
    { expected: `1 to ${limit} characters` },
  )

export const Img2VideoInput = Schema.Struct({
  model: Schema.optionalKey(
    Schema.String.annotate({
      title: "Model",
      "x-title-zh": "模型",
      description:
        "Which of Vidu's models makes the video. q3 models make sound too, pro is the better one and turbo the quicker, fast the quickest. A name that is not listed is sent as it is.",
      "x-description-zh":
        "模型名称。q3 系列支持音视频直出；pro 效果更好，turbo 生成更快，fast 最快。未列出的名称会原样发送",
      default: defaultModel,
      examples: variants.filter(({ retired }) => retired !== true).map(({ name }) => name),
    }).check(
      Schema.isPattern(/^[\x21-\x7e]{1,64}$/, {
        message: "is no name of a model",
        expected: "1 to 64 letters, digits and signs without blanks",
      }),
    ),
  ),
  image: field(
    { kind: "image", forms: ["url", "bytes"], maxBytes: pictureLimits.maxBytes },
    {
      title: "First frame",
      "x-title-zh": "首帧图片",
      description:
        "The picture that the video begins with: a public address, or the file itself. PNG, JPEG or WebP, its longer side at most 4 times the shorter; at most 50 MB by address, 14.95 MB (14,950,000 bytes) as a file, since the whole request may have 20 MB.",
      "x-description-zh":
        "首帧图像：公网可访问的 URL，或图片文件。支持 png、jpeg、jpg、webp，图片比例在 1:4 到 4:1 之间；URL 图片不超过 50 MB，直接上传的文件不超过 14.95 MB（整个请求不超过 20 MB）",
      examples: ["https://example.com/first-frame.png"],
    },
  ),
  prompt: Schema.optionalKey(
    Schema.String.annotate({
      title: "Prompt",
      "x-title-zh": "提示词",
      description: "What happens in the video. At most 5000 characters. Not used with is_rec.",
      "x-description-zh":
        "生成视频的文本描述，不超过 5000 个字符。若使用 is_rec 推荐提示词，则不考虑此参数",
      "x-unit": "characters",
      examples: ["The astronaut waves and the camera moves up", "镜头缓慢推进，背景逐渐虚化"],
    }).check(textCheck(limits.prompt, (text) => countUpTo(text, limits.prompt) > limits.prompt)),
  ),
  audio: Schema.optionalKey(
    Schema.Boolean.annotate({
      title: "Sound",
      "x-title-zh": "音视频直出",
      description:
        "Whether the video has sound: speech and effects. On by default for q3 models, off for all others.",
      "x-description-zh":
        "是否使用音视频直出能力，输出带台词以及背景音的视频。q3 系列默认为 true，其他模型默认为 false",
      examples: [true, false],
    }),
  ),
  audio_type: Schema.optionalKey(
    Schema.Literals(["all", "speech_only", "sound_effect_only"]).annotate({
      title: "Kind of sound",
      "x-title-zh": "音频类型",
      description:
        "Which sound: all of it, speech only, or effects only. Splitting works with q2, q1 and 2.0 models.",
      "x-description-zh":
        "音频类型：all 音效+人声，speech_only 仅人声，sound_effect_only 仅音效。仅 q2、q1、2.0 系列模型支持音频拆分",
      default: "all",
      examples: ["all", "speech_only"],
    }),
  ),
  voice_id: Schema.optionalKey(
    Schema.NonEmptyString.annotate({
      title: "Voice",
      "x-title-zh": "音色",
      description:
        "Id of the voice, from Vidu's list or a cloned one. Only with audio; no effect with q3 models. Chosen by Vidu when left out.",
      "x-description-zh":
        "音色 id，可使用音色列表或声音复刻的音色；仅 audio 为 true 时生效，q3 系列模型不生效，为空时系统自动推荐",
      examples: ["professional_host"],
    }),
  ),
  is_rec: Schema.optionalKey(
    Schema.Boolean.annotate({
      title: "Recommended prompt",
      "x-title-zh": "推荐提示词",
      description:
        "Let Vidu write the prompt from the picture. Takes the place of prompt, and costs 10 credits more.",
      "x-description-zh":
        "是否使用推荐提示词：由系统自动推荐提示词并用其生成视频，每个任务多消耗 10 积分",
      default: false,
      examples: [false],
    }),
  ),
  bgm: Schema.optionalKey(
    Schema.Boolean.annotate({
      title: "Background music",
      "x-title-zh": "背景音乐",
      description:
        "Let Vidu add music from its library. No effect with q3 models, nor with q2 models at 9 and 10 s.",
      "x-description-zh":
        "是否添加背景音乐，由系统从预设 BGM 库中自动挑选。q3 模型不生效；q2 模型时长为 9 秒或 10 秒时不生效",
      default: false,
      examples: [false],
    }),
  ),
  duration: Schema.optionalKey(
    Schema.Number.annotate({
      title: "Length",
      "x-title-zh": "视频时长",
      description:
        "Length of the video: 1 to 16 s with q3 models (default 5), 1 to 10 s with q2 (default 5), 5 s with q1, 4 or 8 s with 2.0 (default 4).",
      "x-description-zh":
        "视频时长：q3 系列 1–16 秒（默认 5），q2 系列 1–10 秒（默认 5），q1 系列 5 秒，2.0 为 4 或 8 秒（默认 4）",
      "x-unit": "s",
      examples: [5, 8],
    }).check(
      Schema.isInt({ expected: "a whole number of seconds" }),
      Schema.isGreaterThanOrEqualTo(1, { message: "is below 1 s", expected: "1 s or more" }),
    ),
  ),
  seed: Schema.optionalKey(
    Schema.Number.annotate({
      title: "Seed",
      "x-title-zh": "随机种子",
      description: "Where the randomness starts. 0, or left out: a new one each time.",
      "x-description-zh": "随机种子，不传或传 0 时使用随机数",
      default: 0,
      examples: [0, 42],
    }).check(
      Schema.isInt({ expected: "a whole number" }),
      Schema.isGreaterThanOrEqualTo(0, {
        message: "is below 0",
        expected: "0 (random), or a whole number above",
      }),
    ),
  ),
  resolution: Schema.optionalKey(
    Schema.Literals(["360p", "540p", "720p", "1080p"]).annotate({
      title: "Resolution",
      "x-title-zh": "分辨率",
      description:
        "720p by default; 1080p with q1, 360p with 2.0 at 4 s. Which ones there are depends on model and length. The shape of the video is that of the picture.",
      "x-description-zh":
        "分辨率，默认值依据模型和视频时长而定：q3、q2 默认 720p，q1 为 1080p，2.0 的 4 秒默认 360p、8 秒为 720p。画面比例与首帧图片一致",
      examples: ["720p", "1080p"],
    }),
  ),
  movement_amplitude: Schema.optionalKey(
    Schema.Literals(["auto", "small", "medium", "large"]).annotate({
      title: "Movement",
      "x-title-zh": "运动幅度",
      description: "How much moves in the picture. No effect with q2 and q3 models.",
      "x-description-zh": "运动幅度，q2、q3 系列模型不生效",
      default: "auto",
      examples: ["auto", "small"],
    }),
  ),
  payload: Schema.optionalKey(
    Schema.String.annotate({
      title: "Payload",
      "x-title-zh": "透传参数",
      description:
        "A text of your own that Vidu keeps with the task, at most 1,048,576 characters. Left out, it carries a mark by which a task is found again when the answer to its submit is lost.",
      "x-description-zh":
        "透传参数，仅数据传输，最多 1048576 个字符。不填时用于携带标记，以便在提交应答丢失后找回任务",
      "x-unit": "characters",
      examples: ["order-4711"],
    }).check(
      textCheck(
        limits.payload,
        (text) => text.length > limits.payload && Array.from(text).length > limits.payload,
      ),
    ),
  ),
  off_peak: Schema.optionalKey(
    Schema.Boolean.annotate({
      title: "Off-peak",
      "x-title-zh": "错峰模式",
      description:
        "Fewer credits, but the video may take up to 48 hours; Vidu cancels what is not done by then, at no cost. With sound only for q3 models.",
      "x-description-zh":
        "错峰模式消耗的积分更低，任务在 48 小时内生成，未能完成的会被自动取消并返还积分。音视频直出时仅 q3 模型支持",
      default: false,
      examples: [false],
    }),
  ),
  watermark: Schema.optionalKey(
    Schema.Boolean.annotate({
      title: "Watermark",
      "x-title-zh": "水印",
      description:
        "Mark the video as made by AI. The marked file is then the one that is kept; the plain one is a further output.",
      "x-description-zh":
        "是否添加水印，默认水印内容为“内容由AI生成”。添加后保存带水印的视频，无水印的视频作为另一输出",
      default: false,
      examples: [false],
    }),
  ),
  wm_position: Schema.optionalKey(
    Schema.Literals([1, 2, 3, 4]).annotate({
      title: "Place of the watermark",
      "x-title-zh": "水印位置",
      description: "1 top left, 2 top right, 3 bottom right, 4 bottom left.",
      "x-description-zh": "水印位置：1 左上角，2 右上角，3 右下角，4 左下角",
      default: 3,
      examples: [3],
    }),
  ),
  wm_url: Schema.optionalKey(
    addressField("image", {
      title: "Picture of the watermark",
      "x-title-zh": "水印图片",
      description:
        "Public address of a picture to use as the watermark, in place of the usual text.",
      "x-description-zh": "水印内容，图片 URL；不传时使用默认水印：内容由AI生成",
      examples: ["https://example.com/mark.png"],
    }),
  ),
  meta_data: Schema.optionalKey(
    Schema.String.annotate({
      title: "Metadata",
      "x-title-zh": "元数据标识",
      description:
        "Label written into the file, as a JSON text: of your own making, or with Label, ContentProducer, ContentPropagator, ProduceID, PropagateID, ReservedCode1, ReservedCode2. Vidu's own when left out.",
      "x-description-zh":
        "元数据标识，json 格式字符串，可自定义格式，或使用 Label、ContentProducer、ContentPropagator、ProduceID、PropagateID、ReservedCode1、ReservedCode2；为空时使用 vidu 生成的元数据标识",
      examples: ['{"Label":"your_label"}'],
    }).check(
      Schema.makeFilter((text) => (isJson(text) ? undefined : "is not JSON"), {
        expected: "a JSON text",
      }),
    ),
  ),
})
export type Img2VideoInput = typeof Img2VideoInput.Type

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

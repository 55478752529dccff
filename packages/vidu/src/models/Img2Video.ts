/**
 * Image to video: a first frame and, if wanted, a prompt.
 *
 * @see https://platform.vidu.cn/docs/image-to-video (read 2026-11-20)
 */
import { defaultLimits, limitGroup, offPeakTiming, timing, type ViduModel } from "../ViduModel.ts"
import { img2VideoBody } from "./img2VideoBody.ts"
import { lengths, shapeNote, sizes } from "./img2VideoCommon.ts"
import { defaultModel, Img2VideoInput } from "./Img2VideoInput.ts"
import { rules } from "./img2VideoRules.ts"

export const model: ViduModel<Img2VideoInput> = {
  id: "vidu/img2video",
  alias: "img2video",
  title: { en: "Vidu image to video", zh: "Vidu 图生视频" },
  summary: {
    en: "A first frame to video with Vidu's q3, q2, q1 and 2.0 models: 1 to 16 seconds, 360p to 1080p, with sound if wanted.",
    zh: "首帧图片生成视频，支持 Vidu q3、q2、q1、2.0 系列模型，1–16 秒，360p–1080p，可音视频直出",
  },
  kind: "text-or-image-to-video",
  input: Img2VideoInput,
  examples: [
    {
      image: "https://example.com/first-frame.png",
      prompt: "The astronaut waves and the camera moves up",
    },
    {
      model: "viduq2-pro",
      image: "https://example.com/first-frame.png",
      prompt: "镜头缓慢推进，展现画面中的细节，背景逐渐虚化",
      duration: 2,
      resolution: "1080p",
      seed: 12345,
    },
  ],
  rules,
  limitGroup,
  limits: defaultLimits,
  timing,
  timingOf: (query) => (query["off_peak"] === "true" ? offPeakTiming : timing),
  // The pages show no date of their own; this is that of the newest known copy of all of them.
  documents: [
    {
      title: "图生视频",
      url: "https://platform.vidu.cn/docs/image-to-video",
      updated: "2026-08-12",
    },
    { title: "产品定价", url: "https://platform.vidu.cn/docs/pricing", updated: "2026-08-12" },
    { title: "错误码", url: "https://platform.vidu.cn/docs/error-code", updated: "2026-08-12" },
  ],
  common: {
    prompt: "prompt",
    picture: "image",
    seconds: { field: "duration", values: lengths },
    size: { field: "resolution", values: sizes, note: shapeNote },
  },
  hints: {
    images: "is called image here; give the one picture itself, not a list",
    image_url: "is called image here",
    callback_url: "is set by the program that receives the callback, not by the input",
    aspect_ratio: "does not exist for image to video: the video has the shape of the picture",
    style: "does not exist for image to video",
    client_request_id: "is no documented field, and Vidu refuses those; use payload",
  },
  path: "/img2video",
  body: img2VideoBody,
  listed: (input) => ({
    model: input.model ?? defaultModel,
    // A recommended prompt takes the place of the one that was sent.
    prompt: input.is_rec === true ? undefined : input.prompt,
  }),
}

/**
 * The answer to a create: the request with its defaults. The document lists a part of it; `type`,
 * `style`, `aspect_ratio`, `cus_priority`, `is_rec`, `wm_position` (a text, where the request has a
 * number), `wm_url`, `meta_data` and `client_request_id` were seen in real answers.
 *
 * @see https://platform.vidu.com/docs/image-to-video (copy of 2026-08)
 */
import type { WatermarkPosition } from "./Img2Video.ts"
import type { Job } from "./Jobs.ts"
import { creditsOf } from "./States.ts"

/** `images` as they were sent: a job does not keep the bytes of its picture. */
export const createAnswer = (job: Job, images: ReadonlyArray<string>) => {
  const { task, order, createdAt } = job
  const phase = task.phase()
  return {
    task_id: task.id,
    type: "img2video",
    state: phase._tag === "Failed" ? "failed" : "created",
    model: order.model.key,
    style: "general",
    prompt: order.prompt,
    images,
    duration: order.duration,
    seed: order.seed,
    aspect_ratio: "",
    resolution: order.resolution,
    movement_amplitude: order.movementAmplitude,
    audio: order.audio,
    audio_type: order.audioType,
    bgm: order.bgm,
    created_at: createdAt,
    credits: creditsOf(job, phase),
    payload: order.payload,
    cus_priority: 0,
    off_peak: order.offPeak,
    watermark: order.watermark,
    is_rec: order.isRec,
    wm_position: order.watermark ? positionName[order.wmPosition] : "unspecified",
    wm_url: order.wmUrl,
    meta_data: order.metaData,
    client_request_id: "",
  }
}

const positionName: Readonly<Record<WatermarkPosition, string>> = {
  1: "top_left",
  2: "top_right",
  3: "bottom_right",
  4: "bottom_left",
}

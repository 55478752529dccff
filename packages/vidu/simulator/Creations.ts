/**
 * What was made: the `creations` of a task, with links signed anew for every answer, and the answer
 * to a query for them.
 *
 * @see https://platform.vidu.com/docs/get-generation (copy of 2026-08)
 */
import type { Phase, World } from "@zoetrope/simulator"
import type { Job } from "./Jobs.ts"
import { creditsOf, errCodeOf, stateOf } from "./States.ts"

export const coverName = "cover.jpeg"
export const watermarkedName = "watermarked.mp4"

/** Seconds for which the link of a cover lives: measured on real ones, where videos have 24 hours. */
const COVER_SECONDS = 3600

/** Empty unless the task has succeeded. */
export const creationsOf = (job: Job, phase: Phase, world: World) => {
  if (phase._tag !== "Succeeded" || job.trigger.state !== undefined) return []
  const { task, creationId, order } = job
  const { seconds, width, height } = phase.file
  return [
    {
      id: creationId,
      url: world.link(task),
      cover_url: world.link(task, { file: coverName, seconds: COVER_SECONDS }),
      watermarked_url: order.watermark ? world.link(task, { file: watermarkedName }) : "",
      moderation_url: [],
      video: { duration: seconds, fps: order.model.fps, resolution: { width, height } },
    },
  ]
}

/** `state` in place of the task's own. */
export const creationsBody = (job: Job, phase: Phase, world: World, state?: string) => ({
  id: job.task.id,
  state: state ?? stateOf(job, phase, world.clock.now()),
  err_code: errCodeOf(phase),
  credits: creditsOf(job, phase),
  payload: job.order.payload,
  bgm: job.order.bgm,
  off_peak: job.order.offPeak,
  creations: state === undefined ? creationsOf(job, phase, world) : [],
})

/**
 * The slow move over a still picture: a gentle zoom while panning across it.
 *
 * A move never leaves the picture, starts and ends softly, and is a function of the frame's number
 * alone. Videos longer than `LONGEST_MOVE` repeat one there-and-back move: the driven videos of some
 * models last minutes, and only the first move has to be drawn and encoded.
 */
import type { RenderJob } from "./RenderJob.ts"

/** The part of the picture that one frame shows. */
export interface View {
  /** Left upper corner in picture pixels, with fractions. */
  readonly x: number
  readonly y: number
  /** Picture pixels per video pixel, at least 1. */
  readonly step: number
}

/** The picture is opened this much larger than the video: at the closest look, pixel for pixel. */
export const PICTURE_SCALE = 1.2

/** The zoom at the widest look: not 1, so that there is room to pan. */
const WIDEST = 1.04

/** In frames: about 10 s. */
export const LONGEST_MOVE = 250

export const viewAt = (job: RenderJob, frame: number): View => {
  const repeats = job.frames > LONGEST_MOVE
  const time = repeats ? (2 * frame) / LONGEST_MOVE : frame / Math.max(1, job.frames - 1)
  const eased = (reachOf(job) * (1 - Math.cos(Math.PI * time))) / 2
  const move = MOVES[job.variant % MOVES.length] ?? MOVES[0]
  const closeness = move.closer ? eased : 1 - eased
  const step = PICTURE_SCALE / (WIDEST + (PICTURE_SCALE - WIDEST) * closeness)
  // 0.7 to 1, so that of 256 variants no two are alike.
  const stride = 0.7 + (0.3 * Math.floor(job.variant / MOVES.length)) / 63
  return {
    x: (job.picture.width - job.width * step) * (0.5 + stride * move.right * (eased - 0.5)),
    y: (job.picture.height - job.height * step) * (0.5 + move.down * (eased - 0.5)),
    step,
  }
}

/** In less than five seconds the camera travels less far, at the same pace. */
const reachOf = ({ frames, fps }: RenderJob): number => Math.min(1, frames / fps / 5)

/** How far the look travels across the room that the zoom leaves: 1 is from edge to edge. */
const MOVES = [
  { closer: true, right: 0.8, down: -0.3 },
  { closer: true, right: -0.8, down: -0.3 },
  { closer: false, right: 0.8, down: 0.3 },
  { closer: false, right: -0.8, down: 0.3 },
] as const

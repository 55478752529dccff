/**
 * The models of this provider, and how one is found by its id or by the document's req_key. What a field
 * takes, in words and with its limits, is told by `Model.fields` of `@zoetrope/core`.
 */
import * as JimengMotionImitation from "./models/JimengMotionImitation.ts"
import * as JimengVideo30Pro from "./models/JimengVideo30Pro.ts"
import * as LipSync from "./models/LipSync.ts"
import * as SingleImageDriving from "./models/SingleImageDriving.ts"
import type { AnyVolcModel } from "./VolcModel.ts"

/**
 * A prompt, a first frame or both, to 5 or 10 seconds at 1080p: `volc-cv/jimeng-video-3.0-pro`.
 *
 * @see https://www.volcengine.com/docs/85621/1777001 (updated 2025-09-01)
 */
export const jimengVideo30Pro = JimengVideo30Pro.model
/**
 * The person of a picture takes over motion, expression and lips from a video:
 * `volc-cv/jimeng-motion-imitation`.
 *
 * @see https://www.volcengine.com/docs/85621/1798351 (updated 2025-09-04)
 */
export const jimengMotionImitation = JimengMotionImitation.model
/** The person of a picture is driven by a video: `volc-cv/single-image-driving`. */
export const singleImageDriving = SingleImageDriving.model
/**
 * Moves the lips of a speaking person to another voice; loops the video where the voice is longer:
 * `volc-cv/lip-sync-lite`.
 */
export const lipSyncLite = LipSync.lite
/**
 * Moves the lips of a speaking person to another voice; can cut scenes and find the speaker:
 * `volc-cv/lip-sync-basic`.
 */
export const lipSyncBasic = LipSync.basic

/** In the order of the README. */
export const all: ReadonlyArray<AnyVolcModel> = [
  jimengVideo30Pro,
  jimengMotionImitation,
  singleImageDriving,
  lipSyncLite,
  lipSyncBasic,
]

export type { Actions, AnyVolcModel, VolcModel } from "./VolcModel.ts"

/** By id (`volc-cv/lip-sync-lite`) or req_key (`realman_change_lips`). */
export const find = (name: string): AnyVolcModel | undefined =>
  all.find((model) => model.id === name || model.alias === name)

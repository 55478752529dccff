/** The models of this provider, and how one is found by its id or by the document's req_key. */
import * as JimengMotionImitation from "./models/JimengMotionImitation.ts"
import * as JimengVideo30Pro from "./models/JimengVideo30Pro.ts"
import * as LipSync from "./models/LipSync.ts"
import * as SingleImageDriving from "./models/SingleImageDriving.ts"
import type { AnyVolcModel } from "./VolcModel.ts"

export const jimengVideo30Pro = JimengVideo30Pro.model
export const jimengMotionImitation = JimengMotionImitation.model
export const singleImageDriving = SingleImageDriving.model
export const lipSyncLite = LipSync.lite
export const lipSyncBasic = LipSync.basic

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

/** The models of this provider, and how one is found by its id or by the document's name. */
import * as Img2Video from "./models/Img2Video.ts"
import type { AnyViduModel } from "./ViduModel.ts"

export const img2video = Img2Video.model

export const all: ReadonlyArray<AnyViduModel> = [img2video]

export type { AnyViduModel, CommonInput, Listed, ViduModel } from "./ViduModel.ts"

/** By id (`vidu/img2video`) or the document's name (`img2video`). */
export const find = (name: string): AnyViduModel | undefined =>
  all.find((model) => model.id === name || model.alias === name)

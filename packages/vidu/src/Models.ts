/**
 * The models of this provider, and how one is found by its id or by the document's name. What a field
 * takes, in words and with its limits, is told by `Model.fields` of `@zoetrope/core`.
 */
import * as Img2Video from "./models/Img2Video.ts"
import type { AnyViduModel } from "./ViduModel.ts"

/**
 * A first frame, with a prompt if wanted, to 1 to 16 seconds at 360p to 1080p, by Vidu's q3, q2, q1 and 2.0
 * models: `vidu/img2video`.
 *
 * @see https://platform.vidu.cn/docs/image-to-video (read 2026-11-20)
 */
export const img2video = Img2Video.model

/** One, so far. */
export const all: ReadonlyArray<AnyViduModel> = [img2video]

export type { AnyViduModel, CommonInput, Listed, ViduModel } from "./ViduModel.ts"

/** By id (`vidu/img2video`) or the document's name (`img2video`). */
export const find = (name: string): AnyViduModel | undefined =>
  all.find((model) => model.id === name || model.alias === name)

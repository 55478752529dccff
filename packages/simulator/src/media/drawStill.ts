/** One picture of a video, as the JPEG file that providers hand out for a cover. */
import sharp from "sharp"
import type { RenderRequest } from "./Renderer.ts"
import { openSource } from "./openSource.ts"
import { type Size, videoSize } from "./videoSize.ts"

/** As a `RenderRequest`, of which it shows the picture that moves. */
export type Still = Pick<RenderRequest, "source" | "width" | "height" | "mark">

export interface DrawnStill extends Size {
  readonly bytes: Uint8Array
}

/** Rejects with a `RenderError` where the picture cannot be decoded. */
export const drawStill = async (still: Still): Promise<DrawnStill> => {
  const size = videoSize(still)
  const { rgb, width, height } = await openSource(still, size)
  const bytes = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer()
  return { bytes, ...size }
}

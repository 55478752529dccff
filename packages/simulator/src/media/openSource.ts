/** The picture from which a file is made: the caller's or a drawing, marked where that is asked for. */
import { drawAbstract } from "./drawAbstract.ts"
import { drawMark } from "./drawMark.ts"
import { openDrawing, openPicture } from "./openPicture.ts"
import type { RgbPicture } from "./RenderJob.ts"
import type { RenderRequest } from "./Renderer.ts"
import type { Size } from "./videoSize.ts"

/** Rejects with a `RenderError` where a picture cannot be decoded. */
export const openSource = async (
  { source, mark }: Pick<RenderRequest, "source" | "mark">,
  size: Size,
): Promise<RgbPicture> => {
  const picture =
    "seed" in source
      ? await openDrawing(drawAbstract(source.seed, size), size)
      : await openPicture(source.picture, size)
  return mark === undefined ? picture : drawMark(picture, mark)
}

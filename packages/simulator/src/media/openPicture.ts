/** Decodes pictures and fits them to a size; refuses what is no picture, is broken or is too big. */
import sharp, { type Sharp } from "sharp"
import { RenderError } from "./RenderError.ts"
import type { RgbPicture } from "./RenderJob.ts"
import type { Size } from "./videoSize.ts"

/** Far more than any provider takes, and bounded: a few kilobytes of PNG can claim gigabytes. */
const MOST_PIXELS = 8192 * 8192

/**
 * The picture upright (its EXIF orientation applied), on black where it is transparent, scaled to
 * cover `size` and cropped around its centre: no bars, nothing stretched.
 */
export const openPicture = async (bytes: Uint8Array, size: Size): Promise<RgbPicture> => {
  try {
    return await fit(await openImage(bytes), size)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new RenderError("picture", `The picture cannot be decoded: ${why}.`, { cause })
  }
}

/** Somebody else's picture; rejects where it is too large, no picture, or SVG. */
export const openImage = async (bytes: Uint8Array): Promise<Sharp> => {
  const image = sharp(bytes, { limitInputPixels: MOST_PIXELS })
  const { format } = await image.metadata()
  if (format === "svg") throw new Error("SVG is a program that draws, not a picture")
  return image
}

/** An SVG drawing of our own. */
export const openDrawing = (svg: string, size: Size): Promise<RgbPicture> =>
  fit(sharp(Buffer.from(svg)), size)

const fit = async (image: Sharp, { width, height }: Size): Promise<RgbPicture> => {
  const pixels = await image
    .autoOrient()
    .resize(width, height, { fit: "cover" })
    .flatten({ background: "black" })
    .toColourspace("srgb")
    .raw()
    .toBuffer()
  return { width, height, rgb: new Uint8Array(pixels) }
}

/** Draws a mark into a corner of a picture, as providers mark what is generated. */
import sharp from "sharp"
import { openImage } from "./openPicture.ts"
import { RenderError } from "./RenderError.ts"
import type { RgbPicture } from "./RenderJob.ts"

export interface Mark {
  readonly corner: "top-left" | "top-right" | "bottom-right" | "bottom-left"
  /** A picture to put there; default a plain badge, without text since bare machines have no fonts. */
  readonly picture?: Uint8Array
}

/** Parts of the picture's sides. The margin keeps the mark in sight while the camera moves. */
const WIDTH = 0.2
const HEIGHT = 0.1
const MARGIN = 0.14

export const drawMark = async (picture: RgbPicture, mark: Mark): Promise<RgbPicture> => {
  const { width, height } = picture
  const place = { width: side(WIDTH, width), height: side(HEIGHT, height) }
  const right = mark.corner.endsWith("right")
  const bottom = mark.corner.startsWith("bottom")
  const left = side(MARGIN, width)
  const top = side(MARGIN, height)
  try {
    const own = mark.picture === undefined ? undefined : await openImage(mark.picture)
    const badge = await (own ?? sharp(Buffer.from(BADGE)))
      .resize(place.width, place.height, { fit: "contain", background: "transparent" })
      .png()
      .toBuffer()
    const marked = await sharp(picture.rgb, { raw: { width, height, channels: 3 } })
      .composite([
        {
          input: badge,
          left: right ? width - left - place.width : left,
          top: bottom ? height - top - place.height : top,
        },
      ])
      .removeAlpha()
      .raw()
      .toBuffer()
    return { width, height, rgb: new Uint8Array(marked) }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new RenderError("picture", `The mark cannot be drawn: ${why}.`, { cause })
  }
}

const side = (part: number, of: number): number => Math.max(1, Math.round(part * of))

const BADGE =
  `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60">` +
  `<rect width="200" height="60" rx="14" fill="black" fill-opacity="0.55"/>` +
  `<circle cx="40" cy="30" r="14" fill="white" fill-opacity="0.9"/>` +
  `<rect x="70" y="20" width="105" height="7" rx="3" fill="white" fill-opacity="0.9"/>` +
  `<rect x="70" y="34" width="75" height="7" rx="3" fill="white" fill-opacity="0.9"/></svg>`

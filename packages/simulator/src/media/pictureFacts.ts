/** Size and format of a picture, read from its header; nothing is decoded. */
import sharp from "sharp"

export interface PictureFacts {
  /** In pixels, upright: EXIF orientation applied. */
  readonly width: number
  readonly height: number
  /** As sharp names it: `jpeg`, `png`, `webp`, `gif`, `tiff`, `heif`, `svg`. */
  readonly format: string
}

/** `undefined` where the bytes are not a picture. */
export const pictureFacts = async (bytes: Uint8Array): Promise<PictureFacts | undefined> => {
  try {
    const { format, autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata()
    return { ...autoOrient, format }
  } catch {
    return undefined
  }
}

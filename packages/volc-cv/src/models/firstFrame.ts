/** The first frame of a video: what is checked of a picture, and how it goes over the wire. */
import { bytesOfDataUri, type Media } from "@zoetrope/core/Media"
import type { Findings } from "@zoetrope/core/Model"
import { look, type Picture, type PictureLimits, tooLarge } from "@zoetrope/core/Picture"
import type { InputIssue } from "@zoetrope/core/Reason"
import { Base64 } from "effect/encoding"
import { cropOf } from "../Crop.ts"

/**
 * 4.7 MB is read as 4.7 × 10⁶ bytes, the smaller of its two meanings: a file between the two would be
 * refused after it was uploaded, or not.
 */
export const pictureLimits: PictureLimits = {
  formats: ["jpeg", "png"],
  maxBytes: 4_700_000,
  maxSide: 4096,
  minSide: 320,
  maxRatio: 3,
}

/** What the content of a picture says. One given by address is not fetched to be checked. */
export const pictureFindings = (image: Media): Findings => {
  if (typeof image === "string" && isDataUri(image) && image.length > maxDataUri) {
    const about = Math.floor((image.length * 3) / 4)
    return { issues: [issue(tooLarge(about, pictureLimits))], warnings: [] }
  }
  const bytes = bytesOf(image)
  if (bytes === undefined) {
    return typeof image === "string" && isDataUri(image)
      ? {
          issues: [
            issue({
              message: "is a data: URI that cannot be read",
              allowed: "data:image/…;base64,…",
            }),
          ],
          warnings: [],
        }
      : { issues: [], warnings: [] }
  }
  const picture = look(bytes, pictureLimits)
  if ("format" in picture) return { issues: [], warnings: pictureWarnings(picture) }
  return { issues: picture.map(issue), warnings: [] }
}

/** The file itself in base64, without the head of a data: URI, or its address. */
export const pictureBody = (image: Media | undefined) => {
  if (image === undefined) return {}
  const bytes = bytesOf(image)
  return bytes === undefined
    ? { image_urls: [image as string] }
    : { binary_data_base64: [Base64.encode(bytes)] }
}

/** Share of the picture's area. What rounds to no percent is a matter of pixels, not of the picture. */
const noticeableLoss = 0.005

const pictureWarnings = (picture: Picture): ReadonlyArray<string> => {
  const warnings: Array<string> = []
  if (picture.turned) {
    warnings.push(
      "the picture is stored lying on its side and turned by its EXIF data; the document does not say whether that is honoured, so save it upright to be sure",
    )
  }
  const { lost, ratio, rect } = cropOf(
    picture.turned ? { width: picture.height, height: picture.width } : picture,
  )
  if (lost > noticeableLoss) {
    warnings.push(
      `the picture will be cropped to ${ratio}: ${Math.round(lost * 100)} % of it is lost, ${rect.width} × ${rect.height} around its centre is kept`,
    )
  }
  return warnings
}

const isDataUri = (text: string): boolean => /^data:/i.test(text)

/** Base64 makes four characters of three bytes; the rest is room for the media type and line breaks. */
const maxDataUri = Math.ceil((pictureLimits.maxBytes * 4) / 3) * 1.1 + 1024

const bytesOf = (image: Media): Uint8Array | undefined =>
  typeof image === "string" ? bytesOfDataUri(image) : image

const issue = (rest: Omit<InputIssue, "path">): InputIssue => ({ path: "/image", ...rest })

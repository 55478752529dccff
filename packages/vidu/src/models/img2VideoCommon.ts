/**
 * Lengths and sizes of image to video in the words of clients that know no vendor. Which of them a
 * model has is `Img2VideoMatrix.ts`.
 */
import { variants } from "./Img2VideoMatrix.ts"

/** `"5"` is 5: every length that some model has. */
export const lengths: Readonly<Record<string, number>> = Object.fromEntries(
  variants.flatMap(({ duration }) => duration.allowed.map((seconds) => [`${seconds}`, seconds])),
)

export const shapeNote =
  "the video has the shape of the picture: of a size, only the resolution counts"

/** A size stands for a resolution, and is shown by its name, since nobody knows the shape before. */
export const sizes: Readonly<Record<string, string>> = {
  "360p": "360p",
  "640x360": "360p",
  "360x640": "360p",
  "540p": "540p",
  "960x540": "540p",
  "540x960": "540p",
  "720p": "720p",
  "1280x720": "720p",
  "720x1280": "720p",
  "1080p": "1080p",
  "1920x1080": "1080p",
  "1080x1920": "1080p",
}

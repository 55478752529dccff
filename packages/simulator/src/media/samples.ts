/** Input files of our own making, so that a demo or a test needs nobody else's picture. */
import { readFileSync } from "node:fs"

export interface Sample {
  /** File name, as it is served: `sample.jpg`. */
  readonly name: string
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** A picture, a video and a voice-like sound, read from the package's `assets` folder. */
export const samples = (): ReadonlyArray<Sample> =>
  MEDIA_TYPES.map(([name, mediaType]) => ({
    name,
    mediaType,
    bytes: readFileSync(new URL(`../../assets/${name}`, import.meta.url)),
  }))

const MEDIA_TYPES = [
  ["sample.jpg", "image/jpeg"],
  ["sample.mp4", "video/mp4"],
  ["sample.wav", "audio/wav"],
] as const

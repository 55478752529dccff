/**
 * What a kept file says of itself: its kind, size, length and codec. Only its headers are read, and the
 * readers are loaded when they are first needed. A file that they make no sense of has no facts; it is
 * no worse a file for that.
 */
import { Effect } from "effect"
import type { Artifact } from "../Generation.ts"

export type Facts = Pick<Artifact, "mediaType" | "width" | "height" | "seconds" | "codec">

/** Facts are worth no longer wait: on a disk this slow the video itself matters more. */
const patience = "10 seconds"

/** Never fails; facts that are not to be had are left out. Sizes in pixels, as displayed. */
export const factsOf = (path: string, kind: Artifact["kind"]): Effect.Effect<Facts> =>
  Effect.tryPromise((signal) => (kind === "cover" ? ofPicture(path) : ofFilm(path, signal))).pipe(
    Effect.timeout(patience),
    Effect.orElseSucceed(() => ({})),
  )

const ofPicture = async (path: string): Promise<Facts> => {
  const { imageSizeFromFile } = await import("image-size/fromFile")
  const { height, orientation = 1, type, width } = await imageSizeFromFile(path)
  // Orientations 5 to 8 of EXIF: shown turned by 90 or 270 degrees.
  const isTurned = orientation >= 5
  return {
    ...mediaTypeOf(type === undefined ? undefined : `image/${type === "jpg" ? "jpeg" : type}`),
    ...measure("width", isTurned ? height : width),
    ...measure("height", isTurned ? width : height),
  }
}

const ofFilm = async (path: string, signal: AbortSignal): Promise<Facts> => {
  const { FilePathSource, Input, MATROSKA, MP4, QTFF, WEBM } = await import("mediabunny")
  const source = new FilePathSource(path, {
    maxCacheSize: 1024 * 1024,
    // It reads ahead, and may be closed meanwhile.
    handleUnhandledError: () => {},
  })
  const input = new Input({ source, formats: [MP4, QTFF, WEBM, MATROSKA] })
  const stop = () => input.dispose()
  signal.addEventListener("abort", stop)
  try {
    const { mimeType } = await input.getFormat()
    const track = await input.getPrimaryVideoTrack().catch(() => null)
    // Not `computeDuration`: where the header does not tell, that would read the whole file.
    const seconds = track === null ? undefined : await input.getDurationFromMetadata()
    const codec = await track?.getCodec()
    return {
      ...mediaTypeOf(mimeType),
      ...measure("width", await track?.getDisplayWidth()),
      ...measure("height", await track?.getDisplayHeight()),
      ...measure("seconds", seconds),
      ...(codec === undefined || codec === null ? {} : { codec }),
    }
  } finally {
    signal.removeEventListener("abort", stop)
    input.dispose()
  }
}

const mediaTypeOf = (mediaType: string | undefined): Facts =>
  mediaType === undefined ? {} : { mediaType }

/** What a damaged header tells may be no number at all. */
const measure = (name: "width" | "height" | "seconds", value: number | null | undefined): Facts =>
  value !== null && value !== undefined && Number.isFinite(value) && value > 0
    ? { [name]: value }
    : {}

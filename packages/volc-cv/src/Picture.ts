/**
 * What is inside a picture given as bytes: its format by content, and its size. Owns the look into
 * the file; never decodes it, and bytes of any kind neither throw nor hang here.
 */
import { imageSize } from "image-size"

export interface Picture {
  readonly format: "jpeg" | "png"
  /** As stored, in pixels. */
  readonly width: number
  readonly height: number
  /** The file asks to be shown turned by 90 or 270 degrees (EXIF orientation 5 to 8). */
  readonly turned: boolean
}

/** What the document allows. */
export interface PictureLimits {
  readonly maxBytes: number
  /** Longest side, in pixels. */
  readonly maxSide: number
  /** Shortest side, in pixels. */
  readonly minSide: number
  /** Long side divided by short side. */
  readonly maxRatio: number
}

/** Why a picture is refused: what is wrong, what was given, what is allowed. */
export interface Refusal {
  readonly message: string
  readonly given: string
  readonly allowed: string
}

/** Looks at a picture and holds it against the limits. The size in bytes is checked first. */
export const look = (
  bytes: Uint8Array,
  limits: PictureLimits,
): Picture | ReadonlyArray<Refusal> => {
  if (bytes.length > limits.maxBytes) return [tooLarge(bytes.length, limits)]
  const format = formatOf(bytes)
  if (format === undefined) {
    return [
      {
        message: "is neither a JPEG nor a PNG by its content",
        given: `${bytes.length} bytes${knownAs(bytes)}`,
        allowed: "a JPEG or PNG file",
      },
    ]
  }
  const size = sizeOf(bytes)
  if (size === undefined) {
    return [
      {
        message: `begins like a ${format.toUpperCase()} but its width and height cannot be read; the file is damaged or cut off`,
        given: `${bytes.length} bytes`,
        allowed: "a whole JPEG or PNG file",
      },
    ]
  }
  const refusals = refusalsOf(size, limits)
  return refusals.length > 0 ? refusals : { format, ...size }
}

/** The refusal of a file of so many bytes. */
export const tooLarge = (length: number, limits: PictureLimits): Refusal => ({
  message: "the picture is too large a file",
  given: `${length} bytes`,
  allowed: `at most ${limits.maxBytes} bytes`,
})

const refusalsOf = ({ height, width }: Sized, limits: PictureLimits): ReadonlyArray<Refusal> => {
  const given = `${width} × ${height}`
  const long = Math.max(width, height)
  const short = Math.min(width, height)
  const refusals: Array<Refusal> = []
  if (long > limits.maxSide) {
    refusals.push({
      message: "the picture has too many pixels",
      given,
      allowed: `at most ${limits.maxSide} × ${limits.maxSide}`,
    })
  }
  if (short < limits.minSide) {
    refusals.push({
      message: "the picture is too small",
      given,
      allowed: `the shorter side at least ${limits.minSide} pixels`,
    })
  }
  if (long > short * limits.maxRatio) {
    refusals.push({
      message: "the picture is too long and narrow",
      given,
      allowed: `the longer side at most ${limits.maxRatio} times the shorter one`,
    })
  }
  return refusals
}

const startsWith = (bytes: Uint8Array, magic: ReadonlyArray<number>): boolean =>
  magic.every((byte, index) => bytes[index] === byte)

const formatOf = (bytes: Uint8Array): Picture["format"] | undefined => {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return "jpeg"
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png"
  return undefined
}

/** Other formats that people have, named so that they know what to convert. */
const knownAs = (bytes: Uint8Array): string => {
  const text = String.fromCharCode(...bytes.subarray(0, 12))
  if (text.startsWith("RIFF") && text.endsWith("WEBP")) return ", a WebP picture"
  if (text.startsWith("GIF8")) return ", a GIF picture"
  if (text.startsWith("BM")) return ", a BMP picture"
  if (text.startsWith("II*\0") || text.startsWith("MM\0*")) return ", a TIFF picture"
  if (/ftyp(hei[cfx]|mif1|msf1)$/.test(text)) return ", a HEIC picture"
  if (text.endsWith("ftypavif")) return ", an AVIF picture"
  return ""
}

type Sized = Pick<Picture, "width" | "height" | "turned">

const sizeOf = (bytes: Uint8Array): Sized | undefined => {
  try {
    // A copy: the parser reads past the end of a view into whatever memory follows it.
    const { height, orientation, width } = imageSize(new Uint8Array(bytes))
    return isLength(width) && isLength(height)
      ? { width, height, turned: orientation !== undefined && orientation >= 5 }
      : undefined
  } catch {
    // The parser throws on whatever it cannot follow; its words are about its own buffers.
    return undefined
  }
}

const isLength = (value: number): boolean => Number.isInteger(value) && value > 0

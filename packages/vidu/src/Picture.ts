/**
 * What is inside a picture given as bytes: its format by content, and its size. Owns the look into
 * the file; never decodes it, and bytes of any kind neither throw nor hang here.
 */
import { imageSize } from "image-size"

export type Format = "jpeg" | "png" | "webp"

export interface Picture {
  readonly format: Format
  /** As stored, in pixels. */
  readonly width: number
  readonly height: number
  /** The file asks to be shown turned by 90 or 270 degrees (EXIF orientation 5 to 8). */
  readonly turned: boolean
}

/** What the document allows. */
export interface PictureLimits {
  readonly formats: ReadonlyArray<Format>
  readonly maxBytes: number
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
  const allowed = `a ${limits.formats.map((one) => names[one]).join(", ")} file`
  const format = formatOf(bytes)
  if (format === undefined || !limits.formats.includes(format)) {
    return [
      {
        message: "is no picture of an allowed format by its content",
        given: `${bytes.length} bytes${format === undefined ? knownAs(bytes) : `, a ${names[format]} picture`}`,
        allowed,
      },
    ]
  }
  const size = sizeOf(bytes)
  if (size === undefined) {
    return [
      {
        message: `begins like a ${names[format]} but its width and height cannot be read; the file is damaged or cut off`,
        given: `${bytes.length} bytes`,
        allowed: `${allowed} that is whole`,
      },
    ]
  }
  const long = Math.max(size.width, size.height)
  const short = Math.min(size.width, size.height)
  return long > short * limits.maxRatio
    ? [
        {
          message: "the picture is too long and narrow",
          given: `${size.width} × ${size.height}`,
          allowed: `the longer side at most ${limits.maxRatio} times the shorter one`,
        },
      ]
    : { format, ...size }
}

/** The refusal of a file of so many bytes. */
export const tooLarge = (length: number, limits: PictureLimits): Refusal => ({
  message: "the picture is too large a file to be sent along",
  given: `${length} bytes`,
  allowed: `at most ${limits.maxBytes} bytes, or the address of a larger one`,
})

/** By the first bytes. */
export const formatOf = (bytes: Uint8Array): Format | undefined => {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return "jpeg"
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png"
  const head = headOf(bytes)
  return head.startsWith("RIFF") && head.endsWith("WEBP") ? "webp" : undefined
}

const names: { readonly [F in Format]: string } = { jpeg: "JPEG", png: "PNG", webp: "WebP" }

const startsWith = (bytes: Uint8Array, magic: ReadonlyArray<number>): boolean =>
  magic.every((byte, index) => bytes[index] === byte)

const headOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 12))

/** Other formats that people have, named so that they know what to convert. */
const knownAs = (bytes: Uint8Array): string => {
  const head = headOf(bytes)
  if (head.startsWith("GIF8")) return ", a GIF picture"
  if (head.startsWith("BM")) return ", a BMP picture"
  if (head.startsWith("II*\0") || head.startsWith("MM\0*")) return ", a TIFF picture"
  if (/ftyp(hei[cfx]|mif1|msf1)$/.test(head)) return ", a HEIC picture"
  if (head.endsWith("ftypavif")) return ", an AVIF picture"
  return ""
}

const sizeOf = (bytes: Uint8Array): Omit<Picture, "format"> | undefined => {
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

/**
 * What is inside a picture given as bytes: its format by content, and its size, held against the limits
 * of a document. Never decodes it, and bytes of any kind neither throw nor hang here. For providers whose
 * models take pictures; it stands beside the modules of `@zoetrope/core` itself, since it loads a parser.
 */
import { imageSize } from "image-size"
import type { InputIssue } from "./Reason.ts"

export type Format = "jpeg" | "png" | "webp"

export interface Picture {
  readonly format: Format
  /** As stored, in pixels. */
  readonly width: number
  readonly height: number
  /** The file asks to be shown turned by 90 or 270 degrees (EXIF orientation 5 to 8). */
  readonly turned: boolean
}

/** What a document allows. */
export interface PictureLimits {
  /** In the document's order. */
  readonly formats: ReadonlyArray<Format>
  /** Of a file that is sent along. */
  readonly maxBytes: number
  /** A larger file may be given by its address. */
  readonly isLargerByAddress?: true
  /** Longest side, in pixels. */
  readonly maxSide?: number
  /** Shortest side, in pixels. */
  readonly minSide?: number
  /** Long side divided by short side. */
  readonly maxRatio?: number
}

/** Why a picture is refused: what is wrong, what was given, what is allowed. */
export type Refusal = Required<Pick<InputIssue, "message" | "given" | "allowed">>

/** Looks at a picture and holds it against the limits: all that it breaks, or what it is. */
export const look = (
  bytes: Uint8Array,
  limits: PictureLimits,
): Picture | ReadonlyArray<Refusal> => {
  if (bytes.length > limits.maxBytes) return [tooLarge(bytes.length, limits)]
  const allowed = listed(limits.formats)
  const format = formatOf(bytes)
  if (format === undefined || !limits.formats.includes(format)) {
    const known = format === undefined ? knownAs(bytes) : `a ${names[format]}`
    return [
      {
        message: `is no ${allowed} picture by its content`,
        given: `${bytes.length} bytes${known === undefined ? "" : `, ${known} picture`}`,
        allowed: `a ${allowed} file`,
      },
    ]
  }
  const size = sizeOf(bytes)
  if (size === undefined) {
    return [
      {
        message: `begins like a ${names[format]} but its width and height cannot be read; the file is damaged or cut off`,
        given: `${bytes.length} bytes`,
        allowed: `a whole ${allowed} file`,
      },
    ]
  }
  const refusals = refusalsOf(size, limits)
  return refusals.length > 0 ? refusals : { format, ...size }
}

/** The refusal of a file of so many bytes, for whoever knows that before there are any. */
export const tooLarge = (length: number, limits: PictureLimits): Refusal => ({
  message: "the picture is too large a file to be sent along",
  given: `${length} bytes`,
  allowed: `at most ${limits.maxBytes} bytes${limits.isLargerByAddress === true ? ", or the address of a larger one" : ""}`,
})

/** By the first bytes; `undefined` for every other format. */
export const formatOf = (bytes: Uint8Array): Format | undefined => {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return "jpeg"
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png"
  const head = headOf(bytes)
  return head.startsWith("RIFF") && head.endsWith("WEBP") ? "webp" : undefined
}

const refusalsOf = (
  { height, width }: Sized,
  { maxRatio = Infinity, maxSide = Infinity, minSide = 0 }: PictureLimits,
): ReadonlyArray<Refusal> => {
  const given = `${width} × ${height}`
  const long = Math.max(width, height)
  const short = Math.min(width, height)
  const refusals: Array<Refusal> = []
  if (long > maxSide) {
    refusals.push({
      message: "the picture has too many pixels",
      given,
      allowed: `at most ${maxSide} × ${maxSide}`,
    })
  }
  if (short < minSide) {
    refusals.push({
      message: "the picture is too small",
      given,
      allowed: `the shorter side at least ${minSide} pixels`,
    })
  }
  if (long > short * maxRatio) {
    refusals.push({
      message: "the picture is too long and narrow",
      given,
      allowed: `the longer side at most ${maxRatio} times the shorter one`,
    })
  }
  return refusals
}

const names: { readonly [F in Format]: string } = { jpeg: "JPEG", png: "PNG", webp: "WebP" }

/** `PNG, JPEG or WebP` */
const listed = (formats: ReadonlyArray<Format>): string =>
  formats
    .map((format) => names[format])
    .join(", ")
    .replace(/, (\w+)$/, " or $1")

const startsWith = (bytes: Uint8Array, magic: ReadonlyArray<number>): boolean =>
  magic.every((byte, index) => bytes[index] === byte)

const headOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 12))

/** Other formats that people have, named so that they know what to convert. */
const knownAs = (bytes: Uint8Array): string | undefined => {
  const head = headOf(bytes)
  if (head.startsWith("GIF8")) return "a GIF"
  if (head.startsWith("BM")) return "a BMP"
  if (head.startsWith("II*\0") || head.startsWith("MM\0*")) return "a TIFF"
  if (/ftyp(hei[cfx]|mif1|msf1)$/.test(head)) return "a HEIC"
  return head.endsWith("ftypavif") ? "an AVIF" : undefined
}

type Sized = Omit<Picture, "format">

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

/** The first frame of a video: what is checked of a picture, and how it goes over the wire. */
import { bytesOfDataUri, type Media } from "@zoetrope/core/Media"
import type { Findings } from "@zoetrope/core/Model"
import { formatOf, look, type PictureLimits, tooLarge } from "@zoetrope/core/Picture"
import type { InputIssue } from "@zoetrope/core/Reason"
import { Base64 } from "effect/encoding"

/**
 * Largest request in bytes; "20 MB" is read as 20 × 10⁶, the smaller of its two meanings. The document
 * allows pictures of 50 MB, which only one given by address can have.
 *
 * @see https://platform.vidu.cn/docs/image-to-video (read 2026-11-20)
 */
export const maxRequestBytes = 20_000_000

/** Kept free of the limit for what is added at the submit: our mark and the callback address. */
const reservedBytes = 8192

/** A file in the request is there in base64, four bytes for three; some room is left for the rest. */
export const pictureLimits: PictureLimits = {
  formats: ["png", "jpeg", "webp"],
  maxBytes: 14_950_000,
  isLargerByAddress: true,
  maxRatio: 4,
}

/**
 * What the content of a picture says, and whether the request has room for it. One given by address is
 * not fetched to be checked.
 *
 * @param restBytes of the request's body without the picture
 */
export const pictureFindings = (image: Media, restBytes: number): Findings => {
  if (typeof image === "string") {
    if (!isDataUri(image))
      return requestFindings(new TextEncoder().encode(image).length + restBytes)
    if (image.length > maxRequestBytes) {
      return found([tooLarge(Math.floor((image.length * 3) / 4), pictureLimits)])
    }
  }
  const bytes = bytesOf(image)
  if (bytes === undefined) {
    return found([
      { message: "is a data: URI that cannot be read", allowed: "data:image/…;base64,…" },
    ])
  }
  const picture = look(bytes, pictureLimits)
  if (!("format" in picture)) return found(picture)
  const { issues } = requestFindings(
    headOf(bytes).length + Math.ceil(bytes.length / 3) * 4 + restBytes,
  )
  return { issues, warnings: picture.turned ? [lyingOnItsSide] : [] }
}

/** Its address byte for byte, or a data: URI whose type is that of the content. */
export const pictureWire = (image: Media): string => {
  const bytes = bytesOf(image)
  return bytes === undefined ? (image as string) : `${headOf(bytes)}${Base64.encode(bytes)}`
}

const requestFindings = (bodyBytes: number): Findings =>
  bodyBytes + reservedBytes <= maxRequestBytes
    ? { issues: [], warnings: [] }
    : {
        issues: [
          {
            path: "",
            message:
              "the request is too large as a whole; give the picture by its address, or a smaller one",
            given: `${bodyBytes} bytes`,
            allowed: `at most ${maxRequestBytes - reservedBytes} bytes`,
          },
        ],
        warnings: [],
      }

const lyingOnItsSide =
  "the picture is stored lying on its side and turned by its EXIF data; the document does not say whether that is honoured, so save it upright to be sure"

const isDataUri = (text: string): boolean => /^data:/i.test(text)

/** `undefined` for an address, and for a data: URI that cannot be read. */
const bytesOf = (image: Media): Uint8Array | undefined =>
  typeof image === "string" ? bytesOfDataUri(image) : image

const headOf = (bytes: Uint8Array): string => `data:image/${formatOf(bytes) ?? "png"};base64,`

const found = (refusals: ReadonlyArray<Omit<InputIssue, "path">>): Findings => ({
  issues: refusals.map((refusal) => ({ path: "/image", ...refusal })),
  warnings: [],
})

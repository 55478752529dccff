/** Pictures made for a test: real PNG files of any size, and JPEG files with other sizes written in. */
import { readFileSync } from "node:fs"
import { crc32, deflateSync } from "node:zlib"

/** A whole, valid, grey PNG (8 bits, one channel). */
export const png = (width: number, height: number): Uint8Array => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const rows = Buffer.alloc((width + 1) * height)
  return Uint8Array.from(
    Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      chunk("IHDR", header),
      chunk("IDAT", deflateSync(rows, { level: 1 })),
      chunk("IEND", Buffer.alloc(0)),
    ]),
  )
}

/** The same file with bytes behind its end, which decoders ignore, to be exactly so long. */
export const padded = (bytes: Uint8Array, length: number): Uint8Array => {
  const whole = new Uint8Array(length)
  whole.set(bytes)
  return whole
}

/**
 * Derived: 640 × 360 in one colour. Made again with sharp 0.35:
 * `sharp({ create: { width: 640, height: 360, channels: 3, background: "#788ca0" } }).jpeg({ quality: 50 })`,
 * `turned` with `.withMetadata({ orientation: 6 })`, `progressive` with `.jpeg({ progressive: true })`.
 */
export const jpeg = (kind: "upright" | "turned" | "progressive"): Uint8Array =>
  Uint8Array.from(readFileSync(new URL(`../fixtures/${kind}-640x360.jpg`, import.meta.url)))

/** A JPEG whose header says another size. */
export const jpegOf = (
  width: number,
  height: number,
  kind: "upright" | "turned" = "upright",
): Uint8Array => {
  const bytes = jpeg(kind)
  const view = new DataView(bytes.buffer)
  for (let index = 2; index < bytes.length - 9; index++) {
    if (bytes[index] === 0xff && bytes[index + 1] === 0xc0) {
      view.setUint16(index + 5, height)
      view.setUint16(index + 7, width)
      return bytes
    }
  }
  throw new Error("no start of frame")
}

export const dataUri = (bytes: Uint8Array, type = "image/png"): string =>
  `data:${type};base64,${Buffer.from(bytes).toString("base64")}`

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

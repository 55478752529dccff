/** The heads of picture files, as far as anyone reads who wants their size. */

const bytes = (...parts: ReadonlyArray<ReadonlyArray<number> | string>): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "string" ? Array.from(part, (char) => char.charCodeAt(0)) : [...part],
    ),
  )

const big = (value: number, length: number): ReadonlyArray<number> =>
  Array.from({ length }, (_, index) => Math.floor(value / 256 ** (length - 1 - index)) % 256)

const little = (value: number, length: number): ReadonlyArray<number> =>
  big(value, length).toReversed()

export const png = (width: number, height: number): Uint8Array =>
  bytes(
    [0x89],
    "PNG\r\n",
    [0x1a, 0x0a],
    big(13, 4),
    "IHDR",
    big(width, 4),
    big(height, 4),
    [8, 2, 0, 0, 0, 0, 0, 0, 0],
  )

export const webp = (width: number, height: number): Uint8Array =>
  bytes(
    "RIFF",
    little(22, 4),
    "WEBP",
    "VP8X",
    little(10, 4),
    [0, 0, 0, 0],
    little(width - 1, 3),
    little(height - 1, 3),
  )

const frame = (width: number, height: number) => [
  0xff,
  0xc0,
  ...big(17, 2),
  8,
  ...big(height, 2),
  ...big(width, 2),
  3,
  1,
  0x22,
  0,
  2,
  0x11,
  1,
  3,
  0x11,
  1,
  // Readers look for the next marker before they believe in this one.
  0xff,
  0xd9,
  0,
  0,
  0,
  0,
]

export const jpeg = (width: number, height: number): Uint8Array =>
  bytes(
    [0xff, 0xd8, 0xff, 0xe0],
    big(16, 2),
    "JFIF",
    [0, 1, 1, 0],
    big(1, 2),
    big(1, 2),
    [0, 0],
    frame(width, height),
  )

/** EXIF orientation 6: to be shown turned by 90 degrees. */
export const turnedJpeg = (width: number, height: number): Uint8Array => {
  const tiff = bytes(
    "MM",
    [0, 42],
    big(8, 4),
    big(1, 2),
    big(0x0112, 2),
    big(3, 2),
    big(1, 4),
    big(6, 2),
    big(0, 2),
    big(0, 4),
  )
  return bytes(
    [0xff, 0xd8, 0xff, 0xe1],
    big(2 + 6 + tiff.length, 2),
    "Exif",
    [0, 0],
    [...tiff],
    frame(width, height),
  )
}

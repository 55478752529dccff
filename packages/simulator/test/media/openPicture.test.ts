import sharp from "sharp"
import { expect, test } from "vitest"
import { openPicture } from "../../src/media/openPicture.ts"
import { brokenPictures } from "./fixtures/brokenPictures.ts"

/** Three upright stripes: red, green, blue. */
const stripes = async (width: number, height: number) => {
  const third = width / 3
  const stripe = (colour: string, index: number) =>
    `<rect x="${index * third}" width="${third}" height="${height}" fill="${colour}"/>`
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
        `${["#f00", "#0f0", "#00f"].map(stripe).join("")}</svg>`,
    ),
  )
    .png()
    .toBuffer()
}

const pixel = (picture: { width: number; rgb: Uint8Array }, x: number, y: number) => [
  ...picture.rgb.subarray(3 * (y * picture.width + x), 3 * (y * picture.width + x) + 3),
]

test("a picture that is too wide loses its sides alike, and nothing is stretched or barred", async () => {
  const opened = await openPicture(await stripes(300, 100), { width: 100, height: 100 })
  expect(opened).toMatchObject({ width: 100, height: 100 })
  expect(opened.rgb.length).toBe(30_000)
  for (const [x, y] of [
    [3, 0],
    [96, 0],
    [50, 50],
    [3, 99],
    [96, 99],
  ] as const) {
    expect(pixel(opened, x, y)).toEqual([0, 255, 0])
  }
})

test("a picture of the same ratio is kept whole", async () => {
  const opened = await openPicture(await stripes(300, 100), { width: 150, height: 50 })
  expect([2, 75, 147].map((x) => pixel(opened, x, 25))).toEqual([
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
  ])
})

test("a picture taken with the camera on its side is opened upright", async () => {
  const onItsSide = await sharp(await stripes(300, 100))
    .withMetadata({ orientation: 6 })
    .toBuffer()
  const opened = await openPicture(onItsSide, { width: 50, height: 150 })
  expect([2, 75, 147].map((y) => pixel(opened, 25, y))).toEqual([
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
  ])
})

test("grey, transparent and 16 bit pictures are opened too", async () => {
  const grey = await sharp({
    create: { width: 40, height: 40, channels: 3, background: "#808080" },
  })
    .toColourspace("b-w")
    .png()
    .toBuffer()
  const clear = await sharp({
    create: { width: 40, height: 40, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
  })
    .png()
    .toBuffer()
  const deep = await sharp(grey).toColourspace("rgb16").png().toBuffer()
  const colours = await Promise.all(
    [grey, clear, deep].map(async (bytes) =>
      pixel(await openPicture(bytes, { width: 20, height: 20 }), 10, 10),
    ),
  )
  expect(colours).toEqual([
    [128, 128, 128],
    [0, 0, 0],
    [128, 128, 128],
  ])
})

test.each(await brokenPictures())("refused: $what", async ({ bytes, because }) => {
  await expect(openPicture(bytes, { width: 20, height: 20 })).rejects.toMatchObject({
    name: "RenderError",
    kind: "picture",
    message: expect.stringMatching(because),
  })
})

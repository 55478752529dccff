import { expect, test } from "vitest"
import { draw, fromRgb, makeFrame, type Planes } from "../../src/media/Planes.ts"

const rgb = (width: number, height: number, colour: (x: number, y: number) => Array<number>) => ({
  width,
  height,
  rgb: Uint8Array.from(
    Array.from({ length: width * height }, (_, i) =>
      colour(i % width, Math.floor(i / width)),
    ).flat(),
  ),
})

const samples = (planes: Planes) => planes.map((plane) => [...plane.samples])

// Derived: the 100 % colours of BT.601 in limited range, rounded to whole numbers.
test.each([
  ["black", [0, 0, 0], [16, 128, 128]],
  ["white", [255, 255, 255], [235, 128, 128]],
  ["red", [255, 0, 0], [81, 90, 240]],
  ["green", [0, 255, 0], [145, 54, 34]],
  ["blue", [0, 0, 255], [41, 240, 110]],
])("%s in BT.601", (_, colour, [y, u, v]) => {
  expect(samples(fromRgb(rgb(2, 2, () => colour)))).toEqual([[y, y, y, y], [u], [v]])
})

const ramp = fromRgb(
  rgb(8, 4, (x) => {
    const grey = x * 20
    return [grey, grey, grey]
  }),
)

test("drawn pixel for pixel, a picture stays what it is", () => {
  const { planes, bytes } = makeFrame(8, 4)
  draw(ramp, { x: 0, y: 0, step: 1 }, planes)
  expect(samples(planes)).toEqual(samples(ramp))
  expect([...bytes]).toEqual(samples(ramp).flat())
})

test("half a pixel to the right lies half way between two pixels", () => {
  const { planes } = makeFrame(4, 2)
  draw(ramp, { x: 1.5, y: 0, step: 1 }, planes)
  const [luma] = samples(ramp)
  const between = (x: number) => ((luma?.[x] ?? 0) + (luma?.[x + 1] ?? 0)) / 2
  const drawn = [...planes[0].samples.subarray(0, 4)]
  drawn.forEach((value, x) => expect(Math.abs(value - between(x + 1))).toBeLessThanOrEqual(0.5))
})

test("beyond its edge the picture's last pixels go on", () => {
  const { planes } = makeFrame(8, 4)
  draw(ramp, { x: 4, y: 2, step: 1 }, planes)
  const [luma] = samples(ramp)
  expect(planes[0].samples[7]).toBe(luma?.[7])
  expect(planes[0].samples[31]).toBe(luma?.[7])
})

/**
 * Pictures as the encoder takes them: one plane of luma, two of chroma at half the size (YUV 4:2:0,
 * BT.601, limited range), and drawing a part of one into a frame.
 *
 * Drawing samples between pixels. A slow move advances by fractions of a pixel per frame; cropping
 * at whole pixels would make it tremble.
 */
import type { View } from "./camera.ts"
import type { RgbPicture } from "./RenderJob.ts"

export interface Plane {
  readonly width: number
  readonly height: number
  readonly samples: Uint8Array
}

/** Luma, then the blue and the red difference. */
export type Planes = readonly [y: Plane, u: Plane, v: Plane]

/** @see https://www.itu.int/rec/R-REC-BT.601 */
export const fromRgb = ({ width, height, rgb }: RgbPicture): Planes => {
  const half = { width: width / 2, height: height / 2 }
  const y = new Uint8Array(width * height)
  const u = new Uint8Array(half.width * half.height)
  const v = new Uint8Array(half.width * half.height)
  const at = (index: number): number => rgb[index] ?? 0
  for (let pixel = 0; pixel < y.length; pixel++) {
    const i = 3 * pixel
    y[pixel] = 16.5 + 0.2568 * at(i) + 0.5041 * at(i + 1) + 0.0979 * at(i + 2)
  }
  for (let row = 0; row < half.height; row++) {
    for (let column = 0; column < half.width; column++) {
      const i = 3 * (2 * row * width + 2 * column)
      const below = i + 3 * width
      // Four pixels share one pair of chroma samples: `mean` is of the four.
      const mean = (c: number) =>
        (at(i + c) + at(i + 3 + c) + at(below + c) + at(below + 3 + c)) / 4
      const [r, g, b] = [mean(0), mean(1), mean(2)]
      const sample = row * half.width + column
      u[sample] = 128.5 - 0.1482 * r - 0.291 * g + 0.4392 * b
      v[sample] = 128.5 + 0.4392 * r - 0.3678 * g - 0.0714 * b
    }
  }
  return [
    { width, height, samples: y },
    { ...half, samples: u },
    { ...half, samples: v },
  ]
}

/** Planes to draw into, and the bytes beneath them in the order in which the encoder reads them. */
export const makeFrame = (
  width: number,
  height: number,
): { readonly planes: Planes; readonly bytes: Uint8Array } => {
  const half = { width: width / 2, height: height / 2 }
  const luma = width * height
  const chroma = luma / 4
  const bytes = new Uint8Array(luma + 2 * chroma)
  const planes: Planes = [
    { width, height, samples: bytes.subarray(0, luma) },
    { ...half, samples: bytes.subarray(luma, luma + chroma) },
    { ...half, samples: bytes.subarray(luma + chroma) },
  ]
  return { planes, bytes }
}

/** Fills `frame` with what `view` shows of `picture`. */
export const draw = (picture: Planes, view: View, frame: Planes): void => {
  drawPlane(picture[0], view.x, view.y, view.step, frame[0])
  drawPlane(picture[1], view.x / 2, view.y / 2, view.step, frame[1])
  drawPlane(picture[2], view.x / 2, view.y / 2, view.step, frame[2])
}

/** Bilinear: each sample is mixed from its four neighbours, with weights in 256ths. */
const drawPlane = (from: Plane, left: number, top: number, step: number, to: Plane): void => {
  const { samples, width } = from
  const columns = positions(left, step, to.width, width)
  const rows = positions(top, step, to.height, from.height)
  let target = 0
  for (let y = 0; y < to.height; y++) {
    const row = (rows.whole[y] ?? 0) * width
    const lower = rows.part[y] ?? 0
    const upper = 256 - lower
    for (let x = 0; x < to.width; x++) {
      const i = row + (columns.whole[x] ?? 0)
      const right = columns.part[x] ?? 0
      const over = ((samples[i] ?? 0) << 8) + ((samples[i + 1] ?? 0) - (samples[i] ?? 0)) * right
      const j = i + width
      const under = ((samples[j] ?? 0) << 8) + ((samples[j + 1] ?? 0) - (samples[j] ?? 0)) * right
      to.samples[target++] = (over * upper + under * lower + 32_768) >> 16
    }
  }
}

/** For each of `count` samples: the source sample before it and the weight of the one after. */
const positions = (start: number, step: number, count: number, limit: number) => {
  const whole = new Int32Array(count)
  const part = new Int32Array(count)
  for (let index = 0; index < count; index++) {
    // Samples lie at the centres of their squares, hence the halves.
    const position = Math.max(0, start + (index + 0.5) * step - 0.5)
    const before = Math.min(Math.floor(position), limit - 2)
    whole[index] = before
    part[index] = Math.min(256, Math.round((position - before) * 256))
  }
  return { whole, part }
}

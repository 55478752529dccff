/**
 * How video 3.0 Pro crops a picture: to the closest of its six ratios, around the centre. Pure.
 *
 * The document leaves two things open, and docs/decisions/0004-crop-rule.md says what was chosen:
 * the closest ratio is the one with the smallest quotient to the picture's (so that twice as wide is
 * as far away as half as wide), and sides are rounded to whole pixels, which keeps the rectangle
 * inside the picture and its ratio within half a pixel of the exact one.
 *
 * @see https://www.volcengine.com/docs/85621/1777001 (updated 2025-09-01), 图片裁剪规则
 */

export interface Size {
  readonly width: number
  readonly height: number
}

/** In the order of the document. */
export const ratios = ["16:9", "4:3", "1:1", "3:4", "9:16", "21:9"] as const
export type Ratio = (typeof ratios)[number]

/** The size of the video that is made in each ratio, in pixels. */
export const outputs: { readonly [R in Ratio]: Size } = {
  "21:9": { width: 2176, height: 928 },
  "16:9": { width: 1920, height: 1088 },
  "4:3": { width: 1664, height: 1248 },
  "1:1": { width: 1440, height: 1440 },
  "3:4": { width: 1248, height: 1664 },
  "9:16": { width: 1088, height: 1920 },
}

export interface Crop {
  readonly ratio: Ratio
  /** The part of the picture that is kept, in its own pixels. */
  readonly rect: Size & { readonly x: number; readonly y: number }
  readonly output: Size
  /** Share of the picture's area that is cut off, 0 to 1. */
  readonly lost: number
}

/** The part that is kept of a picture of this size; sides are whole numbers from 1 up. */
export const cropOf = (picture: Size): Crop => {
  const ratio = closestRatio(picture)
  const [a, b] = sides[ratio]
  const { height: h, width: w } = picture
  // Compared as products, which are exact: w / h < a / b
  const width = w * b > h * a ? atLeastOne((h * a) / b) : w
  const height = w * b < h * a ? atLeastOne((w * b) / a) : h
  return {
    ratio,
    rect: { x: Math.floor((w - width) / 2), y: Math.floor((h - height) / 2), width, height },
    output: outputs[ratio],
    lost: 1 - (width * height) / (w * h),
  }
}

/** Never a tie: between two neighbours the middle is a square root of no whole fraction. */
const closestRatio = ({ height, width }: Size): Ratio => {
  const distance = (ratio: Ratio): number => {
    const [a, b] = sides[ratio]
    return Math.abs(Math.log((width * b) / (height * a)))
  }
  return ratios.reduce((best, one) => (distance(one) < distance(best) ? one : best))
}

const sides: { readonly [R in Ratio]: readonly [number, number] } = {
  "16:9": [16, 9],
  "4:3": [4, 3],
  "1:1": [1, 1],
  "3:4": [3, 4],
  "9:16": [9, 16],
  "21:9": [21, 9],
}

const atLeastOne = (length: number): number => Math.max(1, Math.round(length))

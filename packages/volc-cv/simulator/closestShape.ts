/** Which of the six shapes of Jimeng video 3.0 Pro a picture gets. */

export interface Shape {
  readonly ratio: string
  readonly width: number
  readonly height: number
}

/**
 * The sizes of the videos, by aspect ratio.
 *
 * @see https://www.volcengine.com/docs/85621/1777001 (2025-09-01)
 */
export const shapes: ReadonlyArray<Shape> = [
  { ratio: "16:9", width: 1920, height: 1088 },
  { ratio: "4:3", width: 1664, height: 1248 },
  { ratio: "1:1", width: 1440, height: 1440 },
  { ratio: "3:4", width: 1248, height: 1664 },
  { ratio: "9:16", width: 1088, height: 1920 },
  { ratio: "21:9", width: 2176, height: 928 },
]

/** The shape of an aspect ratio; 16:9 where none is asked for. */
export const shapeOf = (ratio = "16:9"): Shape =>
  shapes.find((shape) => shape.ratio === ratio) ?? shapes[0]!

/**
 * The shape whose ratio is closest to that of the picture. The document leaves open what closest
 * means; here it is the smallest factor between the two, so that a picture and the same picture
 * turned by 90 degrees get shapes turned by 90 degrees.
 */
export const closestShape = (width: number, height: number): Shape => {
  const distance = ({ ratio }: Shape): number => {
    const [across = 1, down = 1] = ratio.split(":").map(Number)
    return Math.abs(Math.log((width * down) / (height * across)))
  }
  return shapes.reduce((best, shape) => (distance(shape) < distance(best) ? shape : best))
}

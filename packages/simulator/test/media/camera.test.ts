import { describe, expect, test } from "vitest"
import { LONGEST_MOVE, PICTURE_SCALE, viewAt } from "../../src/media/camera.ts"
import type { RenderJob } from "../../src/media/RenderJob.ts"

const job = (frames: number, variant: number): RenderJob => ({
  picture: { width: 640 * PICTURE_SCALE, height: 360 * PICTURE_SCALE, rgb: new Uint8Array() },
  width: 640,
  height: 360,
  frames,
  fps: 24,
  variant,
})

const path = (of: RenderJob) => Array.from({ length: of.frames }, (_, frame) => viewAt(of, frame))

describe.each([0, 1, 2, 3])("variant %i", (variant) => {
  test.each([1, 2, 24, 121, 241, 600])("%i frames stay inside the picture", (frames) => {
    const of = job(frames, variant)
    for (const { x, y, step } of path(of)) {
      expect(step).toBeGreaterThanOrEqual(1)
      expect(x).toBeGreaterThanOrEqual(0)
      expect(y).toBeGreaterThanOrEqual(0)
      expect(x + of.width * step).toBeLessThanOrEqual(of.picture.width)
      expect(y + of.height * step).toBeLessThanOrEqual(of.picture.height)
    }
  })

  test("the move is seen, and never jumps", () => {
    const of = job(121, variant)
    const centres = path(of).map(({ x, step }) => x + (of.width * step) / 2)
    const differences = (values: ReadonlyArray<number>) =>
      values.slice(1).map((value, index) => value - (values[index] ?? 0))
    const paces = differences(centres)
    expect(Math.abs(paces.reduce((sum, pace) => sum + pace, 0))).toBeGreaterThan(40)
    expect(Math.max(...paces.map(Math.abs))).toBeLessThan(1.5)
    expect(Math.max(...differences(paces).map(Math.abs))).toBeLessThan(0.05)
  })

  test("a long video comes back to where it began, so that the move can be repeated", () => {
    const of = job(LONGEST_MOVE + 1, variant)
    expect(viewAt(of, LONGEST_MOVE)).toEqual(viewAt(of, 0))
    expect(viewAt(of, LONGEST_MOVE / 2)).not.toEqual(viewAt(of, 0))
  })
})

import { describe, expect, it } from "vitest"
import { closestShape } from "../../simulator/closestShape.ts"

describe("closestShape", () => {
  it.each([
    [1920, 1080, "16:9"],
    [2560, 1080, "21:9"],
    [1024, 768, "4:3"],
    [500, 500, "1:1"],
    [768, 1024, "3:4"],
    [1080, 1920, "9:16"],
    [1000, 3000, "9:16"],
    [3000, 1000, "21:9"],
    [1500, 1000, "4:3"],
    [1000, 1500, "3:4"],
  ])("%d x %d gets %s", (width, height, ratio) => {
    expect(closestShape(width, height).ratio).toBe(ratio)
  })

  it("turns with the picture, but for the widest, which has no counterpart", () => {
    for (let width = 320; width <= 640; width += 7) {
      const [across, down] = closestShape(width, 480).ratio.split(":")
      expect(closestShape(480, width).ratio).toBe(`${down}:${across}`)
    }
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type Crop, cropOf, outputs, type Ratio, ratios } from "../src/Crop.ts"

/** As the document writes them (https://www.volcengine.com/docs/85621/1777001, updated 2025-09-01). */
const documented: ReadonlyArray<readonly [Ratio, number, number, number, number]> = [
  ["21:9", 21, 9, 2176, 928],
  ["16:9", 16, 9, 1920, 1088],
  ["4:3", 4, 3, 1664, 1248],
  ["1:1", 1, 1, 1440, 1440],
  ["3:4", 3, 4, 1248, 1664],
  ["9:16", 9, 16, 1088, 1920],
]

const picture = fc
  .record({ width: fc.integer({ min: 1, max: 8192 }), height: fc.integer({ min: 1, max: 8192 }) })
  .filter(({ height, width }) => width <= 40 * height && height <= 40 * width)

const sidesOf = ({ ratio }: Crop): readonly [number, number] => {
  const [, a, b] = documented.find(([name]) => name === ratio) ?? assert.fail(ratio)
  return [a, b]
}

describe("Crop.cropOf", () => {
  it("knows the document's ratios and output sizes", () => {
    assert.sameMembers(
      [...ratios],
      documented.map(([ratio]) => ratio),
    )
    for (const [ratio, , , width, height] of documented) {
      assert.deepStrictEqual(outputs[ratio], { width, height })
    }
  })

  it("keeps a picture of an exact ratio whole", () => {
    for (const [ratio, a, b] of documented) {
      const size = { width: a * 64, height: b * 64 }
      assert.deepStrictEqual(cropOf(size), {
        ratio,
        rect: { x: 0, y: 0, ...size },
        output: outputs[ratio],
        lost: 0,
      })
    }
  })

  it("crops by height what is too wide, and by width what is too tall", () => {
    assert.deepStrictEqual(cropOf({ width: 1000, height: 1000 * (3 / 4) - 50 }), {
      ratio: "4:3",
      rect: { x: 33, y: 0, width: 933, height: 700 },
      output: { width: 1664, height: 1248 },
      lost: 1 - (933 * 700) / (1000 * 700),
    })
    assert.deepStrictEqual(cropOf({ width: 1080, height: 2400 }), {
      ratio: "9:16",
      rect: { x: 0, y: 240, width: 1080, height: 1920 },
      output: { width: 1088, height: 1920 },
      lost: 1 - 1920 / 2400,
    })
  })

  it("stays inside the picture, around its centre, within half a pixel of the ratio", () => {
    fc.assert(
      fc.property(picture, (size) => {
        const crop = cropOf(size)
        const { height, width, x, y } = crop.rect
        for (const value of [x, y, width, height]) assert.isTrue(Number.isInteger(value))
        assert.isAtLeast(Math.min(x, y), 0)
        assert.isAtLeast(Math.min(width, height), 1)
        assert.isAtMost(x + width, size.width)
        assert.isAtMost(y + height, size.height)
        assert.isTrue(width === size.width || height === size.height)
        const right = size.width - x - width
        const below = size.height - y - height
        assert.isTrue(right - x === 0 || right - x === 1)
        assert.isTrue(below - y === 0 || below - y === 1)
        const [a, b] = sidesOf(crop)
        // Which side is cut is not told by the rectangle: the rounded one may be as long as before.
        const tooWide = size.width * b > size.height * a
        const exact = tooWide ? (height * a) / b : (width * b) / a
        const cut = tooWide ? width : height
        if (exact >= 1) assert.isAtMost(Math.abs(cut - exact), 0.5)
        assert.closeTo(crop.lost, 1 - (width * height) / (size.width * size.height), 1e-12)
        assert.isTrue(crop.lost >= 0 && crop.lost < 1)
      }),
      { examples: [[{ width: 5, height: 8 }]] },
    )
  })

  it("takes the ratio whose quotient to the picture's is smallest", () => {
    fc.assert(
      fc.property(picture, (size) => {
        const quotient = (a: number, b: number): number => {
          const value = (size.width * b) / (size.height * a)
          return value < 1 ? 1 / value : value
        }
        const [a, b] = sidesOf(cropOf(size))
        for (const [, c, d] of documented) {
          assert.isAtMost(quotient(a, b), quotient(c, d) * (1 + 1e-12))
        }
      }),
    )
  })

  it("treats a picture lying on its side alike, as far as the ratios are symmetric", () => {
    fc.assert(
      fc.property(picture, (size) => {
        const turned = cropOf({ width: size.height, height: size.width })
        const upright = cropOf(size)
        if (upright.ratio === "21:9" || turned.ratio === "21:9") return
        assert.strictEqual(upright.ratio, turned.ratio.split(":").toReversed().join(":"))
        assert.closeTo(upright.lost, turned.lost, 1e-12)
      }),
    )
  })
})

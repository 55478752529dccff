import { assert, describe, it } from "@effect/vitest"
import { look } from "@zoetrope/core/Picture"
import * as fc from "fast-check"
import { pictureLimits as limits } from "../src/models/firstFrame.ts"
import { jpeg, jpegOf, padded, png } from "./support/pictures.ts"

const refusals = (bytes: Uint8Array): ReadonlyArray<string> => {
  const seen = look(bytes, limits)
  return "format" in seen ? [] : seen.map(({ message }) => message)
}

describe("the first frame, by its document's limits", () => {
  it("reads format and size from the content of real files", () => {
    assert.deepStrictEqual(look(png(640, 480), limits), {
      format: "png",
      width: 640,
      height: 480,
      turned: false,
    })
    for (const kind of ["upright", "progressive"] as const) {
      assert.deepStrictEqual(look(jpeg(kind), limits), {
        format: "jpeg",
        width: 640,
        height: 360,
        turned: false,
      })
    }
  })

  it("sees that a file asks to be shown turned", () => {
    assert.deepStrictEqual(look(jpeg("turned"), limits), {
      format: "jpeg",
      width: 640,
      height: 360,
      turned: true,
    })
  })

  it("takes 4,700,000 bytes and not one more", () => {
    assert.deepStrictEqual(refusals(padded(png(640, 480), 4_700_000)), [])
    assert.deepStrictEqual(refusals(padded(png(640, 480), 4_700_001)), [
      "the picture is too large a file to be sent along",
    ])
  })

  it("takes 4096 × 4096 and not one more pixel", () => {
    assert.deepStrictEqual(refusals(png(4096, 4096)), [])
    assert.deepStrictEqual(refusals(jpegOf(4096, 4096)), [])
    for (const bytes of [jpegOf(4097, 4096), jpegOf(4096, 4097)]) {
      assert.deepStrictEqual(refusals(bytes), ["the picture has too many pixels"])
    }
  })

  it("takes a short side of 320 and not one less", () => {
    assert.deepStrictEqual(refusals(png(320, 960)), [])
    assert.deepStrictEqual(refusals(png(320, 320)), [])
    assert.deepStrictEqual(refusals(png(319, 320)), ["the picture is too small"])
    assert.deepStrictEqual(refusals(png(320, 319)), ["the picture is too small"])
  })

  it("takes sides of 3 to 1 and not one pixel longer", () => {
    for (const bytes of [png(960, 320), png(320, 960), jpegOf(3999, 1333)]) {
      assert.deepStrictEqual(refusals(bytes), [])
    }
    for (const bytes of [png(961, 320), png(320, 961), jpegOf(4000, 1333)]) {
      assert.deepStrictEqual(refusals(bytes), ["the picture is too long and narrow"])
    }
  })

  it("names every limit that is broken at once", () => {
    assert.deepStrictEqual(refusals(jpegOf(5000, 100)), [
      "the picture has too many pixels",
      "the picture is too small",
      "the picture is too long and narrow",
    ])
  })

  it("goes by content and names what people usually have instead", () => {
    const given = (text: string): string | undefined => {
      const seen = look(Buffer.from(text, "latin1"), limits)
      return "format" in seen ? undefined : seen[0]?.given
    }
    assert.strictEqual(given("RIFF\x10\0\0\0WEBPVP8 "), "16 bytes, a WebP picture")
    assert.strictEqual(given("GIF89a"), "6 bytes, a GIF picture")
    assert.strictEqual(given("\0\0\0\x18ftypheic\0\0\0\0"), "16 bytes, a HEIC picture")
    assert.strictEqual(given("<svg/>"), "6 bytes")
    assert.strictEqual(given(""), "0 bytes")
  })

  it("refuses files that are cut off before their size", () => {
    for (const whole of [png(640, 480), jpeg("upright"), jpeg("turned")]) {
      for (let length = 0; length < 24; length++) {
        // A view into the whole file: what lies behind it must not be read.
        assert.strictEqual(refusals(whole.subarray(0, length)).length, 1, `${length} bytes`)
      }
    }
  })

  it("neither throws nor hangs on hostile bytes", () => {
    const magic = fc.constantFrom(
      [0xff, 0xd8, 0xff],
      [0xff, 0xd8, 0xff, 0xe1, 0, 20, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d],
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
    )
    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 512 }), (head, rest) => {
        const seen = look(Uint8Array.from([...head, ...rest]), limits)
        assert.isTrue("format" in seen || seen.length > 0)
      }),
      { numRuns: 500 },
    )
    // The slowest file known for the parser: as large as is looked at, one step per byte.
    const slow = padded(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0]), limits.maxBytes)
    const before = performance.now()
    assert.strictEqual(refusals(slow).length, 1)
    assert.isBelow(performance.now() - before, 10_000)
  })
})

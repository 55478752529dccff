import { assert, describe, it } from "@effect/vitest"
import { formatOf, look, type PictureLimits } from "../src/Picture.ts"

/** The head of an extended WebP file, which says how large its canvas is. */
const webp = (width: number, height: number): Uint8Array => {
  const bytes = Buffer.alloc(30)
  bytes.write("RIFF", 0, "latin1")
  bytes.writeUInt32LE(22, 4)
  bytes.write("WEBPVP8X", 8, "latin1")
  bytes.writeUInt32LE(10, 16)
  bytes.writeUIntLE(width - 1, 24, 3)
  bytes.writeUIntLE(height - 1, 27, 3)
  return bytes
}

const limits: PictureLimits = { formats: ["png", "jpeg", "webp"], maxBytes: 100 }

const refused = (bytes: Uint8Array, by: PictureLimits) => {
  const seen = look(bytes, by)
  return "format" in seen ? assert.fail(`a ${seen.format}`) : seen
}

describe("Picture", () => {
  it("has no limit that the document does not name", () => {
    const seen = look(webp(16_000, 1), limits)
    assert.deepStrictEqual(seen, { format: "webp", width: 16_000, height: 1, turned: false })
  })

  it("of a format that is not allowed is named, with those that are", () => {
    assert.strictEqual(formatOf(webp(2, 2)), "webp")
    const [refusal] = refused(webp(2, 2), { ...limits, formats: ["jpeg", "png"] })
    assert.deepStrictEqual(refusal, {
      message: "is no JPEG or PNG picture by its content",
      given: "30 bytes, a WebP picture",
      allowed: "a JPEG or PNG file",
    })
    const [avif] = refused(Buffer.from("\0\0\0\x1cftypavif\0\0\0\0", "latin1"), limits)
    assert.strictEqual(avif?.given, "16 bytes, an AVIF picture")
    assert.strictEqual(avif?.allowed, "a PNG, JPEG or WebP file")
  })

  it("that is too large a file may be given by its address only where the document says so", () => {
    const [refusal] = refused(new Uint8Array(101), limits)
    assert.strictEqual(refusal?.allowed, "at most 100 bytes")
    const [other] = refused(new Uint8Array(101), { ...limits, isLargerByAddress: true })
    assert.strictEqual(other?.allowed, "at most 100 bytes, or the address of a larger one")
  })
})

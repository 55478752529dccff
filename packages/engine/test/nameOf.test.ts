import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { nameOf } from "../src/drivers/nameOf.ts"
import { queued } from "./support/vendor.ts"

const generation = queued({
  id: "k3x9m2p4q7rs",
  model: "volc-cv/jimeng-video-3.0-pro",
  createdAt: Date.UTC(2026, 10, 20, 14, 4, 5, 678),
})

describe("the name of a file", () => {
  for (const [kind, mediaType, name] of [
    ["video", "video/mp4", "jimeng-video-3.0-pro-20261120-140405-k3x9.mp4"],
    ["video", "video/webm", "jimeng-video-3.0-pro-20261120-140405-k3x9.webm"],
    ["video", "video/quicktime", "jimeng-video-3.0-pro-20261120-140405-k3x9.mov"],
    ["video", "application/octet-stream", "jimeng-video-3.0-pro-20261120-140405-k3x9.mp4"],
    ["watermarked", "video/mp4", "jimeng-video-3.0-pro-20261120-140405-k3x9-watermarked.mp4"],
    ["cover", "image/png", "jimeng-video-3.0-pro-20261120-140405-k3x9-cover.png"],
    ["cover", "image/webp", "jimeng-video-3.0-pro-20261120-140405-k3x9-cover.webp"],
  ] as const) {
    it(`is ${name}`, () => {
      assert.strictEqual(nameOf(generation, { kind, mediaType }), name)
    })
  }

  it("is that of the usual kind where nobody said which", () => {
    assert.match(nameOf(generation, { kind: "video" }), /\.mp4$/)
    assert.match(nameOf(generation, { kind: "cover" }), /\.jpg$/)
  })

  it("is one that every file system takes", () => {
    const unit = fc.nat(0xffff).map((code) => String.fromCharCode(code))
    const text = fc.string({ unit, minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(text, text, fc.nat(4_000_000_000_000), (model, id, createdAt) => {
        const name = nameOf({ createdAt, id, model }, { kind: "video" })
        assert.match(name, /^[A-Za-z0-9][A-Za-z0-9.-]*\.mp4$/)
        assert.isBelow(name.length, 200)
      }),
    )
    for (const model of ["a/..", "a/con", "a/", "a/ü", "a\\b:c*?"]) {
      assert.match(nameOf({ ...generation, model }, { kind: "video" }), /^[A-Za-z0-9]+-.*\.mp4$/)
    }
  })
})

import { assert, describe, it } from "@effect/vitest"
import { linkExpiry } from "../src/linkExpiry.ts"
import { links } from "./fixtures/documents.ts"

describe("linkExpiry", () => {
  const rows: ReadonlyArray<readonly [string, string, string | undefined]> = [
    ["S3, a day", links.video, "2026-05-08T13:55:40.000Z"],
    ["S3, an hour", links.cover, "2026-05-07T14:55:40.000Z"],
    [
      "CloudFront",
      "https://video.cf.vidu.com/a/video.mp4?response-content-disposition=attachment&Expires=1778248540&Signature=a~b-&Key-Pair-Id=K1",
      "2026-05-08T13:55:40.000Z",
    ],
    ["no query", "https://example.com/video.mp4", undefined],
    ["no address", "video.mp4?Expires=1778248540", undefined],
    ["a date without a life", "https://example.com/v?X-Amz-Date=20260507T135540Z", undefined],
    ["a life without a date", "https://example.com/v?X-Amz-Expires=3600", undefined],
    [
      "a date that is none",
      "https://example.com/v?X-Amz-Date=20261307T135540Z&X-Amz-Expires=3600",
      undefined,
    ],
    ["an end that is no number", "https://example.com/v?Expires=soon", undefined],
    ["an end beyond all dates", "https://example.com/v?Expires=99999999999999999999", undefined],
  ]
  for (const [what, url, wanted] of rows) {
    it(`reads ${what}`, () => {
      const millis = linkExpiry(url)
      assert.strictEqual(millis === undefined ? undefined : new Date(millis).toISOString(), wanted)
    })
  }
})

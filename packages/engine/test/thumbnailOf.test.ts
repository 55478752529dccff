import { assert, describe, it } from "@effect/vitest"
import { thumbnailOf } from "../src/drivers/thumbnailOf.ts"
import type { Artifact, InputFile } from "../src/Generation.ts"

const artifact = (kind: Artifact["kind"]): Artifact => ({
  kind,
  sha256: kind,
  bytes: 1,
  path: `artifacts/${kind}`,
})

const file = (field: string): InputFile => ({
  field,
  sha256: field,
  bytes: 1,
  path: `inputs/${field}`,
})

const isPicture = (field: string) => field === "first_frame" || field === "last_frame"
const files = [file("audio"), file("first_frame"), file("last_frame")]

describe("the picture of a generation", () => {
  for (const [what, artifacts, given, expected] of [
    ["its cover", [artifact("video"), artifact("cover")], files, "cover"],
    ["the first picture that was given", [artifact("video")], files, "first_frame"],
    ["the picture that was given, before there is a video", [], files, "first_frame"],
    ["none where only a sound was given", [artifact("video")], [file("audio")], undefined],
    ["none where nothing was given", [], [], undefined],
  ] as const) {
    it(`is ${what}`, () => {
      assert.strictEqual(thumbnailOf(artifacts, given, isPicture)?.sha256, expected)
    })
  }
})

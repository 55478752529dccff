import sharp from "sharp"
import { expect, test } from "vitest"
import { pictureFacts } from "../../src/media/pictureFacts.ts"

const picture = sharp({ create: { width: 320, height: 200, channels: 3, background: "#a37" } })

test.each(["jpeg", "png", "webp", "gif"] as const)("size and format of a %s", async (format) => {
  const bytes = await picture.clone().toFormat(format).toBuffer()
  expect(await pictureFacts(bytes)).toEqual({ width: 320, height: 200, format })
})

test("the size is the one that people see", async () => {
  const onItsSide = await picture.clone().jpeg().withMetadata({ orientation: 6 }).toBuffer()
  expect(await pictureFacts(onItsSide)).toEqual({ width: 200, height: 320, format: "jpeg" })
})

test("a picture's header is enough", async () => {
  const bytes = await picture.clone().jpeg().toBuffer()
  expect(await pictureFacts(bytes.subarray(0, -100))).toMatchObject({ width: 320, height: 200 })
})

test.each([
  ["nothing", new Uint8Array()],
  ["text", Buffer.from("hello")],
])("%s is not a picture", async (_, bytes) => {
  expect(await pictureFacts(bytes)).toBeUndefined()
})

import { expect, test } from "vitest"
import { mediaFacts } from "../../src/media/facts.ts"
import { samples } from "../../src/media/samples.ts"

const sample = (name: string) => {
  const found = samples().find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found.bytes
}

test("length, size and codec of an MP4 file", async () => {
  expect(await mediaFacts(sample("sample.mp4"))).toEqual({
    seconds: 3,
    width: 480,
    height: 270,
    codec: "avc",
  })
})

test("a download that was cut still tells, since its index comes first", async () => {
  const bytes = sample("sample.mp4")
  expect(await mediaFacts(bytes.subarray(0, bytes.length / 2))).toMatchObject({ seconds: 3 })
})

test.each([
  ["a picture", sample("sample.jpg")],
  ["a sound", sample("sample.wav")],
  ["nothing", new Uint8Array()],
  ["text", Buffer.from("<html>502 Bad Gateway</html>")],
  ["an MP4 without its index", sample("sample.mp4").subarray(0, 200)],
])("%s is not a video", async (_, bytes) => {
  expect(await mediaFacts(bytes)).toBeUndefined()
})

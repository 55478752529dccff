import { expect, test } from "vitest"
import { mediaFacts } from "../../src/media/facts.ts"
import { pictureFacts } from "../../src/media/pictureFacts.ts"
import { samples } from "../../src/media/samples.ts"

const named = new Map(samples().map((sample) => [sample.name, sample]))

test("three small files", () => {
  expect(samples().map(({ name, mediaType }) => [name, mediaType])).toEqual([
    ["sample.jpg", "image/jpeg"],
    ["sample.mp4", "video/mp4"],
    ["sample.wav", "audio/wav"],
  ])
  expect(samples().reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(300_000)
})

test("a picture that every model takes", async () => {
  expect(await pictureFacts(named.get("sample.jpg")?.bytes ?? new Uint8Array())).toEqual({
    width: 1280,
    height: 720,
    format: "jpeg",
  })
})

test("a video of three seconds", async () => {
  expect(await mediaFacts(named.get("sample.mp4")?.bytes ?? new Uint8Array())).toMatchObject({
    seconds: 3,
    codec: "avc",
  })
})

test("a sound of three seconds: mono, 16 kHz, 16 bits, and not silence", () => {
  const file = Buffer.from(named.get("sample.wav")?.bytes ?? [])
  expect(file.toString("latin1", 0, 4) + file.toString("latin1", 8, 16)).toBe("RIFFWAVEfmt ")
  expect([22, 34].map((at) => file.readUInt16LE(at))).toEqual([1, 16])
  expect(file.readUInt32LE(24)).toBe(16_000)
  expect(file.readUInt32LE(40)).toBe(file.length - 44)
  expect((file.length - 44) / 2 / 16_000).toBe(3)
  const loudest = Math.max(
    ...Array.from({ length: 48_000 }, (_, index) => Math.abs(file.readInt16LE(44 + 2 * index))),
  )
  expect(loudest).toBeGreaterThan(20_000)
})

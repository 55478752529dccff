import { createHash } from "node:crypto"
import { BufferSource, EncodedPacketSink, Input, MP4 } from "mediabunny"
import sharp from "sharp"
import { afterAll, describe, expect, test } from "vitest"
import { mediaFacts } from "../../src/media/facts.ts"
import { makeRenderer, type RenderRequest } from "../../src/media/Renderer.ts"
import { samples } from "../../src/media/samples.ts"
import { brokenPictures } from "./fixtures/brokenPictures.ts"

const picture = samples().find(({ name }) => name === "sample.jpg")?.bytes ?? new Uint8Array()

const renderer = makeRenderer()
afterAll(() => renderer.close())

/** Small and quick, where only the behaviour around the file matters. */
const small = (more: Partial<RenderRequest> = {}): RenderRequest => ({
  source: { seed: "a fox in the snow" },
  width: 64,
  height: 36,
  frames: 4,
  fps: 24,
  ...more,
})

const packetsOf = async (bytes: Uint8Array) => {
  const input = new Input({ source: new BufferSource(bytes), formats: [MP4] })
  const track = await input.getPrimaryVideoTrack()
  if (track === null) throw new Error("there is no video track")
  const packets = []
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet)
  return packets
}

/** Names of the file's outermost boxes, in order. */
const boxes = (file: Uint8Array): ReadonlyArray<string> => {
  const bytes = Buffer.from(file)
  const names: Array<string> = []
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    names.push(bytes.toString("latin1", at + 4, at + 8))
  }
  return names
}

test("121 frames of a picture: five seconds of H.264, the index first, of modest size", async () => {
  const rendered = await renderer.render({
    source: { picture },
    width: 1920,
    height: 1088,
    frames: 121,
    fps: 24,
  })
  expect(rendered).toMatchObject({ width: 640, height: 362, seconds: 121 / 24 })
  expect(await mediaFacts(rendered.bytes)).toEqual({
    seconds: expect.closeTo(121 / 24, 6),
    width: 640,
    height: 362,
    codec: "avc",
  })
  expect(boxes(rendered.bytes)).toEqual(["ftyp", "moov", "mdat"])
  expect(rendered.bytes.length).toBeLessThan(400_000)
  expect(rendered.md5).toBe(createHash("md5").update(rendered.bytes).digest("hex"))
  expect(rendered.sha256).toBe(createHash("sha256").update(rendered.bytes).digest("hex"))

  const packets = await packetsOf(rendered.bytes)
  expect(packets.length).toBe(121)
  expect(packets[0]?.type).toBe("key")
  packets.forEach((packet, index) => {
    expect(packet.timestamp).toBeCloseTo(index / 24, 6)
    expect(packet.duration).toBeCloseTo(1 / 24, 6)
  })
})

// The sizes that a provider promises, and what a file of at most 640 pixels makes of them.
test.each([
  { width: 2176, height: 928, becomes: [640, 272] },
  { width: 1664, height: 1248, becomes: [640, 480] },
  { width: 1440, height: 1440, becomes: [640, 640] },
  { width: 1248, height: 1664, becomes: [480, 640] },
  { width: 1088, height: 1920, becomes: [362, 640] },
  { width: 320, height: 180, becomes: [320, 180] },
  { width: 333, height: 111, becomes: [334, 112] },
  { width: 8192, height: 16, becomes: [640, 16] },
])("$width × $height becomes $becomes", async ({ width, height, becomes }) => {
  const rendered = await renderer.render(small({ source: { picture }, width, height, frames: 2 }))
  expect([rendered.width, rendered.height]).toEqual(becomes)
  const facts = await mediaFacts(rendered.bytes)
  expect([facts?.width, facts?.height]).toEqual(becomes)
})

test.each([
  { frames: 1, fps: 24 },
  { frames: 30, fps: 29.97 },
  { frames: 50, fps: 50 },
  { frames: 625, fps: 25 },
])("$frames frames at $fps per second", async ({ frames, fps }) => {
  const rendered = await renderer.render(small({ frames, fps }))
  expect(rendered.seconds).toBe(frames / fps)
  const facts = await mediaFacts(rendered.bytes)
  expect(Math.abs((facts?.seconds ?? 0) - frames / fps)).toBeLessThan(0.001)
  expect((await packetsOf(rendered.bytes)).length).toBe(frames)
})

test("a picture that compresses badly is encoded more coarsely, not into a large file", async () => {
  const noise = await sharp({
    create: {
      width: 640,
      height: 360,
      channels: 3,
      background: "#888",
      noise: { type: "gaussian", mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer()
  const rendered = await renderer.render({
    source: { picture: noise },
    width: 640,
    height: 360,
    frames: 24,
    fps: 24,
  })
  expect(rendered.bytes.length).toBeLessThan(24 * 4500)
})

describe("equal requests", () => {
  test("share one rendering while it runs and one file afterwards", async () => {
    const [first, second] = await Promise.all([renderer.render(small()), renderer.render(small())])
    expect(second).toBe(first)
    expect(await renderer.render(small())).toBe(first)
  })

  test("give equal bytes where nothing was kept, and different seeds different ones", async () => {
    const forgetful = makeRenderer({ workers: 2, cacheBytes: 0 })
    const [first, other] = await Promise.all([
      forgetful.render(small()),
      forgetful.render(small({ source: { seed: "a heron at dawn" } })),
    ])
    const again = await forgetful.render(small())
    await forgetful.close()
    expect(again).not.toBe(first)
    expect(again.sha256).toBe(first.sha256)
    expect(other.sha256).not.toBe(first.sha256)
  })

  test("are not those for another take of the same picture", async () => {
    const [one, two] = await Promise.all(
      ["one", "two"].map((take) => renderer.render(small({ take }))),
    )
    expect(one?.sha256).not.toBe(two?.sha256)
  })
})

test.each([
  { field: "width", given: 15, allowed: "a whole number from 16 to 8192" },
  { field: "height", given: 8193, allowed: "a whole number from 16 to 8192" },
  { field: "width", given: 100.5, allowed: "a whole number from 16 to 8192" },
  { field: "frames", given: 0, allowed: "a whole number from 1 to 18000" },
  { field: "frames", given: 18_001, allowed: "a whole number from 1 to 18000" },
  { field: "fps", given: 0, allowed: "a number from 1 to 120" },
  { field: "fps", given: Number.NaN, allowed: "a number from 1 to 120" },
])("$field of $given is refused", async ({ field, given, allowed }) => {
  await expect(renderer.render(small({ [field]: given }))).rejects.toMatchObject({
    name: "RenderError",
    kind: "request",
    message: `${field} is ${given}; it must be ${allowed}.`,
  })
})

test("a renderer without workers is refused, since it would wait for ever", () => {
  expect(() => makeRenderer({ workers: 0 })).toThrow("workers is 0; it must be a number from 1.")
})

test("broken pictures are refused, and the renderer goes on", async () => {
  const broken = await brokenPictures()
  const ends = await Promise.allSettled(
    broken.map(({ bytes }) => renderer.render(small({ source: { picture: bytes } }))),
  )
  for (const end of ends) {
    expect(end).toMatchObject({ status: "rejected", reason: { kind: "picture" } })
  }
  expect((await renderer.render(small({ frames: 5 }))).seconds).toBe(5 / 24)
})

test("closed: what runs and what waits is refused, and so is what comes later", async () => {
  const closing = makeRenderer({ workers: 1 })
  const [first, ...others] = [4, 240, 241].map((frames) => closing.render(small({ frames })))
  const ended = Promise.allSettled(others)
  await first
  await closing.close()
  for (const end of await ended) {
    expect(end).toMatchObject({ status: "rejected", reason: { kind: "closed" } })
  }
  await expect(closing.render(small({ frames: 5 }))).rejects.toMatchObject({ kind: "closed" })
})

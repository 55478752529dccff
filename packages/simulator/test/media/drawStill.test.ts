import { pictureFacts } from "@zoetrope/simulator"
import sharp from "sharp"
import { describe, expect, it } from "vitest"
import { drawStill } from "../../src/media/drawStill.ts"
import { RenderError } from "../../src/media/RenderError.ts"

const grey = await sharp({
  create: { width: 400, height: 200, channels: 3, background: "#808080" },
})
  .png()
  .toBuffer()
const wanted = { source: { picture: grey }, width: 1280, height: 720 } as const

/** The mean brightness of a quarter of a picture. */
const brightness = async (
  bytes: Uint8Array,
  [left, top]: readonly [left: number, top: number],
): Promise<number> => {
  const part = sharp(bytes).extract({ left, top, width: 320, height: 180 })
  const { channels } = await sharp(await part.png().toBuffer()).stats()
  return channels[0]?.mean ?? 0
}

const quarters = {
  "top-left": [0, 0],
  "top-right": [320, 0],
  "bottom-right": [320, 180],
  "bottom-left": [0, 180],
} as const
const corners = ["top-left", "top-right", "bottom-right", "bottom-left"] as const

describe("drawStill", () => {
  it("is a JPEG of the video's size", async () => {
    const still = await drawStill(wanted)
    expect(still).toMatchObject({ width: 640, height: 360 })
    expect(await pictureFacts(still.bytes)).toEqual({ width: 640, height: 360, format: "jpeg" })
  })

  it.each(corners)("draws a mark %s and nowhere else", async (corner) => {
    const black = await sharp({ create: { width: 8, height: 4, channels: 3, background: "black" } })
      .png()
      .toBuffer()
    for (const mark of [{ corner }, { corner, picture: black }]) {
      // oxlint-disable-next-line no-await-in-loop -- two of them
      const { bytes } = await drawStill({ ...wanted, mark })
      for (const other of corners) {
        // oxlint-disable-next-line no-await-in-loop -- four of them
        const mean = await brightness(bytes, quarters[other])
        if (other === corner) expect(mean).toBeLessThan(126)
        else expect(Math.abs(mean - 128)).toBeLessThan(1)
      }
    }
  })

  it.each([
    ["picture", { ...wanted, source: { picture: Buffer.from("none") } }],
    ["mark", { ...wanted, mark: { corner: "top-left", picture: Buffer.from("none") } as const }],
    ["mark", { ...wanted, mark: { corner: "top-left", picture: Buffer.from("<svg/>") } as const }],
  ])("refuses a %s that is none", async (what, still) => {
    await expect(drawStill(still)).rejects.toThrow(RenderError)
    await expect(drawStill(still)).rejects.toThrow(`The ${what} cannot be`)
  })
})

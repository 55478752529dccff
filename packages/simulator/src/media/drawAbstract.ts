/** Draws an abstract picture from a seed: soft discs of light over a gradient, and no text. */
import { createHash } from "node:crypto"

/** An SVG document. Equal seeds give equal drawings. */
export const drawAbstract = (
  seed: string,
  size: { readonly width: number; readonly height: number },
): string => {
  const random = randomFrom(seed)
  const between = (least: number, most: number) => Math.round(least + (most - least) * random())
  const { width, height } = size
  const hue = between(0, 359)
  // Neighbouring hues with one far accent: a palette that agrees with itself.
  const hues = [hue, hue + 25, hue + 50, hue + 190]
  const glows = hues.map(
    (h, index) =>
      `<radialGradient id="glow${index}"><stop stop-color="hsl(${h % 360},85%,72%)" stop-opacity="0.9"/>` +
      `<stop offset="1" stop-color="hsl(${h % 360},85%,55%)" stop-opacity="0"/></radialGradient>`,
  )
  const long = Math.max(width, height)
  const place = () => `cx="${between(0, width)}" cy="${between(0, height)}"`
  const lights = Array.from(
    { length: 12 },
    (_, index) =>
      `<circle ${place()} r="${between(long * 0.12, long * 0.34)}" fill="url(#glow${index % 4})"/>`,
  )
  // Sharp edges let the eye see the move that soft light would hide.
  const rings = Array.from(
    { length: 7 },
    () =>
      `<circle ${place()} r="${between(long * 0.02, long * 0.13)}" fill="white" fill-opacity="0.06" ` +
      `stroke="white" stroke-opacity="0.5" stroke-width="${long / 400}"/>`,
  )
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>` +
    `<linearGradient id="ground" x2="1" y2="1"><stop stop-color="hsl(${hue},55%,16%)"/>` +
    `<stop offset="1" stop-color="hsl(${(hue + 60) % 360},60%,34%)"/></linearGradient>` +
    `${glows.join("")}</defs><rect width="100%" height="100%" fill="url(#ground)"/>` +
    `${lights.join("")}${rings.join("")}</svg>`
  )
}

/** Numbers from 0 to below 1, four from each hash of the seed and a counter. */
const randomFrom = (seed: string): (() => number) => {
  let counter = 0
  return () =>
    createHash("sha256").update(`${counter++} ${seed}`).digest().readUInt32BE(0) / 2 ** 32
}

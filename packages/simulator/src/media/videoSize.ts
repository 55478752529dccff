/** How large the files are: the size that a provider promises, scaled down to what two cores can make. */
export interface Size {
  readonly width: number
  readonly height: number
}

const LONG_SIDE = 640
export const SHORT_SIDE = 16

/** In the same ratio, at most 640 pixels on the long side; both sides even, from 16. */
export const videoSize = ({ width, height }: Size): Size => {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height))
  const side = (pixels: number) => Math.max(SHORT_SIDE, even(pixels * scale))
  return { width: side(width), height: side(height) }
}

export const even = (pixels: number): number => 2 * Math.round(pixels / 2)

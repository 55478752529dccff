/** What the renderer hands to a worker thread: plain data that survives a structured clone. */
export interface RenderJob {
  readonly picture: RgbPicture
  /** Size of the video in pixels, even. */
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly fps: number
  /** 0 to 255: chooses the camera move, so that different pictures move differently. */
  readonly variant: number
}

/** A decoded picture: rows of red, green and blue bytes, no padding. Width and height are even. */
export interface RgbPicture {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array<ArrayBuffer>
}

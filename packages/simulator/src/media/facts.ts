/** Length, size and codec of a video file, read from its own headers. */
import { ALL_FORMATS, BufferSource, Input } from "mediabunny"

export interface MediaFacts {
  readonly seconds: number
  /** As displayed, in pixels: rotation and pixel shape applied. */
  readonly width: number
  readonly height: number
  /** `avc`, `hevc`, `vp8`, `vp9`, `av1`; `undefined` where it is another one. */
  readonly codec: string | undefined
}

/** Reads MP4, MOV, WebM and their like; `undefined` where the bytes are not a readable video. */
export const mediaFacts = async (bytes: Uint8Array): Promise<MediaFacts | undefined> => {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
  try {
    const track = await input.getPrimaryVideoTrack()
    if (track === null) return undefined
    return {
      seconds: (await input.getDurationFromMetadata()) ?? (await input.computeDuration()),
      width: await track.getDisplayWidth(),
      height: await track.getDisplayHeight(),
      codec: (await track.getCodec()) ?? undefined,
    }
  } catch {
    // Whatever the reader stumbles over: not a video that anyone could play.
    return undefined
  } finally {
    input.dispose()
  }
}

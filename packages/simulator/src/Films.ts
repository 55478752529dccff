/**
 * The result files: made when a task is accepted, kept by content so that equal files are kept once.
 * Memory is bounded; past the bound the oldest file goes and its links answer 404, as an object
 * store answers for an object that was deleted.
 */
import { createHash } from "node:crypto"
import { digestOf } from "./media/digestOf.ts"
import { type DrawnStill, drawStill, type Still } from "./media/drawStill.ts"
import { makeRenderCache } from "./media/RenderCache.ts"
import type { Renderer, RenderRequest } from "./media/Renderer.ts"

/** A video to render. */
export type Film = RenderRequest

export type { Still }

/** The name of a task's film in links. */
export const filmName = "video.mp4"

/** The facts of a finished file. Checksums are lower-case hexadecimal. */
export interface FilmFile {
  /** `video/mp4`, or `image/jpeg` for a still. */
  readonly mediaType: string
  readonly sha256: string
  readonly md5: string
  /** Bytes. */
  readonly size: number
  /** 0 for a still. */
  readonly seconds: number
  /** Pixels of the file itself, which is smaller than what the provider promises. */
  readonly width: number
  readonly height: number
}

export interface Films {
  readonly make: (wanted: Film | Still) => Promise<FilmFile>
  readonly bytes: (file: FilmFile) => Uint8Array | undefined
}

const MAX_STILL_BYTES = 16 * 1024 * 1024

export const makeFilms = (renderer: Pick<Renderer, "render">, maxBytes: number): Films => {
  const kept = new Map<string, { readonly file: FilmFile; readonly bytes: Uint8Array }>()
  const stills = makeRenderCache<DrawnStill>(MAX_STILL_BYTES)
  let total = 0

  const keep = (file: FilmFile, bytes: Uint8Array): FilmFile => {
    const known = kept.get(file.sha256)
    if (known !== undefined) return known.file
    kept.set(file.sha256, { file, bytes })
    total += file.size
    for (const [oldest, { file: old }] of kept) {
      if (total <= maxBytes || oldest === file.sha256) break
      kept.delete(oldest)
      total -= old.size
    }
    return file
  }

  return {
    make: async (wanted) => {
      if (!("frames" in wanted)) {
        const digest = digestOf(wanted).toString("hex")
        const { bytes, ...size } = await stills(digest, () => drawStill(wanted))
        const facts = { ...size, ...checksums(bytes), size: bytes.byteLength, seconds: 0 }
        return keep({ mediaType: "image/jpeg", ...facts }, bytes)
      }
      const { bytes, sha256, md5, seconds, width, height } = await renderer.render(wanted)
      const facts = { sha256, md5, size: bytes.byteLength, seconds, width, height }
      return keep({ mediaType: "video/mp4", ...facts }, bytes)
    },
    bytes: (file) => kept.get(file.sha256)?.bytes,
  }
}

const checksums = (bytes: Uint8Array) => ({
  md5: createHash("md5").update(bytes).digest("hex"),
  sha256: createHash("sha256").update(bytes).digest("hex"),
})

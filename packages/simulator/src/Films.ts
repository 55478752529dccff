/**
 * The result files: rendered when a task is accepted, kept by content so that equal films are kept
 * once. Memory is bounded; past the bound the oldest file goes and its links answer 404, as an
 * object store answers for an object that was deleted.
 */
import type { Renderer, RenderRequest } from "./media/Renderer.ts"

/** What to render. */
export type Film = RenderRequest

/** The facts of a finished file. Checksums are lower-case hexadecimal. */
export interface FilmFile {
  readonly sha256: string
  readonly md5: string
  /** Bytes. */
  readonly size: number
  readonly seconds: number
  /** Pixels of the file itself, which is smaller than what the provider promises. */
  readonly width: number
  readonly height: number
}

export interface Films {
  readonly make: (film: Film) => Promise<FilmFile>
  readonly bytes: (file: FilmFile) => Uint8Array | undefined
}

export const makeFilms = (renderer: Pick<Renderer, "render">, maxBytes: number): Films => {
  const kept = new Map<string, { readonly file: FilmFile; readonly bytes: Uint8Array }>()
  let total = 0
  return {
    make: async (film) => {
      const { bytes, sha256, md5, seconds, width, height } = await renderer.render(film)
      const known = kept.get(sha256)
      if (known !== undefined) return known.file
      const file: FilmFile = { sha256, md5, size: bytes.byteLength, seconds, width, height }
      kept.set(sha256, { file, bytes })
      total += file.size
      for (const [oldest, { file: old }] of kept) {
        if (total <= maxBytes || oldest === sha256) break
        kept.delete(oldest)
        total -= old.size
      }
      return file
    },
    bytes: (file) => kept.get(file.sha256)?.bytes,
  }
}

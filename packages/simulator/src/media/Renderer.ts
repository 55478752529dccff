/**
 * Makes the video files that a simulated provider answers with: the caller's picture, or a drawing
 * made from a seed, moved slowly and encoded as a real H.264 MP4.
 *
 * Pictures are opened by sharp, off the main thread; frames are drawn and encoded in worker threads
 * (`renderWorker.ts`). What cannot be rendered is refused with a `RenderError`: there is no stand-in
 * for a picture that could not be read.
 */
import { createHash } from "node:crypto"
import { availableParallelism } from "node:os"
import { PICTURE_SCALE } from "./camera.ts"
import { digestOf } from "./digestOf.ts"
import type { Mark } from "./drawMark.ts"
import { openSource } from "./openSource.ts"
import { makeRenderCache } from "./RenderCache.ts"
import { RenderError } from "./RenderError.ts"
import type { RenderJob } from "./RenderJob.ts"
import { even, SHORT_SIDE, videoSize } from "./videoSize.ts"
import { makeWorkerPool } from "./WorkerPool.ts"

export interface RenderRequest {
  /** JPEG, PNG, WebP, GIF, TIFF or AVIF bytes, or a text from which colours and shapes are made. */
  readonly source: { readonly picture: Uint8Array } | { readonly seed: string }
  /** The size promised, in pixels, 16 to 8192: the picture is cropped to this ratio, centred. */
  readonly width: number
  readonly height: number
  /** Length in frames, 1 to 18,000. */
  readonly frames: number
  /** Frames per second, 1 to 120. */
  readonly fps: number
  /** Drawn into a corner of the picture. */
  readonly mark?: Mark
  /** Names one of several takes of the same picture; each moves in its own way. */
  readonly take?: string
}

export interface Rendered {
  /** The MP4 file. Shared with every caller of an equal request: read only. */
  readonly bytes: Uint8Array
  /** Size of the video in the file: the size promised, scaled to fit 640 pixels; even, from 16. */
  readonly width: number
  readonly height: number
  /** `frames / fps` */
  readonly seconds: number
  /** Checksums of `bytes` in lower-case hexadecimal. Equal requests give equal bytes. */
  readonly md5: string
  readonly sha256: string
}

export interface Renderer {
  /** Rejects with a `RenderError`. Equal requests share one rendering and one kept file. */
  readonly render: (request: RenderRequest) => Promise<Rendered>
  /** Ends the worker threads. Whatever is not rendered by then rejects, now and later. */
  readonly close: () => Promise<void>
}

export interface RendererOptions {
  /** Renderings at the same time, at least 1. Default: the number of cores, at most 2. */
  readonly workers?: number
  /** Bytes of finished files kept in memory, the least recently used dropped. Default: 64 MiB. */
  readonly cacheBytes?: number
}

/** While nothing is rendered it holds no thread. Throws a `RenderError` for options that cannot be. */
export const makeRenderer = (options: RendererOptions = {}): Renderer => {
  const workers = options.workers ?? Math.min(2, availableParallelism())
  if (!(workers >= 1)) {
    throw new RenderError("request", `workers is ${workers}; it must be a number from 1.`)
  }
  const pool = makeWorkerPool(
    new URL(`./renderWorker.${SOURCE_EXTENSION}`, import.meta.url),
    workers,
  )
  const cached = makeRenderCache(options.cacheBytes ?? 64 * 1024 * 1024)

  const start = async (request: RenderRequest, digest: Buffer): Promise<Rendered> => {
    const { width, height } = videoSize(request)
    const bytes = await pool.run(async () => {
      const size = { width: even(width * PICTURE_SCALE), height: even(height * PICTURE_SCALE) }
      const picture = await openSource(request, size)
      const { frames, fps } = request
      const job: RenderJob = { picture, width, height, frames, fps, variant: digest.readUInt8(0) }
      return { data: job, transfer: [picture.rgb.buffer] }
    })
    if (!(bytes instanceof Uint8Array)) {
      throw new RenderError("worker", "The render worker answered with something else than a file.")
    }
    return {
      bytes,
      width,
      height,
      seconds: request.frames / request.fps,
      md5: createHash("md5").update(bytes).digest("hex"),
      sha256: createHash("sha256").update(bytes).digest("hex"),
    }
  }

  return {
    render: async (request) => {
      refuseOutOfRange(request)
      const digest = digestOf(request)
      return cached(digest.toString("hex"), () => start(request, digest))
    },
    close: pool.close,
  }
}

const LIMITS = {
  width: { min: SHORT_SIDE, max: 8192, whole: true },
  height: { min: SHORT_SIDE, max: 8192, whole: true },
  frames: { min: 1, max: 18_000, whole: true },
  fps: { min: 1, max: 120, whole: false },
} as const

/** Workers are started by Node itself, from source (types are stripped) as from the built package. */
const SOURCE_EXTENSION = import.meta.url.endsWith(".ts") ? "ts" : "js"

const refuseOutOfRange = (request: RenderRequest): void => {
  for (const field of ["width", "height", "frames", "fps"] as const) {
    const { min, max, whole } = LIMITS[field]
    const given = request[field]
    if (given >= min && given <= max && (!whole || Number.isInteger(given))) continue
    throw new RenderError(
      "request",
      `${field} is ${given}; it must be a ${whole ? "whole " : ""}number from ${min} to ${max}.`,
    )
  }
}

/** Which files a task makes: the film, its cover and, where asked for, a marked film. */
import type { Film, Still, World } from "@zoetrope/simulator"
import { coverName, watermarkedName } from "./Creations.ts"
import type { Img2Video, WatermarkPosition } from "./Img2Video.ts"
import type { Resolution } from "./Models.ts"
import { notFetched, type Picture } from "./Picture.ts"

export interface OrderedFilms {
  readonly film: Film
  readonly extras: Readonly<Record<string, Film | Still>>
  readonly notes: ReadonlyArray<string>
}

export const filmsOf = (order: Img2Video, picture: Picture, world: World): OrderedFilms => {
  const { source } = picture
  const size = sizeOf(order.resolution, picture.ratio)
  const { fps } = order.model
  const film: Film = { source, ...size, frames: order.duration * fps, fps }
  const mark = order.watermark && order.wmUrl !== "" ? world.input(order.wmUrl) : undefined
  const corner = corners[order.wmPosition]
  const marked = {
    ...film,
    mark: mark?._tag === "Own" ? { corner, picture: mark.input.bytes } : { corner },
  }
  return {
    film,
    extras: {
      [coverName]: { source, ...size },
      ...(order.watermark ? { [watermarkedName]: marked } : {}),
    },
    notes: mark === undefined || mark._tag === "Own" ? [] : [notFetched(order.wmUrl)],
  }
}

const corners: Readonly<Record<WatermarkPosition, NonNullable<Film["mark"]>["corner"]>> = {
  1: "top-left",
  2: "top-right",
  3: "bottom-right",
  4: "bottom-left",
}

const widescreen: Readonly<Record<Resolution, readonly [width: number, height: number]>> = {
  "360p": [640, 360],
  "540p": [960, 540],
  "720p": [1280, 720],
  "1080p": [1920, 1080],
}

/**
 * A film has the picture's ratio and as many pixels as 16:9 has in its resolution: real ones of
 * another ratio were seen to be 828 × 624 and 988 × 932.
 */
export const sizeOf = (resolution: Resolution, ratio: number) => {
  const [width, height] = widescreen[resolution]
  const across = Math.sqrt(width * height * ratio)
  return { width: even(across), height: even(across / ratio) }
}

const even = (pixels: number): number => 2 * Math.round(pixels / 2)

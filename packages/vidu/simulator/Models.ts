/**
 * The models of image to video: which durations and resolutions each takes, at which rate its films
 * run and what it costs.
 *
 * @see https://platform.vidu.com/docs/image-to-video (copy of 2026-08), durations and resolutions
 * @see https://platform.vidu.cn/docs 模型地图 (copy of 2026-08), frames per second
 */
import type { SimulatedModel } from "@zoetrope/simulator"
import { q1Price, q2Price, q3Price, type Price, vidu20Price } from "./Prices.ts"

export const resolutions = ["360p", "540p", "720p", "1080p"] as const
export type Resolution = (typeof resolutions)[number]

export interface Model extends SimulatedModel {
  readonly generation: "q3" | "q2" | "q1" | "2.0"
  /** Seconds; the first is the default. */
  readonly durations: ReadonlyArray<number>
  /** For a duration; the first is the default. */
  readonly resolutions: (duration: number) => ReadonlyArray<Resolution>
  /** Whether there is sound unless the request says otherwise. */
  readonly audio: boolean
  readonly fps: number
  readonly price: Price
}

const upTo = (longest: number): ReadonlyArray<number> => [
  5,
  ...Array.from({ length: longest }, (_, index) => index + 1).filter((seconds) => seconds !== 5),
]

const allThree = (): ReadonlyArray<Resolution> => ["720p", "540p", "1080p"]
const twoUpper = (): ReadonlyArray<Resolution> => ["720p", "1080p"]

const pace = (generatingSeconds: number) => ({
  queuedSeconds: 5,
  scheduledSeconds: 2,
  generatingSeconds,
})

const q3 = { generation: "q3", durations: upTo(16), audio: true, fps: 24, limits: {} } as const
const q2 = { generation: "q2", durations: upTo(10), audio: false, fps: 24, limits: {} } as const
const q1 = {
  generation: "q1",
  durations: [5],
  resolutions: (): ReadonlyArray<Resolution> => ["1080p"],
  audio: false,
  fps: 24,
  limits: {},
  price: q1Price,
} as const

export const models: ReadonlyArray<Model> = [
  {
    ...q3,
    key: "viduq3-pro",
    pace: pace(90),
    resolutions: allThree,
    price: q3Price({ "540p": 9, "720p": 20, "1080p": 24 }),
  },
  {
    ...q3,
    key: "viduq3-turbo",
    pace: pace(45),
    resolutions: allThree,
    price: q3Price({ "540p": 7, "720p": 12, "1080p": 13 }),
  },
  {
    ...q3,
    key: "viduq3-pro-fast",
    pace: pace(60),
    resolutions: twoUpper,
    price: q3Price({ "720p": 12, "1080p": 15 }),
  },
  {
    ...q2,
    key: "viduq2-pro",
    pace: pace(60),
    resolutions: allThree,
    price: q2Price({ "540p": [8, 2, 5], "720p": [15, 10, 10], "1080p": [55, 15, 15] }),
  },
  {
    ...q2,
    key: "viduq2-turbo",
    pace: pace(30),
    resolutions: allThree,
    price: q2Price({ "540p": [6, 2, 2], "720p": [8, 2, 10], "1080p": [35, 10, 10] }),
  },
  {
    ...q2,
    key: "viduq2-pro-fast",
    pace: pace(30),
    resolutions: twoUpper,
    price: q2Price({ "720p": [8, 2, 2], "1080p": [16, 4, 4] }),
  },
  { ...q1, key: "viduq1", pace: pace(60) },
  { ...q1, key: "viduq1-classic", pace: pace(60) },
  {
    key: "vidu2.0",
    generation: "2.0",
    durations: [4, 8],
    resolutions: (duration) => (duration === 4 ? ["360p", "720p", "1080p"] : ["720p"]),
    audio: false,
    fps: 32,
    pace: pace(30),
    limits: {},
    price: vidu20Price,
  },
]

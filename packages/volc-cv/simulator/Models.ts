/**
 * The five models as their documents describe them: which actions they answer to, which parameters
 * they take, what film comes out and in which fields it is returned.
 */
import type { Film, SimulatedModel, World } from "@zoetrope/simulator"
import { closestShape, shapeOf, shapes } from "./closestShape.ts"
import {
  audioFromAddress,
  notFetched,
  pictureFromAddress,
  pictureFromBase64,
  type PictureLimits,
  videoFromAddress,
} from "./Media.ts"
import {
  type Body,
  checkAddress,
  notAllowed,
  oneOf,
  onlyNames,
  optional,
  required,
  requiredAddress,
} from "./Parameters.ts"

export interface Model extends SimulatedModel {
  readonly actions: { readonly submit: string; readonly result: string }
  /** Checks a submit and says what it asks for; throws `Refusal`. */
  readonly read: (body: Body, world: World) => Promise<Wanted>
  /** Where its texts and addresses are, for the words that order how a task ends. */
  readonly texts: (body: Body) => ReadonlyArray<unknown>
  /** The field of the result that holds the link. */
  readonly link: "video_url" | "url"
  /** Whether results have `resp_data` and its neighbours. */
  readonly detailed: boolean
  /** Whether `req_json` is taken with a query for the result. */
  readonly takesMeta: boolean
  /** Whether answers repeat the code as `status`. */
  readonly repeatsCode: boolean
  /** HTTP statuses that this model's document gives otherwise than the others. */
  readonly statuses: ReadonlyMap<number, number>
}

interface Wanted {
  readonly film: Film
  /** Seconds of video to be billed. */
  readonly seconds: number
  readonly notes: ReadonlyArray<string>
  /** The code with which the work fails, for inputs that are only found bad while it goes on. */
  readonly failure?: number
}

const FPS = 24
/** A film that is longer is made only so far: the simulator has two cores, not a farm. */
const LONGEST_SECONDS = 120

/** What most of the models have in common. Two tasks in flight are what many accounts start with. */
const usual = {
  limits: { inFlight: 2 },
  link: "video_url",
  detailed: false,
  takesMeta: true,
  repeatsCode: true,
  statuses: new Map<number, number>(),
} as const

const jimengActions = { submit: "CVSync2AsyncSubmitTask", result: "CVSync2AsyncGetResult" }
const cvActions = { submit: "CVSubmitTask", result: "CVGetResult" }

/** @see https://www.volcengine.com/docs/85621/1777001 (2025-09-01) */
const jimengVideo30Pro: Model = {
  ...usual,
  key: "jimeng_ti2v_v30_pro",
  actions: jimengActions,
  pace: { queuedSeconds: 5, generatingSeconds: 60 },
  texts: (body) => [body["prompt"], ...listOf(body["image_urls"])],
  read: async (body, world) => {
    onlyNames(body, [
      "req_key",
      "prompt",
      "binary_data_base64",
      "image_urls",
      "seed",
      "frames",
      "aspect_ratio",
    ])
    const prompt = optional.text(body, "prompt")
    if (prompt !== undefined && isLonger(prompt, 800)) {
      throw notAllowed("prompt", "longer", "at most 800 characters")
    }
    const seed = optional.integer(body, "seed") ?? -1
    if (seed < -1) throw notAllowed("seed", String(seed), "-1 or more")
    const frames = oneOf("frames", optional.integer(body, "frames"), [121, 241]) ?? 121
    const ratio = oneOf(
      "aspect_ratio",
      optional.text(body, "aspect_ratio"),
      shapes.map((shape) => shape.ratio),
    )
    const base64 = optional.single(body, "binary_data_base64")
    const address = optional.single(body, "image_urls")
    if (base64 !== undefined && address !== undefined) {
      throw notAllowed("image_urls", "given beside binary_data_base64", "one of the two")
    }
    const picture =
      base64 !== undefined
        ? await pictureFromBase64(base64, proPicture)
        : address !== undefined
          ? await pictureFromAddress(checkAddress("image_urls", address), world, proPicture)
          : undefined
    if (picture === undefined) required(prompt, "prompt or a picture")
    const shape =
      picture?.size === undefined
        ? shapeOf(picture === undefined ? ratio : undefined)
        : closestShape(picture.size.width, picture.size.height)
    return {
      film: {
        source: picture?.source ?? { seed: `${prompt} ${seed}` },
        width: shape.width,
        height: shape.height,
        frames,
        fps: FPS,
      },
      seconds: (frames - 1) / FPS,
      notes: picture?.notes ?? [],
    }
  },
}

/** "MB" is read as 1024 × 1024 bytes, the wider of its two readings. */
const proPicture: PictureLimits = {
  formats: ["jpeg", "png"],
  maxBytes: Math.floor(4.7 * 1024 * 1024),
  maxSide: 4096,
  minSide: 320,
  maxRatio: 3,
}

/** @see https://www.volcengine.com/docs/85621/1798351 (2025-09-04) */
const motionImitation: Model = {
  ...usual,
  key: "jimeng_dream_actor_m1_gen_video_cv",
  actions: jimengActions,
  pace: { queuedSeconds: 5, generatingSeconds: 90 },
  texts: (body) => [body["video_url"], body["image_url"]],
  read: (body, world) => {
    onlyNames(body, ["req_key", "video_url", "image_url"])
    return drivenFilm(requiredAddress(body, "image_url"), requiredAddress(body, "video_url"), world)
  },
}

/** 单图视频驱动, 接口文档 (updated 2025-08-28) */
const singleImageDriving: Model = {
  ...usual,
  key: "realman_avatar_imitator_v2v_gen_video",
  actions: cvActions,
  pace: { queuedSeconds: 5, generatingSeconds: 90 },
  detailed: true,
  // Its document lists no req_json.
  takesMeta: false,
  texts: (body) => [body["image_url"], optional.object(body, "driving_video_info")?.["video_url"]],
  read: (body, world) => {
    onlyNames(body, ["req_key", "image_url", "driving_video_info"])
    const image = requiredAddress(body, "image_url")
    const driving = required(optional.object(body, "driving_video_info"), "driving_video_info")
    onlyNames(driving, ["store_type", "video_url"], "driving_video_info.")
    oneOf("store_type", required(optional.integer(driving, "store_type"), "store_type"), [0])
    return drivenFilm(image, requiredAddress(driving, "video_url"), world)
  },
}

const lipSyncStatuses: ReadonlyMap<number, number> = new Map([[50429, 404]])

/** 单人口播视频改口型接口 (updated 2025-12-01) */
const lipSync = (key: string, generatingSeconds: number, own: ReadonlyArray<string>): Model => ({
  ...usual,
  key,
  actions: cvActions,
  pace: { queuedSeconds: 5, generatingSeconds },
  link: "url",
  detailed: true,
  repeatsCode: false,
  statuses: lipSyncStatuses,
  texts: (body) => [body["url"], body["pure_audio_url"]],
  read: async (body, world) => {
    onlyNames(body, ["req_key", "url", "pure_audio_url", "separate_vocal", ...own])
    for (const name of ["separate_vocal", ...own]) {
      if (name !== "templ_start_seconds") optional.flag(body, name)
    }
    const start = optional.number(body, "templ_start_seconds") ?? 0
    if (start < 0) throw notAllowed("templ_start_seconds", String(start), "0 or more")
    const address = requiredAddress(body, "url", 50209)
    const audio = requiredAddress(body, "pure_audio_url")
    const video = await videoFromAddress(address, world)
    const heard = audioFromAddress(audio, world)
    return {
      ...filmOf({ seed: video.seed }, video.facts),
      notes: [...video.notes, ...(heard === "unseen" ? [notFetched("audio", audio)] : [])],
      ...(heard === undefined ? { failure: 50215 } : {}),
    }
  },
})

export const models: ReadonlyArray<Model> = [
  jimengVideo30Pro,
  motionImitation,
  singleImageDriving,
  lipSync("realman_change_lips", 30, ["align_audio", "align_audio_reverse", "templ_start_seconds"]),
  lipSync("realman_change_lips_basic_chimera", 60, ["open_scenedet"]),
]

/** A film as long as its driving video, in the shape of the picture. */
const drivenFilm = async (image: string, driving: string, world: World): Promise<Wanted> => {
  const picture = await pictureFromAddress(image, world)
  const video = await videoFromAddress(driving, world)
  const size = picture.size ?? video.facts
  const shown = { seconds: video.facts.seconds, width: size.width, height: size.height }
  return { ...filmOf(picture.source, shown), notes: [...picture.notes, ...video.notes] }
}

const filmOf = (
  source: Film["source"],
  facts: { readonly seconds: number; readonly width: number; readonly height: number },
): Pick<Wanted, "film" | "seconds"> => {
  const seconds = Math.min(facts.seconds, LONGEST_SECONDS)
  return {
    film: {
      source,
      width: drawable(facts.width),
      height: drawable(facts.height),
      frames: Math.max(1, Math.round(seconds * FPS)),
      fps: FPS,
    },
    seconds: facts.seconds,
  }
}

const drawable = (side: number): number => Math.min(8192, Math.max(16, Math.round(side)))

const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const segmenter = new Intl.Segmenter()

/** Counts characters as people do: an emoji of several code points is one. */
const isLonger = (text: string, most: number): boolean => {
  let count = 0
  for (const _ of segmenter.segment(text)) {
    count += 1
    if (count > most) return true
  }
  return false
}

/**
 * Which length and which resolution each model of image to video allows, and what each leaves without
 * effect, as data. Owns the document's matrix; what is made of it is `img2VideoRules.ts`.
 */

export interface Variant {
  readonly name: string
  readonly family: "q3" | "q2" | "q1" | "2.0" | "1.5"
  /** Seconds. */
  readonly duration: { readonly default: number; readonly allowed: ReadonlyArray<number> }
  /** What a length allows; the first is the default. */
  readonly resolutions: (seconds: number) => readonly [string, ...ReadonlyArray<string>]
  /** Sound without being asked for it. */
  readonly audioByDefault: boolean
  /** Not in the newest state of the document any more. */
  readonly retired?: true
}

const upTo = (seconds: number): ReadonlyArray<number> =>
  Array.from({ length: seconds }, (_, index) => index + 1)

const q3 = {
  family: "q3",
  audioByDefault: true,
  duration: { default: 5, allowed: upTo(16) },
} as const
const q2 = {
  family: "q2",
  audioByDefault: false,
  duration: { default: 5, allowed: upTo(10) },
} as const
const q1 = { family: "q1", audioByDefault: false, duration: { default: 5, allowed: [5] } } as const
const early = { audioByDefault: false, duration: { default: 4, allowed: [4, 8] } } as const

const all = () => ["720p", "540p", "1080p"] as const
const high = () => ["720p", "1080p"] as const
const full = () => ["1080p"] as const
const byLength = (seconds: number) =>
  seconds === 8 ? (["720p"] as const) : (["360p", "720p", "1080p"] as const)

/**
 * In the document's order. Older states of it give viduq2-pro and viduq2-turbo no 540p and at most 8 s;
 * the newest one stands here. vidu1.5 is in an older state only.
 *
 * @see https://platform.vidu.cn/docs/image-to-video (read 2026-11-20)
 */
export const variants: ReadonlyArray<Variant> = [
  { name: "viduq3-turbo", ...q3, resolutions: all },
  { name: "viduq3-pro", ...q3, resolutions: all },
  { name: "viduq3-pro-fast", ...q3, resolutions: high },
  { name: "viduq2-pro-fast", ...q2, resolutions: high },
  { name: "viduq2-pro", ...q2, resolutions: all },
  { name: "viduq2-turbo", ...q2, resolutions: all },
  { name: "viduq1", ...q1, resolutions: full },
  { name: "viduq1-classic", ...q1, resolutions: full },
  { name: "vidu2.0", family: "2.0", ...early, resolutions: byLength },
  { name: "vidu1.5", family: "1.5", ...early, resolutions: byLength, retired: true },
]

export const variantOf = (name: string): Variant | undefined =>
  variants.find((variant) => variant.name === name)

/** Models that Vidu has for other jobs; the document of this one does not name them. */
export const elsewhere: Readonly<Record<string, string>> = {
  viduq2: "text to video and reference to video",
  viduq3: "reference to video",
  "viduq3-mix": "reference to video",
  "viduq3-drama": "reference to video",
  "viduq3-ad": "reference to video",
}

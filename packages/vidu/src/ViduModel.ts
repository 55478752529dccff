/** What a model of this provider is beyond the core's `Model`: how it goes over the wire. */
import type { Limits, Model, Timing } from "@zoetrope/core/Model"
import type { SubmitBody } from "./Schema.ts"

/** What every input may hold, and the handle or the search for a lost task must know. */
export interface CommonInput {
  readonly payload?: string
  readonly off_peak?: boolean
  readonly watermark?: boolean
}

export interface Listed {
  readonly model: string
  readonly prompt: string | undefined
}

export interface ViduModel<in out Input extends CommonInput = never> extends Model<Input> {
  /** Of the submit, below `/ent/v2`. */
  readonly path: `/${string}`
  /** The submit's body for an input that was checked. */
  readonly body: (input: Input) => SubmitBody
  /** What a row of the task list shows of an input; `undefined` where it may show something else. */
  readonly listed: (input: Input) => Listed
}

// oxlint-disable-next-line typescript/no-explicit-any -- the input type is invariant, and only `any` stands for all of them
export type AnyViduModel = ViduModel<any>

/**
 * Five tasks of an organisation run at once by default, whatever their model; more are accepted and wait
 * in its queue. No number is published for calls per second: five leave each of five tasks one poll per
 * second, and no relay is known to allow fewer.
 *
 * @see https://platform.vidu.com/docs/usage-and-limits (read 2026-11-20)
 */
export const defaultLimits: Limits = { inFlight: 5, callsPerSecond: 5 }

/** All models share the limits of the organisation. */
export const limitGroup = "organisation"

/**
 * Seconds. `link` is the document's; `poll` is what public clients do (3 to 20 s), `usual` an estimate
 * that only paces polls and progress, `longest` twice what the most patient of them allow for one task
 * without a queue. How long a task is remembered is not published; a day is the life of its links.
 */
export const timing: Timing = {
  usual: 120,
  longest: 3600,
  poll: { floor: 5, ceiling: 10 },
  retention: 86_400,
  link: 86_400,
}

/**
 * An off-peak task is done within this time or cancelled by Vidu.
 *
 * @see https://platform.vidu.cn/docs/image-to-video (read 2026-11-20)
 */
export const offPeakSeconds = 48 * 3600

/** The discounted queue: up to 48 hours, so there is no hurry in asking. */
export const offPeakTiming: Timing = {
  usual: 3600,
  longest: offPeakSeconds,
  poll: { floor: 60, ceiling: 300 },
  retention: offPeakSeconds,
  link: 86_400,
}

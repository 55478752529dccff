/** What a model of this provider is beyond the core's `Model`: how it goes over the wire. */
import type { Limits, Model, Timing } from "@zoetrope/core/Model"
import type { AigcMeta } from "./AigcMeta.ts"
import type { Product } from "./Codes.ts"
import type { SubmitBody } from "./Schema.ts"

/** The pair of actions: one to submit, one to ask for the result. */
export type Actions =
  | { readonly submit: "CVSync2AsyncSubmitTask"; readonly result: "CVSync2AsyncGetResult" }
  | { readonly submit: "CVSubmitTask"; readonly result: "CVGetResult" }

export const jimengActions: Actions = {
  submit: "CVSync2AsyncSubmitTask",
  result: "CVSync2AsyncGetResult",
}
export const realmanActions: Actions = { submit: "CVSubmitTask", result: "CVGetResult" }

export interface WithLabel {
  readonly aigc_meta?: AigcMeta
}

/** `alias` is the document's req_key, by which the vendor's limits count: it is the limit group too. */
export interface VolcModel<in out Input = never> extends Model<Input> {
  readonly actions: Actions
  /** Whose document speaks about codes. */
  readonly product: Product
  /** The submit's body for an input that was checked. */
  readonly body: (input: Input) => SubmitBody
}

// oxlint-disable-next-line typescript/no-explicit-any -- the input type is invariant, and only `any` stands for all of them
export type AnyVolcModel = VolcModel<any>

/**
 * No default is published for calls per second, and free and paid accounts begin with one task at a
 * time (for some paid products two). These let every account through; who bought more raises them by
 * an option of the provider.
 *
 * @see https://www.volcengine.com/docs/85621/1544714 (read 2026-11-20)
 */
export const defaultLimits: Limits = { inFlight: 1, callsPerSecond: 2 }

/**
 * Seconds. `retention` and `link` are the documents' (12 h; 1 h); where a document gives no life of the
 * link, the hour of its siblings is taken, since a link fetched too early is no loss. The pauses are the
 * lip-sync document's advice. `usual` is an estimate that only paces polls and progress; `longest` is
 * several times the longest run that a document shows (447 s).
 */
export const timing = (usual: number): Timing => ({
  usual,
  longest: 1800,
  poll: { floor: 2, ceiling: 5 },
  retention: 12 * 3600,
  link: 3600,
})

/** What to use instead of the vendor's own wire names, for every model. */
export const wireHints = {
  req_key: "is set from the model; leave it out",
  req_json: "is made from aigc_meta, where the model has it; leave it out",
  Action: "is set from the model; leave it out",
  Version: "is set from the model; leave it out",
} as const

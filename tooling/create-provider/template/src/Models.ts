/** What can be asked for: each model with its input, limits, times and documents. */
import type { AnyModel, Model } from "@zoetrope/core/Model"
import { Schema } from "effect"

/**
 * What the model takes, by the document's own names.
 *
 * UNFINISHED: its fields, each with its texts, unit, default, examples, and its limits as checks. Texts
 * in Chinese (`x-title-zh`, `x-description-zh`) are welcome. A picture, a video or a voice is a
 * `Media.field`, and what is inside a picture is looked at in `rules`, by `Picture.look` (both of the core).
 */
export const VideoInput = Schema.Struct({
  prompt: Schema.String.annotate({
    title: "Prompt",
    description: "",
    examples: [],
  }).check(Schema.isNonEmpty({ message: "is empty", expected: "a text" })),
})
export type VideoInput = typeof VideoInput.Type

/**
 * What it makes, as the document says it.
 *
 * UNFINISHED: one for each model, with nothing empty and nothing 0. Times are in seconds.
 */
export const model1: Model<VideoInput> = {
  id: "placeholder-name/model-1",
  // The vendor's own name for it.
  alias: "model-1",
  title: { en: "", zh: "" },
  summary: { en: "", zh: "" },
  kind: "text-or-image-to-video",
  input: VideoInput,
  examples: [],
  // What a schema cannot say: fields that exclude each other, what is inside a picture.
  rules: () => ({ issues: [], warnings: [] }),
  // What the vendor's limits count; models of one group share them.
  limitGroup: "account",
  limits: { inFlight: 0, callsPerSecond: 0 },
  timing: {
    // What a task usually takes, and the longest that is known.
    usual: 0,
    longest: 0,
    // The document's advice on the pause between polls.
    poll: { floor: 0, ceiling: 0 },
    // How long a task can be asked for, and how long a link to its video lives.
    retention: 0,
    link: 0,
  },
  // `updated` is the page's own date of last change, `YYYY-MM-DD`.
  documents: [{ title: "", url: "", updated: "" }],
}

/** In the order of the README. */
export const all: ReadonlyArray<AnyModel> = [model1]

/** What can be asked for: each model with its input, limits, times and documents. */
import type { AnyModel, Model } from "@zoetrope/core/Model"
import { Schema } from "effect"

/** What `acme/film-1` takes, by the names of the document. */
export const FilmInput = Schema.Struct({
  prompt: Schema.String.annotate({
    title: "Prompt",
    "x-title-zh": "提示词",
    description: "What the film shows, in 1 to 200 characters.",
    "x-description-zh": "视频内容，1 到 200 个字符",
    examples: ["A red kite over a quiet harbour"],
  }).check(
    Schema.isMinCodePoints(1, { message: "is empty", expected: "1 to 200 characters" }),
    Schema.isMaxCodePoints(200, { message: "is too long", expected: "1 to 200 characters" }),
  ),
  seconds: Schema.optionalKey(
    Schema.Literals([4, 8]).annotate({
      title: "Length",
      "x-title-zh": "时长",
      description: "Length of the film in seconds.",
      "x-description-zh": "视频时长（秒）",
      "x-unit": "s",
      default: 4,
      examples: [4],
    }),
  ),
})
export type FilmInput = typeof FilmInput.Type

/** A text, to a film of 4 or 8 seconds. */
export const film1: Model<FilmInput> = {
  id: "acme/film-1",
  alias: "film-1",
  title: { en: "Film 1", zh: "Film 1" },
  summary: { en: "A short film from a text.", zh: "文生短片" },
  kind: "text-or-image-to-video",
  input: FilmInput,
  examples: [{ prompt: "A red kite over a quiet harbour", seconds: 4 }],
  rules: () => ({ issues: [], warnings: [] }),
  limitGroup: "account",
  limits: { inFlight: 2, callsPerSecond: 5 },
  // "Usually half a minute, never more than ten." `poll` is the document's advice.
  timing: {
    usual: 30,
    longest: 600,
    poll: { floor: 2, ceiling: 10 },
    retention: 24 * 3600,
    link: 3600,
  },
  documents: [{ title: "Films", url: "https://acme.example/docs/films", updated: "2026-11-02" }],
}

/** In the order of the README. */
export const all: ReadonlyArray<AnyModel> = [film1]

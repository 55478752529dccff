/** What the demo asks of a model: its own example, with the media that the simulator serves. */
import { type AnyModel, type Field, fields } from "@zoetrope/core/Model"

export interface Media {
  /** The picture itself, for models that take bytes. */
  readonly picture: Uint8Array
  /** Addresses of the picture, a video and a voice. */
  readonly urls: Readonly<Record<"image" | "video" | "audio", string>>
}

export const inputFor = (
  model: AnyModel,
  media: Media,
  replaced: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const all = fields(model)
  const ofMedia = all.filter((field) => field.media !== undefined)
  const examples = model.examples as ReadonlyArray<Readonly<Record<string, unknown>>>
  const example =
    examples.find((one) => ofMedia.some((field) => field.name in one)) ?? examples[0] ?? {}
  return {
    ...example,
    ...Object.fromEntries(
      ofMedia
        .filter((field) => field.name in example)
        .map((field) => [field.name, mediumFor(field, media)]),
    ),
    ...replaced,
  }
}

const mediumFor = (field: Field, media: Media): string | Uint8Array => {
  const { forms, kind } = field.media!
  return kind === "image" && forms.includes("bytes") ? media.picture : media.urls[kind]
}

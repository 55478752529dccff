/**
 * Pictures, videos and sounds as inputs. A media field says by annotation what it is and in which
 * forms the model takes it, so that a command line, a form and a check all learn it from one place.
 */
import { Schema, SchemaTransformation } from "effect"
import { Base64 } from "effect/encoding"

/** What a media field takes. */
export interface MediaRule {
  readonly kind: "image" | "video" | "audio"
  /** `url`: an address the provider can reach; `bytes`: the file itself, also as a data URI. */
  readonly forms: ReadonlyArray<"url" | "bytes">
  /** Largest file in bytes, where bytes are taken. */
  readonly maxBytes?: number
}

declare module "effect/Schema" {
  namespace Annotations {
    // oxlint-disable-next-line eslint/no-shadow -- declaration merging needs both names
    interface Annotations {
      readonly "x-title-zh"?: string | undefined
      readonly "x-description-zh"?: string | undefined
      readonly "x-unit"?: string | undefined
      readonly "x-media"?: MediaRule | undefined
    }
  }
}

/** An `http(s)` address, a `data:` URI, or the file's bytes. */
export type Media = string | Uint8Array

export interface MediaTexts {
  readonly title: string
  readonly description: string
  readonly "x-title-zh": string
  readonly "x-description-zh": string
  readonly examples?: ReadonlyArray<string>
}

/** Whether a text is an address that a provider could fetch. */
export const isAddress = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && (url.protocol === "http:" || url.protocol === "https:")
}

const fromText = SchemaTransformation.transform({
  decode: (text: string): Media => text,
  encode: (media) =>
    typeof media === "string"
      ? media
      : `data:application/octet-stream;base64,${Base64.encode(media)}`,
})

/** A field that takes media by address, as a data URI or as bytes. In JSON it is a string. */
export const field = (rule: MediaRule, texts: MediaTexts) => {
  const annotations = { ...texts, "x-media": rule }
  return Schema.declare(
    (value): value is Media =>
      value instanceof Uint8Array ||
      (typeof value === "string" && (value.startsWith("data:") || isAddress(value))),
    {
      title: texts.title,
      description: texts.description,
      "x-title-zh": texts["x-title-zh"],
      "x-description-zh": texts["x-description-zh"],
      "x-media": rule,
      expected: "an http(s) address, a data: URI, or bytes",
      toCodecJson: () => Schema.link<Media>()(Schema.String.annotate(annotations), fromText),
    },
  )
}

/** A field that takes media by public address only. */
export const addressField = (kind: MediaRule["kind"], texts: MediaTexts) =>
  Schema.String.annotate({ ...texts, "x-media": { kind, forms: ["url"] } }).check(
    Schema.makeFilter((text) => (isAddress(text) ? undefined : "must be an http(s) address"), {
      expected: "an http(s) address",
    }),
  )

/** The bytes of a `data:` URI with base64 content; `undefined` where it is none or is broken. */
export const bytesOfDataUri = (uri: string): Uint8Array | undefined => {
  const match = /^data:[^,]*;base64,/i.exec(uri)
  if (match === null) return undefined
  const decoded = Base64.decode(uri.slice(match[0].length))
  return decoded._tag === "Success" ? decoded.success : undefined
}

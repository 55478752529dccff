/**
 * The label that Chinese law asks of generated content (AIGC implicit label), as an input field of
 * the models that take it. The service takes it with the query for the result, not with the submit.
 */
import { Schema } from "effect"

/** Longest value of each field, in characters. */
export const maxLength = 256

const id = (texts: {
  readonly title: string
  readonly "x-title-zh": string
  readonly description: string
  readonly "x-description-zh": string
}) =>
  Schema.String.annotate(texts).check(
    Schema.isNonEmpty({ message: "is empty; leave the field out instead" }),
    Schema.isMaxLength(maxLength, {
      message: `is longer than ${maxLength} characters`,
      expected: `at most ${maxLength} characters`,
    }),
  )

/** The label. Each text has at most `maxLength` characters. */
export const AigcMeta = Schema.Struct({
  content_producer: Schema.optionalKey(
    id({
      title: "Content producer",
      "x-title-zh": "内容生成服务 ID",
      description: "Id of the service that makes the content. At most 256 characters.",
      "x-description-zh": "内容生成服务 ID，不超过 256 字符",
    }),
  ),
  producer_id: id({
    title: "Id at the producer",
    "x-title-zh": "内容制作编号",
    description: "The producer's unique id of this video. At most 256 characters.",
    "x-description-zh": "内容生成服务商给此视频数据的唯一 ID，不超过 256 字符",
  }),
  content_propagator: id({
    title: "Content propagator",
    "x-title-zh": "内容传播服务商 ID",
    description:
      "Id of the service that spreads the content. At most 256 characters. Required in the video documents (optional in the image documents).",
    "x-description-zh": "内容传播服务商 ID，不超过 256 字符",
  }),
  propagate_id: Schema.optionalKey(
    id({
      title: "Id at the propagator",
      "x-title-zh": "内容传播编号",
      description: "The propagator's unique id of this video. At most 256 characters.",
      "x-description-zh": "传播服务商给此视频数据的唯一 ID，不超过 256 字符",
    }),
  ),
})
export type AigcMeta = typeof AigcMeta.Type

/** The input field of the models that take it. */
export const field = Schema.optionalKey(
  AigcMeta.annotate({
    title: "AIGC label",
    "x-title-zh": "AIGC 隐式标识",
    description:
      "Implicit label of generated content. Sent with every query for the result; the result says whether the video was tagged.",
    "x-description-zh": "AIGC 隐式标识元数据，查询结果时传入；结果中返回是否打标成功",
  }),
)

/** As the query for the result wants it: a JSON text. */
export const toReqJson = (meta: AigcMeta): string => JSON.stringify({ aigc_meta: meta })

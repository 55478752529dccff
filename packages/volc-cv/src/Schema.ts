/**
 * What goes over the wire, and nothing else. Requests are strict: exactly the document's fields.
 * Answers are tolerant: only the fields that are used are named, and one of an unexpected type counts
 * as absent, since no oddity in an answer may hide a task id or a link.
 *
 * @see https://www.volcengine.com/docs/85621/1777001 (updated 2025-09-01)
 * @see https://www.volcengine.com/docs/6444/69728 (read 2026-11-20)
 */
import * as WireJson from "@zoetrope/core/WireJson"
import { TextOrNumber, tolerant } from "@zoetrope/core/WireJson"
import { Schema } from "effect"

export type SubmitBody =
  | {
      readonly req_key: "jimeng_ti2v_v30_pro"
      readonly prompt?: string
      readonly binary_data_base64?: ReadonlyArray<string>
      readonly image_urls?: ReadonlyArray<string>
      readonly seed?: number
      readonly frames?: 121 | 241
      readonly aspect_ratio?: string
    }
  | {
      readonly req_key: "jimeng_dream_actor_m1_gen_video_cv"
      readonly image_url: string
      readonly video_url: string
    }
  | {
      readonly req_key: "realman_avatar_imitator_v2v_gen_video"
      readonly image_url: string
      readonly driving_video_info: { readonly store_type: 0; readonly video_url: string }
    }
  | {
      readonly req_key: "realman_change_lips"
      readonly url: string
      readonly pure_audio_url: string
      readonly separate_vocal?: boolean
      readonly align_audio?: boolean
      readonly align_audio_reverse?: boolean
      readonly templ_start_seconds?: number
    }
  | {
      readonly req_key: "realman_change_lips_basic_chimera"
      readonly url: string
      readonly pure_audio_url: string
      readonly separate_vocal?: boolean
      readonly open_scenedet?: boolean
    }

export interface ResultBody {
  readonly req_key: string
  readonly task_id: string
  /** JSON as a text: `{"aigc_meta":{…}}`. */
  readonly req_json?: string
}

/** Zero is how an answer without a task fills the field, where a language knows no "absent". */
const TaskId = TextOrNumber.check(Schema.isPattern(/[^0]/))

/** What an answer holds when all is well: of a submit the id, of a query the state and the link. */
export const Data = Schema.Struct({
  task_id: tolerant(TaskId),
  status: tolerant(Schema.String),
  video_url: tolerant(Schema.NonEmptyString),
  url: tolerant(Schema.NonEmptyString),
  aigc_meta_tagged: tolerant(Schema.Boolean),
  resp_data: tolerant(Schema.String),
})
export type Data = typeof Data.Type

/** An answer in any of its forms: the service's own, or the gateway's with `ResponseMetadata`. */
export const Envelope = Schema.Struct({
  ResponseMetadata: tolerant(
    Schema.Struct({
      RequestId: tolerant(Schema.NonEmptyString),
      Error: tolerant(
        Schema.Struct({
          Code: tolerant(TextOrNumber),
          CodeN: tolerant(Schema.Finite),
          Message: tolerant(Schema.String),
        }),
      ),
    }),
  ),
  code: tolerant(TextOrNumber),
  message: tolerant(Schema.String),
  request_id: tolerant(TextOrNumber),
  data: tolerant(Schema.NullOr(Data)),
  time_elapsed: tolerant(TextOrNumber),
})
export type Envelope = typeof Envelope.Type

const VideoMeta = Schema.Struct({
  Height: tolerant(Schema.Finite),
  Width: tolerant(Schema.Finite),
  Duration: tolerant(Schema.Finite),
  Md5: tolerant(Schema.String.check(Schema.isPattern(/^[0-9a-f]{32}$/i))),
  Size: tolerant(Schema.Finite),
  Codec: tolerant(Schema.NonEmptyString),
})

/** The JSON inside `data.resp_data`; its shape differs by product and may be absent altogether. */
export const RespData = Schema.Struct({
  progress: tolerant(Schema.Finite),
  code: tolerant(TextOrNumber),
  message: tolerant(Schema.String),
  msg: tolerant(Schema.String),
  url: tolerant(Schema.NonEmptyString),
  vid: tolerant(Schema.Array(Schema.String)),
  video_meta: tolerant(Schema.Array(VideoMeta)),
})
export type RespData = typeof RespData.Type

/** The envelope in an answer's body; `undefined` where it is no JSON object at all. */
export const readEnvelope = (body: string): Envelope | undefined =>
  decodeEnvelope(WireJson.parseObject(body))

/** The inner JSON of `resp_data`; `undefined` where it is none. */
export const readRespData = (text: string | undefined): RespData | undefined =>
  text === undefined ? undefined : decodeRespData(WireJson.parseObject(text))

const decodeEnvelope = WireJson.reader(Envelope)
const decodeRespData = WireJson.reader(RespData)

/**
 * `/v1/videos`, for clients that exist: the wire contract that OpenAI had until 2026-09-24 and that
 * gateways and their clients speak since. Owns its words; a server answers them with its generations.
 * Errors are `{error: {message, type, param, code}}` here, with the codes of `Problem`.
 */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import * as Access from "./Access.ts"
import { withErrors, withInteger, withParts } from "./document.ts"
import { idempotencyKey, LargeBody, limits, readingFiles, SchemaErrors, wants } from "./Endpoint.ts"
import * as Problem from "./Problem.ts"

/** Videos of one page. */
export const pageSize = { usual: 20, most: 100 } as const

const Seconds = Schema.Int.annotate({ description: "Seconds since 1970" })

/** One video, in the words of that contract; `error.code` tells more than `status` does. */
export const Video = Schema.Struct({
  id: Schema.String,
  object: Schema.Literal("video"),
  created_at: Seconds,
  completed_at: Schema.NullOr(Seconds),
  expires_at: Schema.NullOr(Seconds).annotate({
    description: "Always null: what is kept stays until it is deleted",
  }),
  status: Schema.Literals(["queued", "in_progress", "completed", "failed"]).annotate({
    description:
      "`in_progress` is also one whose submit brought no answer: it may be paid, and a client that takes it for failed would pay again. `failed` is also one that was cancelled or has expired; `error.code` tells",
  }),
  progress: Schema.Int.annotate({ description: "0 to 100, as far as the provider tells" }),
  model: Schema.String,
  prompt: Schema.NullOr(Schema.String),
  seconds: Schema.String.annotate({
    description: "As it was asked for, else as the file is; empty while nobody knows",
  }),
  size: Schema.String.annotate({
    description: "As the file is, until then as it was asked for; empty while nobody knows",
  }),
  remixed_from_video_id: Schema.Null,
  error: Schema.NullOr(Schema.Struct({ code: Schema.String, message: Schema.String })),
  warnings: Schema.optionalKey(
    Schema.Array(Schema.String).annotate({
      description: "Of a create: what is worth a word about the request, and did not stop it",
    }),
  ),
}).annotate({ identifier: "Video" })
export type Video = typeof Video.Type

/** At most `pageSize.most`, newest first. */
export const Page = Schema.Struct({
  object: Schema.Literal("list"),
  data: Schema.Array(Video),
  first_id: Schema.NullOr(Schema.String),
  last_id: Schema.NullOr(Schema.String),
  has_more: Schema.Boolean,
}).annotate({ identifier: "VideoPage" })
export type Page = typeof Page.Type

/** That it was forgotten, with its file. */
export const Deleted = Schema.Struct({
  id: Schema.String,
  object: Schema.Literal("video.deleted"),
  deleted: Schema.Literal(true),
}).annotate({ identifier: "VideoDeleted" })

/** What every error of these routes is. */
export const VideoError = Schema.Struct({
  error: Schema.Struct({
    message: Schema.String,
    type: Schema.Literals([
      "invalid_request_error",
      "authentication_error",
      "permission_error",
      "rate_limit_error",
      "server_error",
    ]),
    param: Schema.NullOr(Schema.String).annotate({ description: "The field that is wrong" }),
    code: Schema.String.annotate({ description: "As in the table of error codes" }),
  }),
}).annotate({ identifier: "VideoError" })
export type VideoError = typeof VideoError.Type

const perhaps = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** What a create asks for; any other name is a field of the model's own. */
export const Create = Schema.StructWithRest(
  Schema.Struct({
    model: perhaps(
      Schema.String.annotate({
        description: "Its id, or the vendor's own name for it",
        examples: ["volc-cv/jimeng-video-3.0-pro"],
      }),
    ),
    prompt: perhaps(Schema.String),
    seconds: perhaps(
      Schema.Union([Schema.String, Schema.Finite]).annotate({
        description: "Length of the video. Default: the model's",
      }),
    ),
    size: perhaps(
      Schema.String.annotate({
        description: "`1280x720`, or as the vendor says it. Default: the model's",
      }),
    ),
    input_reference: perhaps(
      Schema.Union([
        Schema.String,
        Schema.Struct({
          image_url: perhaps(Schema.String),
          file_id: perhaps(Schema.String),
        }),
      ]).annotate({
        description: "The picture: an address, a `data:` URI, or either as `image_url`",
      }),
    ),
  }),
  [Schema.Record(Schema.String, Schema.Unknown)],
).annotate({ identifier: "VideoCreate" })
export type Create = typeof Create.Type

const Form = Schema.Record(
  Schema.String,
  Schema.String.annotate({
    description:
      "The same fields as parts, `input_reference` as a file. Members of objects are `name[member]`, those of arrays `name[]`",
  }),
).pipe(
  HttpApiSchema.asMultipartStream({
    maxParts: 64,
    maxFieldSize: limits.create,
    maxFileSize: limits.file,
    maxTotalSize: limits.create,
  }),
)

const says = (
  summary: string,
  {
    description,
    transform = (operation) => operation,
  }: {
    readonly description?: string
    readonly transform?: ReturnType<typeof withErrors>
  } = {},
) =>
  OpenApi.annotations({
    summary,
    ...(description === undefined ? {} : { description }),
    transform: (operation) => withErrors("VideoError")(transform(operation)),
  })

const one = { params: { id: Schema.String } }

/** `/v1/videos`: create, look at, list, read and delete, in the words of clients that exist. */
export class Videos extends HttpApiGroup.make("videos")
  .add(
    HttpApiEndpoint.post("create", "/videos", {
      headers: {
        "idempotency-key": Schema.optionalKey(idempotencyKey),
        "x-stainless-retry-count": Schema.optionalKey(
          Schema.String.annotate({
            description:
              "How often the client has sent this very request before; stock clients say so. Above 0, a video that was accepted for the same request within the last half hour is answered again, and nothing new is paid. At 0 it is a new one, however alike",
          }),
        ),
      },
      payload: [Create, Form],
      success: Video,
      error: [
        Problem.InvalidInput,
        Problem.UnknownModel,
        Problem.KeyReused,
        Problem.UnsupportedMediaType,
      ],
    })
      .middleware(LargeBody)
      .annotateMerge(wants("create"))
      .annotateMerge(
        says("Ask for a video", {
          description:
            "`seconds`, `size` and `input_reference` are translated into the model's own fields; what it cannot do is refused, before anything is paid. `openai-poll-after-ms` of the answer tells when to look again.",
        }),
      ),
    HttpApiEndpoint.get("list", "/videos", {
      query: {
        after: Schema.optionalKey(
          Schema.String.annotate({ description: "`last_id` of the page before" }),
        ),
        limit: Schema.optionalKey(
          Schema.Number.check(
            Schema.isInt(),
            Schema.isBetween({ minimum: 1, maximum: pageSize.most }),
          ),
        ),
        order: Schema.optionalKey(Schema.Literals(["asc", "desc"])),
      },
      success: Page,
    })
      .annotateMerge(wants("read"))
      .annotateMerge(
        says("List videos, the newest first", {
          transform: withInteger("limit", {
            minimum: 1,
            maximum: pageSize.most,
            default: pageSize.usual,
          }),
        }),
      ),
    HttpApiEndpoint.get("retrieve", "/videos/:id", {
      ...one,
      success: Video,
      error: Problem.UnknownGeneration,
    })
      .annotateMerge(wants("read"))
      .annotateMerge(says("Look at one")),
    HttpApiEndpoint.delete("remove", "/videos/:id", {
      ...one,
      success: Deleted,
      error: [Problem.UnknownGeneration, Problem.NotNow],
    })
      .annotateMerge(wants("create"))
      .annotateMerge(says("Delete one that has ended, with its files")),
    HttpApiEndpoint.get("content", "/videos/:id/content", {
      ...one,
      ...readingFiles,
      query: {
        variant: Schema.optionalKey(Schema.Literals(["video", "thumbnail", "spritesheet"])),
      },
      error: [Problem.UnknownGeneration, Problem.NotKept, Problem.NotOffered, Problem.NoSuchRange],
    })
      .annotateMerge(wants("read"))
      .annotateMerge(
        says("Read the video or its thumbnail, whole or by `Range`", { transform: withParts }),
      ),
  )
  .prefix("/v1")
  .middleware(Access.Authorization)
  .middleware(SchemaErrors)
  .annotateMerge(
    OpenApi.annotations({ description: "Videos, for clients of `/v1/videos` that exist" }),
  ) {}

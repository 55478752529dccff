/**
 * What a server refuses, and in which words: RFC 9457 problem details, one class for each code. Owns the
 * table of codes. The `type` of a problem leads into the server's own page about them.
 */
import { Schema } from "effect"
import { HttpApiError } from "effect/http-api"
import { InputIssue } from "@zoetrope/core/Reason"

/** The page that explains the codes, on the same server. */
export const errorsPage = "/docs/errors"

interface Code {
  readonly status: number
  readonly title: string
  /** What it means, and what to do. */
  readonly meaning: string
}

/** Every code, in the order of its status. */
export const codes = {
  "invalid-request": {
    status: 400,
    title: "The request cannot be read",
    meaning:
      "A field is missing, unknown or of the wrong kind; `errors` names each one. Nothing was recorded and nothing was paid.",
  },
  "invalid-input": {
    status: 400,
    title: "The model does not take this input",
    meaning:
      "The input was checked against the model's documented limits; `errors` names each field, what was given and what is allowed. Nothing was recorded and nothing was paid.",
  },
  "unknown-model": {
    status: 400,
    title: "No account has this model",
    meaning:
      "Ask `GET /api/v1/models` for those there are. Nothing was recorded and nothing was paid.",
  },
  "foreign-handle": {
    status: 400,
    title: "The handle belongs to another account",
    meaning:
      "The task was made with another key or for another model. Use the handle of a task of the account that the generation was asked of.",
  },
  unauthorized: {
    status: 401,
    title: "A key is needed",
    meaning: "Send `Authorization: Bearer <key>` with a key of this server.",
  },
  "not-allowed": {
    status: 403,
    title: "The key may not do this",
    meaning: "Keys may read, create or administer; ask for one that may do more.",
  },
  "foreign-page": {
    status: 403,
    title: "Only programs and pages of this machine are served",
    meaning:
      "A server without keys answers requests that name it as localhost, and none that a page of another origin has sent: such a page could spend money. Use http://localhost or http://127.0.0.1, or make keys.",
  },
  "unknown-route": {
    status: 404,
    title: "There is no such route",
    meaning: "Routes and methods are listed at `/docs` and in `/openapi.json`.",
  },
  "unknown-generation": {
    status: 404,
    title: "There is no such generation",
    meaning: "It was deleted, never existed, or belongs to another key.",
  },
  "no-such-model": {
    status: 404,
    title: "There is no such model",
    meaning: "Ask `GET /api/v1/models` for those there are.",
  },
  "not-kept": {
    status: 404,
    title: "The file is not there",
    meaning:
      "The generation has no such file, or not yet: look at its `state`. A video can be read once it is `done`.",
  },
  "not-offered": {
    status: 404,
    title: "No model here can do this",
    meaning:
      "A route or a variant that clients of `/v1/videos` know, and for which there is no model: remixes, edits, extensions, characters, sprite sheets.",
  },
  "not-now": {
    status: 409,
    title: "The generation is not in a state for this",
    meaning: "`detail` says how it stands. What has not ended cannot be deleted.",
  },
  "too-large": {
    status: 413,
    title: "The body is too large",
    meaning: "Files may have 32 MiB, and a request with all of its files 48 MiB.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "The body is of a kind that is not read",
    meaning: "Send `application/json`, or `multipart/form-data` where files come along.",
  },
  "no-such-range": {
    status: 416,
    title: "The file has no such bytes",
    meaning: "`Content-Range` of the answer tells its size.",
  },
  "key-reused": {
    status: 422,
    title: "The idempotency key belongs to another request",
    meaning:
      "Use a new key for a new video, and the same key only to repeat the same request. Nothing was recorded and nothing was paid.",
  },
  "too-many-requests": {
    status: 429,
    title: "Too many requests with this key",
    meaning: "Wait as long as `Retry-After` says. Nothing was recorded and nothing was paid.",
  },
  "too-many-listeners": {
    status: 429,
    title: "Too many event streams are open",
    meaning: "Close some, or listen to all generations with one stream.",
  },
  internal: {
    status: 500,
    title: "The server failed",
    meaning:
      "This is a defect; the server's log has more under the request id. After a create, ask again with the same `Idempotency-Key`: what was accepted is not accepted twice.",
  },
  unavailable: {
    status: 503,
    title: "The server cannot do this at the moment",
    meaning:
      "It is stopping, busy with large bodies, or its disk cannot be written. After a create, ask again with the same `Idempotency-Key`: what was accepted is not accepted twice.",
  },
} as const satisfies Record<string, Code>

export type ErrorCode = keyof typeof codes

/** One thing wrong with a request. */
export const Issue = Schema.Struct({
  /** Where it was found. */
  in: Schema.Literals(["body", "query", "path", "header"]),
  ...InputIssue.fields,
}).annotate({ identifier: "Issue" })
export type Issue = typeof Issue.Type

/** What the provider said, in its own words. */
export const ProviderWords = Schema.Struct({
  provider: Schema.String,
  code: Schema.optionalKey(Schema.String),
  /** The provider's own id of the call; its support asks for it. */
  requestId: Schema.optionalKey(Schema.String),
  message: Schema.optionalKey(Schema.String),
}).annotate({ identifier: "ProviderWords" })

const problem =
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a class that names itself
  <Self>() =>
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
    <const Name extends ErrorCode>(code: Name) =>
      HttpApiError.Problem<Self>()(
        code,
        {
          type: `${errorsPage}#${code}` as const,
          status: codes[code].status,
          title: codes[code].title,
        },
        {
          code: Schema.tag(code),
          errors: Schema.optionalKey(Schema.Array(Issue)),
          provider: Schema.optionalKey(ProviderWords),
          generation: Schema.optionalKey(
            Schema.String.annotate({ description: "Id of the generation that is in the way" }),
          ),
        },
        { identifier: nameOf(code) },
      )

const nameOf = (code: string): string =>
  `${code.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase())}Problem`

/** 400: a field is missing, unknown or of the wrong kind; `errors` names each. */
export class InvalidRequest extends problem<InvalidRequest>()("invalid-request") {}
/** 400: the model's documented limits rule the input out; `errors` names each field. */
export class InvalidInput extends problem<InvalidInput>()("invalid-input") {}
/** 400: no account of the server has the model that was asked for. */
export class UnknownModel extends problem<UnknownModel>()("unknown-model") {}
/** 400: the handle is of a task that another key or another model made. */
export class ForeignHandle extends problem<ForeignHandle>()("foreign-handle") {}
/** 401: the key is missing, or none of this server. */
export class Unauthorized extends problem<Unauthorized>()("unauthorized") {}
/** 403: the scope of the key does not cover the route. */
export class NotAllowed extends problem<NotAllowed>()("not-allowed") {}
/** 403: from a server without keys, to a page of another origin or under another host name. */
export class ForeignPage extends problem<ForeignPage>()("foreign-page") {}
/** 404: no such path, or not with this method. */
export class UnknownRoute extends problem<UnknownRoute>()("unknown-route") {}
/** 404: deleted, never there, or another owner's. */
export class UnknownGeneration extends problem<UnknownGeneration>()("unknown-generation") {}
/** 404: the model of a path. One that was asked for is `UnknownModel`. */
export class NoSuchModel extends problem<NoSuchModel>()("no-such-model") {}
/** 404: the generation has no such file, or not yet. */
export class NotKept extends problem<NotKept>()("not-kept") {}
/** 404: a route or a variant of `/v1/videos` for which there is no model here. */
export class NotOffered extends problem<NotOffered>()("not-offered") {}
/** 409: the generation is not in a state for this; `detail` says how it stands. */
export class NotNow extends problem<NotNow>()("not-now") {}
/** 413: the body is above its limit; see `limits` of `Api`. */
export class TooLarge extends problem<TooLarge>()("too-large") {}
/** 415: neither JSON nor a form with files. */
export class UnsupportedMediaType extends problem<UnsupportedMediaType>()(
  "unsupported-media-type",
) {}
/** 416: the `Range` lies beyond the file; `Content-Range` tells its size. */
export class NoSuchRange extends problem<NoSuchRange>()("no-such-range") {}
/** 422: the `Idempotency-Key` was used before, for another request. */
export class KeyReused extends problem<KeyReused>()("key-reused") {}
/** 429: the rate of this key is used up; `Retry-After` says for how long. */
export class TooManyRequests extends problem<TooManyRequests>()("too-many-requests") {}
/** 429: as many event streams are open as the key or the server may have. */
export class TooManyListeners extends problem<TooManyListeners>()("too-many-listeners") {}
/** 500: a defect. After a create, ask again with the same `Idempotency-Key`. */
export class Internal extends problem<Internal>()("internal") {}
/** 503: stopping, busy, or the disk cannot be written. Ask again with the same `Idempotency-Key`. */
export class Unavailable extends problem<Unavailable>()("unavailable") {}

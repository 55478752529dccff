/** What endpoints of several groups share: how large a request may be, how a file is read, who may ask. */
import { Context, Schema } from "effect"
import { HttpApiMiddleware, HttpApiSchema, OpenApi } from "effect/http-api"
import * as Access from "./Access.ts"
import * as Problem from "./Problem.ts"

/** Largest file of an input, and largest create with all of its files, in bytes. */
export const limits = { file: 32 * 1024 * 1024, create: 48 * 1024 * 1024, body: 64 * 1024 } as const

/** Media types under which files are given out; whatever else a file may be, it is bytes to a browser. */
export const fileTypes = [
  "video/mp4",
  "image/jpeg",
  "image/png",
  "image/webp",
  "application/octet-stream",
] as const

/** A request that does not fit its schema is a problem that names each field. */
export class SchemaErrors extends HttpApiMiddleware.Service<SchemaErrors>()(
  "@zoetrope/api/SchemaErrors",
  { error: [Problem.InvalidRequest, Problem.ForeignPage, Problem.Internal, Problem.Unavailable] },
) {}

/** Takes a large body, in turn with others. */
export class LargeBody extends HttpApiMiddleware.Service<LargeBody>()("@zoetrope/api/LargeBody", {
  error: [Problem.TooLarge, Problem.Unavailable],
}) {}

export const says = (summary: string, description?: string) =>
  OpenApi.annotations({ summary, ...(description === undefined ? {} : { description }) })

export const wants = (scope: Access.Scope) => Context.make(Access.RequiredScope, scope)

/** The caller's own name for one video. */
export const idempotencyKey = Schema.String.annotate({
  description:
    "Your own name for this one video. The same request with the same key gives the same generation, and nothing is paid twice: send one, and send it again when an answer is lost",
}).check(Schema.isPattern(/^[\x21-\x7e]{1,255}$/))

/** Headers and answer of an endpoint that gives out a file. */
export const readingFiles = {
  headers: {
    range: Schema.optionalKey(Schema.String),
    "if-range": Schema.optionalKey(Schema.String),
    "if-none-match": Schema.optionalKey(Schema.String),
  },
  success: HttpApiSchema.StreamUint8Array({ contentType: fileTypes }),
}

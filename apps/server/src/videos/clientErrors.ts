/**
 * Errors of `/v1/…` as clients of it read them. All that is refused on the way in or fails behind a
 * route is a problem (RFC 9457), as everywhere; here it is put into other words, with the same code.
 */
import { Problem, type Videos } from "@zoetrope/api"
import { Effect, Option, Schema } from "effect"
import {
  HttpBody,
  HttpRouter,
  HttpServerRequest,
  HttpServerResponse,
  ProblemDetails,
} from "effect/http"

/** To be outside of what makes problems: the first that is added. */
export const clientErrors = HttpRouter.middleware(
  <E, R>(
    app: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
  ): Effect.Effect<
    HttpServerResponse.HttpServerResponse,
    E,
    R | HttpServerRequest.HttpServerRequest
  > =>
    Effect.gen(function* () {
      const { method, url } = yield* HttpServerRequest.HttpServerRequest
      const response = yield* app
      return url.startsWith("/v1/") ? reworded(method, response) : response
    }),
  { global: true },
)

const reworded = (
  method: string,
  response: HttpServerResponse.HttpServerResponse,
): HttpServerResponse.HttpServerResponse => {
  const { body, headers, status } = response
  if (headers["content-type"] !== ProblemDetails.contentType || body._tag !== "Uint8Array") {
    return response
  }
  const problem = decode(new TextDecoder().decode(body.body))
  if (Option.isNone(problem)) return response
  const said = HttpServerResponse.setBody(
    response,
    HttpBody.jsonUnsafe(errorOf(status, problem.value)),
  )
  // What stands in another state does so a second later too, and what has failed in an unknown way may
  // have done its work.
  return status === 409 || (status === 500 && method === "POST")
    ? HttpServerResponse.setHeader(said, "x-should-retry", "false")
    : said
}

const decode = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Struct({
      title: Schema.String,
      code: Schema.String,
      detail: Schema.optionalKey(Schema.String),
      errors: Schema.optionalKey(Schema.Array(Problem.Issue)),
    }),
  ),
)

/** @param problem as it stands in the body */
const errorOf = (
  status: number,
  {
    code,
    detail,
    errors = [],
    title,
  }: {
    readonly title: string
    readonly code: string
    readonly detail?: string
    readonly errors?: ReadonlyArray<Problem.Issue>
  },
): Videos.VideoError => {
  const [first] = errors
  return {
    error: {
      message: [detail ?? title, ...errors.map(sentenceOf)].join("\n"),
      type: typeOf(status),
      param: first === undefined || first.path === "" ? null : nameOf(first),
      code,
    },
  }
}

const sentenceOf = (issue: Problem.Issue): string => {
  const given = issue.given === undefined ? "" : ` (given: ${issue.given})`
  const allowed = issue.allowed === undefined ? "" : `; allowed: ${issue.allowed}`
  const document = issue.document === undefined ? "" : `; see ${issue.document}`
  return `${issue.path === "" ? "" : `${nameOf(issue)}: `}${issue.message}${given}${allowed}${document}`
}

/** `/input_reference/file_id` as `input_reference.file_id`. */
const nameOf = ({ path }: Problem.Issue): string => path.slice(1).replaceAll("/", ".")

const typeOf = (status: number): Videos.VideoError["error"]["type"] => {
  if (status >= 500) return "server_error"
  switch (status) {
    case 401:
      return "authentication_error"
    case 403:
      return "permission_error"
    case 429:
      return "rate_limit_error"
    default:
      return "invalid_request_error"
  }
}

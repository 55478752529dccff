/** A request that does not fit its schema, as a problem that names each field by its place. */
import { Api, Problem } from "@zoetrope/api"
import { Effect, SchemaIssue } from "effect"
import { HttpApiMiddleware, type HttpApiError } from "effect/http-api"

export const schemaErrors = HttpApiMiddleware.layerSchemaErrorTransform(
  Api.SchemaErrors,
  (error) => {
    const where = places[error.kind]
    // What does not fit is our own answer: a defect.
    if (where === undefined) return Effect.die(error.cause)
    return Effect.fail(
      new Problem.InvalidRequest({
        detail: "the request does not fit what this route takes",
        errors: issuesOf(error.cause.issue, where),
      }),
    )
  },
)

const places: Readonly<
  Record<HttpApiError.HttpApiSchemaError["kind"], Problem.Issue["in"] | undefined>
> = {
  Params: "path",
  Headers: "header",
  Query: "query",
  Payload: "body",
  Body: undefined,
  ResponseHeaders: undefined,
}

/** JSON Pointers into the body, the query and so on. */
export const issuesOf = (
  issue: SchemaIssue.Issue,
  where: Problem.Issue["in"],
): ReadonlyArray<Problem.Issue> =>
  format(issue)
    .issues.slice(0, mostIssues)
    .map(({ message, path = [] }) => ({
      in: where,
      path: path.map((part) => `/${String(typeof part === "object" ? part.key : part)}`).join(""),
      message,
    }))

/** A body may have a million unknown fields. */
const mostIssues = 50

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/**
 * A create that comes in parts: the JSON under the name `request`, and files under the names of the
 * input fields that they are for. Names of files are not looked at, and nothing touches the disk.
 */
import { Generation, Problem } from "@zoetrope/api"
import { Effect, Schema, Stream } from "effect"
import { Multipart } from "effect/http"
import { issuesOf } from "../http/schemaErrors.ts"

/** Reads all parts; how large they may be is said where the route is. */
export const readParts = Effect.fnUntraced(function* (
  parts: Stream.Stream<Multipart.Part, Multipart.MultipartError>,
) {
  let json: string | undefined
  const files = new Map<string, Uint8Array>()
  yield* Stream.runForEach(
    parts,
    Effect.fnUntraced(function* (part) {
      const path = `/${part.key}`
      if (part.key === "request") {
        if (json !== undefined) return yield* wrong(path, "is there twice")
        json = part._tag === "Field" ? part.value : decoder.decode(yield* part.contentEffect)
      } else if (part._tag === "Field") {
        return yield* wrong(
          path,
          "is no file: fields of the input that are text belong into the JSON of the part `request`",
        )
      } else if (files.has(part.key)) {
        return yield* wrong(path, "is there twice")
      } else {
        files.set(part.key, yield* part.contentEffect)
      }
    }),
  ).pipe(Effect.catchTag("MultipartError", (error) => Effect.die(error)))
  if (json === undefined)
    return yield* wrong("/request", "is missing: the JSON of what is asked for")
  const request = yield* decode(json).pipe(
    Effect.mapError(
      (error) =>
        new Problem.InvalidRequest({
          detail: "the part `request` does not fit what this route takes",
          errors: issuesOf(error.issue, "body").map((issue) => ({
            ...issue,
            path: `/request${issue.path}`,
          })),
        }),
    ),
  )
  const twice = [...files.keys()].find((field) => Object.hasOwn(request.input, field))
  if (twice !== undefined) {
    return yield* wrong(`/${twice}`, "is in the JSON of the part `request` as well")
  }
  return { ...request, input: { ...request.input, ...Object.fromEntries(files) } }
})

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Generation.Create), {
  errors: "all",
  onExcessProperty: "error",
})

const wrong = (path: string, message: string) =>
  new Problem.InvalidRequest({
    detail: "the parts of the request cannot be read",
    errors: [{ in: "body", path, message }],
  })

const decoder = new TextDecoder()

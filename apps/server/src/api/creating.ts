/**
 * A create: read, checked for depth, given to the engine, and answered when it is recorded. Refuses
 * while the server is stopping, and while its disk cannot be written.
 */
import { Access, type Generation, Problem } from "@zoetrope/api"
import { Engine } from "@zoetrope/engine/Engine"
import { Effect, Stream } from "effect"
import { HttpServerResponse, type Multipart } from "effect/http"
import { Stopping } from "../Stopping.ts"
import { readParts } from "./parts.ts"
import { invalidInput, keyReused, unavailable, unknownModel } from "./problems.ts"
import { generationView } from "./views.ts"

export const create = Effect.fn("api.create")(function* (
  payload: Generation.Create | Stream.Stream<Multipart.Part, Multipart.MultipartError>,
  key: string | undefined,
) {
  yield* takesWork
  const request = Stream.isStream(payload) ? yield* readParts(payload) : payload
  const { generation, isNew, warnings } = yield* accept({ ...request, key })
  const body: Generation.Accepted = { ...generationView(generation), warnings }
  return HttpServerResponse.jsonUnsafe(body, {
    status: isNew ? 201 : 200,
    headers: { location: `/api/v1/generations/${generation.id}` },
  })
})

/** Before a body is read: fails where nothing could come of it. */
export const takesWork = Effect.gen(function* () {
  const engine = yield* Engine
  const stopping = yield* Stopping
  if (stopping.isOpen()) {
    return yield* new Problem.Unavailable({
      detail: "the server is stopping; nothing was recorded, ask again when it is back",
    })
  }
  const trouble = yield* engine.trouble
  if (trouble !== undefined) return yield* unavailable(trouble)
})

/** Gives a request to the engine; answers when it is recorded. */
export const accept = Effect.fnUntraced(function* (
  request: Generation.Create & { readonly key: string | undefined },
) {
  const engine = yield* Engine
  const caller = yield* Access.CurrentCaller
  yield* notTooDeep(request.input)
  return yield* engine.submit({ ...request, owner: caller.owner }).pipe(
    Effect.catchTags({
      TaskError: (error) => Effect.fail(invalidInput(error)),
      UnknownModel: (error) => Effect.fail(unknownModel(error)),
      KeyReused: (error) => Effect.fail(keyReused(error)),
      InputsError: unavailable,
      StoreError: unavailable,
    }),
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () =>
        Effect.fail(
          new Problem.Unavailable({
            detail:
              "the server's disk takes too long, and whether the request is recorded is not known: ask again with the same Idempotency-Key",
          }),
        ),
    }),
  )
})

const patience = "20 seconds"

/** Far deeper than any model's input; what goes through one level by level has only so much stack. */
const deepest = 32

export const notTooDeep = (input: unknown) =>
  isTooDeep(input)
    ? Effect.fail(
        new Problem.InvalidRequest({
          detail: "the request does not fit what this route takes",
          errors: [
            { in: "body", path: "/input", message: `is nested deeper than ${deepest} levels` },
          ],
        }),
      )
    : Effect.void

const isTooDeep = (input: unknown): boolean => {
  let level: ReadonlyArray<unknown> = [input]
  for (let depth = 0; depth <= deepest; depth++) {
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null && !(one instanceof Uint8Array)
        ? Object.values(one)
        : [],
    )
    if (level.length === 0) return false
  }
  return true
}

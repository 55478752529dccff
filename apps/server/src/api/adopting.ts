/** A task that was submitted elsewhere, taken over by its handle. Sends nothing and pays nothing. */
import { Access, type Generation, Problem } from "@zoetrope/api"
import { fromHandle } from "@zoetrope/core/TaskRef"
import { Engine } from "@zoetrope/engine/Engine"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { takesWork } from "./creating.ts"
import { isVisible } from "./owned.ts"
import { foreignHandle, unavailable } from "./problems.ts"
import { generationView } from "./views.ts"

export const adopt = Effect.fn("api.adopt")(function* (handle: string) {
  yield* takesWork
  const engine = yield* Engine
  const caller = yield* Access.CurrentCaller
  const ref = yield* readHandle(handle)
  const { generation, isNew, warnings } = yield* engine.adopt(ref, { owner: caller.owner }).pipe(
    Effect.catchTags({
      TaskError: (error) => Effect.fail(foreignHandle(error)),
      StoreError: unavailable,
    }),
  )
  // Whoever has the handle could ask the provider himself, but is shown nothing of another's here.
  if (!isVisible(caller, generation.owner)) {
    return yield* new Problem.ForeignHandle({
      detail: `task ${ref.taskId} is followed by this server already, for another key`,
    })
  }
  const body: Generation.Accepted = { ...generationView(generation), warnings }
  return HttpServerResponse.jsonUnsafe(body, {
    status: isNew ? 201 : 200,
    headers: { location: `/api/v1/generations/${generation.id}` },
  })
})

/** A handle in a body, under that name. */
export const readHandle = (handle: string) =>
  fromHandle(handle).pipe(
    Effect.mapError(
      ({ message }) =>
        new Problem.InvalidRequest({
          detail: message,
          errors: [{ in: "body", path: "/handle", message }],
        }),
    ),
  )

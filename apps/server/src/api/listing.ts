/** Pages of generations. Owns the form of the cursor, which nobody else reads. */
import { Access, Api, type Generation as Wire, Problem } from "@zoetrope/api"
import { Engine } from "@zoetrope/engine/Engine"
import type { Generation } from "@zoetrope/engine/Generation"
import { Effect, Option, Result, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import { unavailable } from "./problems.ts"
import { generationView } from "./views.ts"

export const list = Effect.fn("api.list")(function* (query: {
  readonly state?: ReadonlyArray<Wire.State> | undefined
  readonly model?: ReadonlyArray<string> | undefined
  readonly owner?: string | undefined
  readonly after?: string | undefined
  readonly limit?: number | undefined
}) {
  const engine = yield* Engine
  const caller = yield* Access.CurrentCaller
  if (query.owner !== undefined && query.owner !== caller.owner && caller.scope !== "admin") {
    return yield* new Problem.NotAllowed({
      detail: "only an admin's key may look at others' generations",
    })
  }
  const limit = query.limit ?? Api.pageSize.usual
  const found = yield* engine
    .list({
      states: query.state,
      models: query.model,
      owner: caller.scope === "admin" ? query.owner : caller.owner,
      after: query.after === undefined ? undefined : yield* readCursor(query.after),
      // One more tells whether there is a next page.
      limit: limit + 1,
    })
    .pipe(Effect.catch(unavailable))
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    generations: page.map(generationView),
    next: found.length > limit && last !== undefined ? cursorOf(last) : null,
  }
})

const Cursor = Schema.fromJsonString(Schema.Tuple([Schema.Finite, Schema.String]))

const cursorOf = ({ createdAt, id }: Generation): string =>
  Base64Url.encode(JSON.stringify([createdAt, id]))

const readCursor = (text: string) => {
  const json = Base64Url.decodeString(text)
  const read = Result.isSuccess(json) ? Schema.decodeOption(Cursor)(json.success) : Option.none()
  return Option.isSome(read)
    ? Effect.succeed({ createdAt: read.value[0], id: read.value[1] })
    : Effect.fail(
        new Problem.InvalidRequest({
          detail: "the cursor cannot be read: send `next` of the page before as it was",
          errors: [{ in: "query", path: "/after", message: "is no cursor of this server" }],
        }),
      )
}

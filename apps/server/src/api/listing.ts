/** Pages of generations. Owns the form of the cursor, which nobody else reads. */
import { Access, Api, type Generation as Wire, Problem } from "@zoetrope/api"
import { Engine } from "@zoetrope/engine/Engine"
import type { Generation } from "@zoetrope/engine/Generation"
import { type Filter, Store } from "@zoetrope/engine/Store"
import { Effect, Option, Result, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import { HttpServerResponse } from "effect/http"
import { owned } from "./owned.ts"
import { unavailable } from "./problems.ts"
import { generationView } from "./views.ts"

export const list = Effect.fn("api.list")(function* (query: {
  readonly id?: string | undefined
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
  const filter = {
    states: query.state,
    models: query.model,
    owner: caller.scope === "admin" ? query.owner : caller.owner,
    after: query.after === undefined ? undefined : yield* readAfter(query.after),
    // One more tells whether there is a next page.
    limit: limit + 1,
  }
  const found = yield* (
    query.id === undefined ? engine.list(filter) : beginningWith(query.id, filter)
  ).pipe(Effect.catch(unavailable))
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const view: typeof Wire.Page.Type = {
    generations: page.map(generationView),
    next: found.length > limit && last !== undefined ? cursorOf(last) : null,
  }
  // What its schema says is what goes out: to encode hundreds of rows by it would only check our own types.
  return HttpServerResponse.jsonUnsafe(view)
})

/** Ids are random: more than these begin alike only where the beginning is a letter or two. */
const alike = 200

const beginningWith = Effect.fnUntraced(function* (
  prefix: string,
  { after, limit, models, owner, states }: Filter & { readonly limit: number },
) {
  const store = yield* Store
  const ids = yield* store.idsLike(prefix, alike)
  const found = yield* Effect.forEach(ids, (id) => store.get(id))
  return found
    .filter((one) => one !== undefined)
    .filter((one) => owner === undefined || one.owner === owner)
    .filter((one) => states?.includes(one.state) ?? true)
    .filter((one) => models?.includes(one.model) ?? true)
    .filter((one) => after === undefined || isBehind(one, after))
    .toSorted((a, b) => (isBehind(a, b) ? 1 : -1))
    .slice(0, limit)
})

/** In the order of the list: the newest first, and of the same moment the greatest id. */
const isBehind = (
  one: Pick<Generation, "createdAt" | "id">,
  other: Pick<Generation, "createdAt" | "id">,
): boolean =>
  one.createdAt === other.createdAt ? one.id < other.id : one.createdAt < other.createdAt

const Cursor = Schema.fromJsonString(Schema.Tuple([Schema.Finite, Schema.String]))

const cursorOf = ({ createdAt, id }: Generation): string =>
  Base64Url.encode(JSON.stringify([createdAt, id]))

const readAfter = (text: string) =>
  /^[0-9a-z]{12}$/.test(text)
    ? owned(text).pipe(
        Effect.catchTag("unknown-generation", () =>
          Effect.fail(noPlace("the list cannot go on after a generation that there is not")),
        ),
      )
    : readCursor(text)

const readCursor = (text: string) => {
  const json = Base64Url.decodeString(text)
  const read = Result.isSuccess(json) ? Schema.decodeOption(Cursor)(json.success) : Option.none()
  return Option.isSome(read)
    ? Effect.succeed({ createdAt: read.value[0], id: read.value[1] })
    : Effect.fail(noPlace("the cursor cannot be read: send `next` of the page before as it was"))
}

const noPlace = (detail: string) =>
  new Problem.InvalidRequest({
    detail,
    errors: [{ in: "query", path: "/after", message: "is no place in the list" }],
  })

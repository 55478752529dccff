/** Which code answers which route of the API. */
import { Api, Problem } from "@zoetrope/api"
import { Providers } from "@zoetrope/core/Providers"
import { Engine } from "@zoetrope/engine/Engine"
import type { Settlement } from "@zoetrope/engine/Observation"
import { Effect, Layer } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Listeners } from "../events/Listeners.ts"
import { Stopping } from "../Stopping.ts"
import { adopt, readHandle } from "./adopting.ts"
import { accountViews, modelViews } from "./catalogue.ts"
import { create } from "./creating.ts"
import * as events from "./events.ts"
import { content, thumbnail } from "./files.ts"
import { list } from "./listing.ts"
import { owned } from "./owned.ts"
import { foreignHandle, notNow, unavailable, unknownGeneration } from "./problems.ts"
import { generationView, recordView } from "./views.ts"

const generations = HttpApiBuilder.group(
  Api.Api,
  "generations",
  Effect.fnUntraced(function* (handlers) {
    const engine = yield* Engine
    return handlers.handleAll({
      create: ({ headers, payload }) => create(payload, headers["idempotency-key"]),
      adopt: ({ payload }) => adopt(payload.handle),
      list: ({ query }) => list(query),
      get: Effect.fn("api.get")(function* ({ params: { id } }) {
        yield* owned(id)
        return yield* Effect.map(engine.record(id), recordView).pipe(
          Effect.catchTags({ UnknownGeneration: gone, StoreError: unavailable }),
        )
      }),
      cancel: Effect.fn("api.cancel")(function* ({ params: { id } }) {
        yield* owned(id)
        return yield* Effect.map(engine.cancel(id), generationView).pipe(
          Effect.catchTags({ UnknownGeneration: gone, NotNow: refused, StoreError: unavailable }),
        )
      }),
      settle: Effect.fn("api.settle")(function* ({ params: { id }, payload }) {
        yield* owned(id)
        const how = yield* settlementOf(payload)
        return yield* Effect.map(engine.settle(id, how), generationView).pipe(
          Effect.catchTags({
            UnknownGeneration: gone,
            NotNow: refused,
            TaskError: (error) => Effect.fail(foreignHandle(error)),
            StoreError: unavailable,
          }),
        )
      }),
      remove: Effect.fn("api.remove")(function* ({ params: { id } }) {
        yield* owned(id)
        yield* engine
          .remove(id)
          .pipe(
            Effect.catchTags({ UnknownGeneration: gone, NotNow: refused, StoreError: unavailable }),
          )
      }),
      content: ({ headers, params }) => content(params.id, headers),
      thumbnail: ({ headers, params }) => thumbnail(params.id, headers),
      events: ({ headers, params }) => events.one(params.id, headers["last-event-id"]),
    })
  }),
)

const everyEvent = HttpApiBuilder.group(Api.Api, "events", (handlers) =>
  handlers.handle("all", ({ headers }) => events.all(headers["last-event-id"])),
)

const models = HttpApiBuilder.group(
  Api.Api,
  "models",
  Effect.fnUntraced(function* (handlers) {
    const views = modelViews((yield* Providers).all)
    return handlers.handleAll({
      list: () => Effect.succeed(views),
      get: ({ params: { name, provider } }) => {
        const id = `${provider}/${name}`
        const view = views.find((model) => model.id === id)
        return view === undefined
          ? Effect.fail(new Problem.NoSuchModel({ detail: `there is no model "${id}"` }))
          : Effect.succeed(view)
      },
    })
  }),
)

const accounts = HttpApiBuilder.group(
  Api.Api,
  "accounts",
  Effect.fnUntraced(function* (handlers) {
    const views = accountViews((yield* Providers).all)
    return handlers.handle("list", () => Effect.succeed(views))
  }),
)

const server = HttpApiBuilder.group(
  Api.Api,
  "server",
  Effect.fnUntraced(function* (handlers) {
    const engine = yield* Engine
    const listeners = yield* Listeners
    const stopping = yield* Stopping
    return handlers.handleAll({
      stats: Effect.fn("api.stats")(function* () {
        const stats = yield* engine.stats.pipe(Effect.catch(unavailable))
        return { ...stats, listeners: yield* listeners.count }
      }),
      health: () => Effect.succeed({ status: "ok" as const }),
      readiness: Effect.fn("api.readiness")(function* () {
        if (stopping.isOpen()) {
          return yield* new Problem.Unavailable({ detail: "the server is stopping" })
        }
        const trouble = yield* engine.trouble
        return trouble === undefined ? { status: "ready" as const } : yield* unavailable(trouble)
      }),
    })
  }),
)

export const layer = Layer.mergeAll(generations, everyEvent, models, accounts, server)

/** It was there a moment ago. */
const gone = (error: { readonly id: string }) => Effect.fail(unknownGeneration(error))

const refused = (error: Parameters<typeof notNow>[0]) => Effect.fail(notNow(error))

const settlementOf = (
  payload:
    | { readonly how: "again" | "give-up" }
    | { readonly how: "found"; readonly handle: string },
): Effect.Effect<Settlement, Problem.InvalidRequest> => {
  switch (payload.how) {
    case "again":
      return Effect.succeed({ _tag: "Again" })
    case "give-up":
      return Effect.succeed({ _tag: "GiveUp" })
    case "found":
      return Effect.map(readHandle(payload.handle), (ref): Settlement => ({ _tag: "Found", ref }))
  }
}

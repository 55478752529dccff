/** Which code answers which route of `/v1/videos`. */
import { Access, Api, Problem, Videos } from "@zoetrope/api"
import { Providers } from "@zoetrope/core/Providers"
import { Engine } from "@zoetrope/engine/Engine"
import type { Generation } from "@zoetrope/engine/Generation"
import { Store } from "@zoetrope/engine/Store"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { content, thumbnail } from "../api/files.ts"
import { owned } from "../api/owned.ts"
import { notNow, unavailable, unknownGeneration } from "../api/problems.ts"
import { answerHeader } from "../http/answerHeader.ts"
import { create } from "./creating.ts"
import * as Replays from "./Replays.ts"
import { pollAfterMillis, videoView } from "./videoView.ts"

export const layer = HttpApiBuilder.group(
  Api.Api,
  "videos",
  Effect.fnUntraced(function* (handlers) {
    const engine = yield* Engine
    const store = yield* Store
    const providers = yield* Providers
    const replays = yield* Replays.make

    const modelOf = ({ model }: Generation) => providers.forModel(model)?.model

    const viewOf = Effect.fnUntraced(function* (generation: Generation) {
      const { id, state } = generation
      const input = yield* store.input(id)
      const artifacts = state === "done" ? yield* store.artifacts(id) : []
      return videoView({ generation, model: modelOf(generation), input: input ?? null, artifacts })
    }, Effect.catch(unavailable))

    /** A word about when to look again, and that there is nothing to be sent again. */
    const advise = Effect.fnUntraced(function* (generation: Generation) {
      const wait = pollAfterMillis(generation, modelOf(generation))
      if (wait !== undefined) yield* answerHeader("openai-poll-after-ms", String(wait))
      if (generation.task !== undefined) yield* answerHeader("x-should-retry", "false")
    })

    return handlers.handleAll({
      create: Effect.fnUntraced(function* ({ headers, payload }) {
        const { generation, warnings, ...asked } = yield* create(replays, payload, headers)
        yield* advise(generation)
        // Nothing is read back: an answer that fails now would be about a video that was accepted.
        const video = videoView({ generation, ...asked, artifacts: [] })
        return warnings.length === 0 ? video : { ...video, warnings }
      }),
      retrieve: Effect.fn("videos.retrieve")(function* ({ params: { id } }) {
        const generation = yield* owned(id)
        yield* advise(generation)
        return yield* viewOf(generation)
      }),
      list: Effect.fn("videos.list")(function* ({ query }) {
        const { limit = Videos.pageSize.usual, order = "desc" } = query
        const caller = yield* Access.CurrentCaller
        const found = yield* engine
          .list({
            owner: caller.scope === "admin" ? undefined : caller.owner,
            order: order === "desc" ? "newest" : "oldest",
            after: query.after === undefined ? undefined : yield* lastOf(query.after),
            // One more tells whether there is a next page.
            limit: limit + 1,
          })
          .pipe(Effect.catch(unavailable))
        const data = yield* Effect.forEach(found.slice(0, limit), viewOf)
        return {
          object: "list" as const,
          data,
          first_id: data[0]?.id ?? null,
          last_id: data.at(-1)?.id ?? null,
          has_more: found.length > limit,
        }
      }),
      remove: Effect.fn("videos.remove")(function* ({ params: { id } }) {
        yield* owned(id)
        yield* engine.remove(id).pipe(
          Effect.catchTags({
            UnknownGeneration: (error) => Effect.fail(unknownGeneration(error)),
            NotNow: (error) => Effect.fail(notNow(error)),
            StoreError: unavailable,
          }),
        )
        return { id, object: "video.deleted" as const, deleted: true as const }
      }),
      content: ({ headers, params: { id }, query: { variant = "video" } }) => {
        switch (variant) {
          case "video":
            return content(id, headers)
          case "thumbnail":
            return thumbnail(id, headers)
          case "spritesheet":
            return Effect.andThen(
              owned(id),
              Effect.fail(new Problem.NotOffered({ detail: "no model makes sprite sheets" })),
            )
        }
      },
    })
  }),
)

/** The last one of the page before. */
const lastOf = (id: string) =>
  owned(id).pipe(
    Effect.catchTag("unknown-generation", () =>
      Effect.fail(
        new Problem.InvalidRequest({
          detail: "the list cannot go on after a video that there is not, or no more",
          errors: [{ in: "query", path: "/after", message: "is no video" }],
        }),
      ),
    ),
  )

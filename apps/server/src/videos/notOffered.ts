/** Routes that clients of `/v1/videos` know and for which there is no model: a 404 that says so. */
import { Problem } from "@zoetrope/api"
import { Effect } from "effect"
import { HttpRouter, HttpServerRespondable } from "effect/http"

const routes = [
  ["POST", "/v1/videos/:id/remix", "no model makes remixes"],
  ["POST", "/v1/videos/edits", "no model edits videos"],
  ["POST", "/v1/videos/extensions", "no model extends videos"],
  ["POST", "/v1/videos/characters", "no model has characters"],
  ["GET", "/v1/videos/characters/:id", "no model has characters"],
] as const

export const notOffered = HttpRouter.use((router) =>
  Effect.forEach(routes, ([method, path, detail]) =>
    router.add(method, path, HttpServerRespondable.toResponse(new Problem.NotOffered({ detail }))),
  ),
)

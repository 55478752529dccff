/** The one HTTP client of a command; loaded and made only by commands that call somebody. */
import { Effect, Layer } from "effect"
import type { HttpClient } from "effect/http"
import { BadInput } from "../BadInput.ts"
import { quoted } from "../words/Words.ts"

export const withHttp = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<A, E | BadInput, Exclude<R, HttpClient.HttpClient>> =>
  Effect.provide(effect, client)

export const client: Layer.Layer<HttpClient.HttpClient, BadInput> = Layer.unwrap(
  Effect.promise(async () => {
    const Transport = await import("@zoetrope/node/Transport")
    return Transport.layer()
  }),
).pipe(
  Layer.catch((problem) =>
    Layer.effectContext(Effect.fail(new BadInput({ say: quoted(problem.message) }))),
  ),
)

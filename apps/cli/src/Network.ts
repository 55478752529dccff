/** The one HTTP client of a command, made only by commands that call somebody. */
import * as Transport from "@zoetrope/node/Transport"
import { Effect, Layer } from "effect"
import type { HttpClient } from "effect/http"
import { BadInput } from "./BadInput.ts"

export const withHttp = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<A, E | BadInput, Exclude<R, HttpClient.HttpClient>> =>
  Effect.provide(
    effect,
    Transport.layer().pipe(
      Layer.catch((problem) =>
        Layer.effectContext(Effect.fail(new BadInput({ message: problem.message }))),
      ),
    ),
  )

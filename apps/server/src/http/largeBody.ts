/**
 * Room for large bodies, which lie in memory while they are checked: so many bytes of them at once, and
 * no more, however many send them. Small ones are let through.
 */
import { Api, Problem } from "@zoetrope/api"
import { ByteSize, Effect, Layer, Option, Semaphore } from "effect"
import { HttpIncomingMessage, HttpServerRequest } from "effect/http"
import { answerHeader } from "./answerHeader.ts"

const mebibyte = 1024 * 1024

/** In MiB, of all requests together. What is made of a body takes a few times as much. */
const room = 192

export const largeBody = Layer.effect(
  Api.LargeBody,
  Effect.map(Semaphore.make(room), (semaphore) =>
    Api.LargeBody.of((app) =>
      Effect.gen(function* () {
        const { headers } = yield* HttpServerRequest.HttpServerRequest
        const told = headers["content-length"]
        // Who does not tell may send as much as anybody may.
        const bytes = told === undefined ? Api.limits.create : Number(told)
        if (bytes > Api.limits.create) {
          return yield* new Problem.TooLarge({
            detail: `the body has ${bytes} bytes; allowed: ${Api.limits.create}`,
          })
        }
        const taking = Effect.provideService(
          app,
          HttpIncomingMessage.MaxBodySize,
          ByteSize.fromInputUnsafe(Api.limits.create),
        )
        if (bytes <= Api.limits.body) return yield* taking
        const answer = yield* semaphore.withPermitsIfAvailable(Math.ceil(bytes / mebibyte))(taking)
        if (Option.isSome(answer)) return answer.value
        yield* answerHeader("retry-after", "1")
        return yield* new Problem.Unavailable({
          detail: "many large bodies are being read; nothing was recorded, ask again in a second",
        })
      }),
    ),
  ),
)

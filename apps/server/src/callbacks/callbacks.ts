/**
 * Providers' callbacks: `POST /callbacks/ID/TOKEN`, the address that was sent along with one task. A
 * genuine one is the reason to ask the provider, and no more: nothing of its body is believed. Needs no
 * key of this server; what counts is the signature, by the key of the account that made the task.
 */
import { Problem } from "@zoetrope/api"
import type { CallbackRequest } from "@zoetrope/core/Provider"
import { Providers } from "@zoetrope/core/Providers"
import { Engine } from "@zoetrope/engine/Engine"
import { Store } from "@zoetrope/engine/Store"
import { Clock, Effect } from "effect"
import {
  HttpRouter,
  HttpServerRequest,
  HttpServerRespondable,
  HttpServerResponse,
} from "effect/http"
import { unavailable } from "../api/problems.ts"
import * as Nonces from "./Nonces.ts"
import { PublicUrl, type Reported, signedPath } from "./PublicUrl.ts"

/** Seconds that the date of a callback may lie from now, before or after. */
const toleranceSeconds = 300

export const callbacks = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const publicUrl = yield* PublicUrl
    if (publicUrl === undefined) return
    const receive = yield* make(publicUrl)
    yield* router.add(
      "POST",
      "/callbacks/:id/:token",
      Effect.gen(function* () {
        const { id = "", token = "" } = yield* HttpRouter.params
        yield* receive({ id, token }, yield* HttpServerRequest.HttpServerRequest)
        return HttpServerResponse.empty()
      }).pipe(
        Effect.catchTags({
          "unknown-route": HttpServerRespondable.toResponse,
          "not-allowed": HttpServerRespondable.toResponse,
          unavailable: HttpServerRespondable.toResponse,
        }),
      ),
    )
  }),
)

const make = Effect.fnUntraced(function* (publicUrl: string) {
  const engine = yield* Engine
  const store = yield* Store
  const providers = yield* Providers
  const nonces = Nonces.make(2 * toleranceSeconds * 1000)

  /** The generation whose task this is, and the account that can tell whether a callback is about it. */
  const reportedOf = Effect.fnUntraced(function* ({ id, token }: Reported) {
    const generation = yield* store.get(id)
    const tasks = generation === undefined ? [] : yield* store.tasks(id)
    const account = providers.all.find(
      (one) => one.id === generation?.provider && one.key === generation.accountKey,
    )
    return generation === undefined ||
      account?.callbacks === undefined ||
      !tasks.some((task) => task.token === token)
      ? undefined
      : { generation, account, verify: account.callbacks.verify }
  }, Effect.catch(unavailable))

  return Effect.fn("callbacks.receive")(function* (
    task: Reported,
    request: HttpServerRequest.HttpServerRequest,
  ) {
    const reported = yield* reportedOf(task)
    if (reported === undefined) {
      return yield* new Problem.UnknownRoute({ detail: "no task is reported at this address" })
    }
    const { account, generation, verify } = reported
    const now = yield* Clock.currentTimeMillis
    const callback = yield* received(request, signedPath(publicUrl, task))
    const verdict = yield* verify(callback, new Date(now), toleranceSeconds)
    const why =
      verdict._tag === "Refused"
        ? verdict.why
        : verdict.key !== undefined && verdict.key !== task.token
          ? "it is about another task"
          : undefined
    if (verdict._tag === "Refused" || why !== undefined) {
      yield* Effect.logWarning(`a callback for generation ${task.id} is not genuine: ${why}`)
      return yield* new Problem.NotAllowed({ detail: `the callback is not genuine: ${why}` })
    }
    const nonce = `${account.id} ${account.key} ${verdict.nonce}`
    // Sent once more, or by somebody who saw it: it was taken, and nothing new comes of it.
    if (nonces.has(nonce, now)) return
    yield* Effect.logDebug(`${account.id} reports of generation ${task.id}: ${verdict.state}`)
    // Of a task that was followed by another there is nothing more to ask.
    if (generation.task?.token === task.token) {
      yield* engine
        .nudge(task.id)
        .pipe(Effect.catchTags({ UnknownGeneration: () => Effect.void, StoreError: unavailable }))
    }
    nonces.add(nonce, now)
  })
})

/** As it arrived, but for what a proxy took off its path. */
const received = Effect.fnUntraced(function* (
  request: HttpServerRequest.HttpServerRequest,
  path: string,
) {
  const [, query = ""] = /\?([^#]*)/.exec(request.originalUrl) ?? []
  const callback: CallbackRequest = {
    method: request.method,
    path,
    query,
    headers: request.headers,
    body: new Uint8Array(yield* request.arrayBuffer),
  }
  return callback
})

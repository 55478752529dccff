/** Answers that are event streams. They end when the server stops. */
import { Access } from "@zoetrope/api"
import { hasEnded } from "@zoetrope/engine/Generation"
import { Store, type StoreError } from "@zoetrope/engine/Store"
import { Effect, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { Listeners } from "../events/Listeners.ts"
import { listenToAll, listenToOne } from "../events/listening.ts"
import { Gatekeeper } from "../security/Gatekeeper.ts"
import { owned } from "./owned.ts"
import { unavailable } from "./problems.ts"

export const all = Effect.fn("api.events")(function* (after: number | undefined) {
  const caller = yield* Access.CurrentCaller
  return yield* answer(yield* listenToAll(caller, after))
})

export const one = Effect.fn("api.eventsOfOne")(function* (id: string, after: number | undefined) {
  const store = yield* Store
  const { state } = yield* owned(id)
  if (after !== undefined && hasEnded(state)) {
    const more = yield* store.events(id, after).pipe(Effect.catch(unavailable))
    // A browser asks again and again until it is told that there is nothing.
    if (more.length === 0) return HttpServerResponse.empty({ status: 204 })
  }
  return yield* answer(yield* listenToOne(id, after ?? 0))
})

const answer = Effect.fnUntraced(function* (frames: Stream.Stream<Uint8Array, StoreError>) {
  const caller = yield* Access.CurrentCaller
  const listeners = yield* Listeners
  const gatekeeper = yield* Gatekeeper
  yield* listeners.enter(caller)
  const bytes = frames.pipe(
    // A key that was removed hears no more, not even that the connection lives.
    Stream.takeWhileEffect(() => gatekeeper.isKnown(caller)),
    // The listener comes back, and goes on where it was.
    Stream.catch((error) => Stream.fromEffectDrain(Effect.logWarning(error.message))),
  )
  return HttpServerResponse.stream(bytes, {
    contentType: "text/event-stream",
    headers: {
      "cache-control": "no-store",
      // Proxies that collect an answer would keep it to themselves.
      "x-accel-buffering": "no",
      connection: "close",
    },
  })
})

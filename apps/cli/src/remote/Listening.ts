/**
 * The events of a server, heard once for all who wait in this process. Owns the connection: it is made
 * when the first one listens, made again whenever it breaks, and goes on behind the last event that was
 * heard. Where that cannot be said, whoever waits is told to look.
 */
import { Generation as Wire } from "@zoetrope/api"
import type { Generation } from "@zoetrope/engine/Generation"
import { Effect, Option, PubSub, Schedule, Schema, type Scope, Stream } from "effect"
import { Sse } from "effect/encoding"
import { HttpClientError, HttpClientRequest } from "effect/http"
import type { Connection } from "../setup/Server.ts"
import type { Outage } from "./Outage.ts"
import type { CallFailed } from "./refusals.ts"

export type News =
  | { readonly _tag: "Changed"; readonly generation: Generation }
  /** Something may have been missed. */
  | { readonly _tag: "LookAgain" }

export interface Listening {
  /** Everything from now on. */
  readonly subscribe: Effect.Effect<PubSub.Subscription<News>, never, Scope.Scope>
  readonly changes: Stream.Stream<Generation>
}

export interface Options {
  /** How one stands now, if it is still there. */
  readonly look: (id: string) => Effect.Effect<Generation | undefined, CallFailed>
  readonly read: (wire: Wire.Generation) => Generation
  readonly outage: Outage
}

/** The server says something every 15 s: after this it is gone, and nobody has told. */
const silence = "40 seconds"

/** Frames that come together are read together, so that a generation is looked at once. */
const together = "50 millis"

const pauses = Schedule.spaced("1 second").pipe(Schedule.jittered)

export const make = Effect.fnUntraced(function* (
  { http }: Connection,
  { look, outage, read }: Options,
) {
  const hub = yield* PubSub.unbounded<News>()
  const scope = yield* Effect.scope
  let lastEventId: string | undefined

  const hear = Effect.fnUntraced(function* (frames: ReadonlyArray<Frame>) {
    const standing = new Map<string, Wire.Generation>()
    const versions = new Map<string, number>()
    let place = lastEventId
    for (const frame of frames) {
      if (frame._tag === "Standing") standing.set(frame.generation.id, frame.generation)
      else {
        versions.set(frame.event.generation, frame.event.version)
        place = frame.id ?? place
      }
    }
    // A line of the history that comes without how it stands is one that was missed.
    const missed = [...versions].filter(
      ([id, version]) => (standing.get(id)?.version ?? 0) < version,
    )
    const looked = yield* Effect.forEach(missed, ([id]) => look(id), { concurrency: 4 })
    const changed = [...[...standing.values()].map(read), ...looked]
    for (const generation of changed) {
      if (generation !== undefined) yield* PubSub.publish(hub, { _tag: "Changed", generation })
    }
    // Not before: what could not be looked at comes again.
    lastEventId = place
  })

  const listen = Effect.gen(function* () {
    const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId }
    const response = yield* http
      .execute(HttpClientRequest.get("/api/v1/events", { headers }))
      .pipe(Effect.timeout(silence))
    if (response.status !== 200) {
      return yield* new HttpClientError.HttpClientError({
        reason: new HttpClientError.StatusCodeError({ request: response.request, response }),
      })
    }
    yield* outage.over
    // How things stood when it was connected is nowhere in the stream.
    if (lastEventId === undefined) yield* PubSub.publish(hub, { _tag: "LookAgain" })
    const isAt = (place: string | undefined) => {
      lastEventId ??= place
    }
    yield* framesOf(response.stream, isAt).pipe(
      Stream.groupedWithin(1000, together),
      Stream.runForEach(hear),
    )
  })

  const always = listen.pipe(
    Effect.catch(outage.seen),
    // A stream that the server has ended is made anew as well.
    Effect.repeat(pauses),
    Effect.scoped,
  )
  const started = yield* Effect.cached(Effect.forkIn(always, scope))
  const listening: Listening = {
    subscribe: Effect.tap(PubSub.subscribe(hub), started),
    changes: Stream.fromPubSub(hub).pipe(
      Stream.onStart(started),
      Stream.flatMap((news) =>
        news._tag === "Changed" ? Stream.succeed(news.generation) : Stream.empty,
      ),
    ),
  }
  return listening
})

type Frame =
  | { readonly _tag: "Standing"; readonly generation: Wire.Generation }
  | { readonly _tag: "Event"; readonly id: string | undefined; readonly event: Wire.Event }

/**
 * Ends where nothing comes any more.
 *
 * @param isAt told where the stream begins
 */
const framesOf = <E>(
  bytes: Stream.Stream<Uint8Array, E>,
  isAt: (place: string | undefined) => void,
) =>
  Stream.suspend(() => {
    let found: Array<Frame> = []
    const parser = Sse.makeParser((part) => {
      if (part._tag === "Retry") return isAt(part.lastEventId)
      const frame = frameOf(part)
      if (frame !== undefined) found.push(frame)
    })
    return bytes.pipe(
      Stream.timeout(silence),
      Stream.decodeText,
      Stream.mapEffect((text) => {
        const error = parser.feed(text)
        const frames = found
        found = []
        return error === undefined ? Effect.succeed(frames) : Effect.fail(error)
      }),
      Stream.flattenIterable,
    )
  })

/** What only a newer server says is left out. */
const frameOf = ({ data, event, id }: Sse.Event): Frame | undefined => {
  switch (event) {
    case "generation": {
      const read = readGeneration(data)
      return Option.isSome(read) ? { _tag: "Standing", generation: read.value } : undefined
    }
    case "event": {
      const read = readEvent(data)
      return Option.isSome(read) ? { _tag: "Event", id, event: read.value } : undefined
    }
    default:
      return undefined
  }
}

const readGeneration = Schema.decodeUnknownOption(Schema.fromJsonString(Wire.Generation))
const readEvent = Schema.decodeUnknownOption(Schema.fromJsonString(Wire.Event))

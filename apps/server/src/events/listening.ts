/**
 * Event streams, as their listeners get them: first what the store has after the last line that they
 * saw, then what comes. Each one pulls as fast as its connection takes it, and holds at most one batch
 * that is not sent, so a slow one costs nothing but its own delay.
 */
import type { Access } from "@zoetrope/api"
import { hasEnded } from "@zoetrope/engine/Generation"
import { Store, type StoreError } from "@zoetrope/engine/Store"
import { Effect, Option, Stream } from "effect"
import { isVisible, viewOf } from "../api/owned.ts"
import { EventLog } from "./EventLog.ts"
import { eventData, eventFrame, generationData, generationFrame, hello } from "./frames.ts"

/** Lines that a listener who comes back reads at once. */
const pageSize = 200

interface Position {
  /** The last line that was seen; in a stream of one generation, its version. */
  readonly last: number
  /** Where it stands in the window; `undefined` while it reads from the store. */
  readonly place: number | undefined
}

type Step = readonly [ReadonlyArray<Uint8Array>, Option.Option<Position>]

/** Of all generations that the caller sees: from a line of the log on, or from now. */
export const listenToAll = Effect.fnUntraced(function* (
  caller: Access.Caller,
  after: number | undefined,
) {
  const log = yield* EventLog
  const store = yield* Store
  const view = viewOf(caller)

  const catchUp = Effect.fnUntraced(function* (last: number): Effect.fn.Return<Step, StoreError> {
    const { place } = log.end()
    const page = yield* store.log(last, pageSize)
    const frames: Array<string> = []
    for (const { generation, seq, ...event } of page) {
      const owner = yield* log.ownerOf(generation)
      if (owner !== undefined && isVisible(caller, owner)) {
        frames.push(eventFrame(seq, eventData(generation, event)))
      }
    }
    return sending(Buffer.from(frames.join("")), {
      last: page.at(-1)?.seq ?? last,
      place: page.length < pageSize ? place : undefined,
    })
  })

  const end = log.end()
  const start: Position =
    after === undefined ? { last: end.seq, place: end.place } : { last: after, place: undefined }
  const frames = Stream.paginate(
    start,
    Effect.fnUntraced(function* (at): Effect.fn.Return<Step, StoreError> {
      if (log.isOver()) return over
      const { last, place } = at
      if (place === log.end().place) return yield* Effect.as(log.more(place), sending(nothing, at))
      const batch = place === undefined ? undefined : log.at(place)
      if (place === undefined || batch === undefined) return yield* catchUp(last)
      return sending(batch.framesFor(view, last), {
        last: batch.lastSeq ?? last,
        place: place + 1,
      })
    }),
  )
  return Stream.concat(Stream.make(Buffer.from(hello(start.last))), frames)
})

/**
 * Of one generation, which the caller sees: how it stands, and its history after a version. Ends when
 * the generation has ended or is gone.
 */
export const listenToOne = Effect.fnUntraced(function* (id: string, after: number) {
  const log = yield* EventLog
  const store = yield* Store

  const catchUp = Effect.fnUntraced(function* (last: number): Effect.fn.Return<Step, StoreError> {
    const { place } = log.end()
    const generation = yield* store.get(id)
    if (generation === undefined) return over
    const events = yield* store.events(id, last)
    const frames = [
      ...events.map((event) => eventFrame(event.version, eventData(id, event))),
      generationFrame(generationData(generation)),
    ]
    const next: Position = {
      last: Math.max(last, generation.version, events.at(-1)?.version ?? 0),
      place,
    }
    return sending(Buffer.from(frames.join("")), next, hasEnded(generation.state))
  })

  const start: Position = { last: after, place: undefined }
  const frames = Stream.paginate(
    start,
    Effect.fnUntraced(function* (at): Effect.fn.Return<Step, StoreError> {
      if (log.isOver()) return over
      if (at.place === log.end().place) {
        return yield* Effect.as(log.more(at.place), sending(nothing, at))
      }
      const batch = at.place === undefined ? undefined : log.at(at.place)
      if (at.place === undefined || batch === undefined) return yield* catchUp(at.last)
      let { last } = at
      let isEnd = false
      for (const entry of batch.entries) {
        if (entry._tag === "Event" && entry.generation === id) {
          last = Math.max(last, entry.event.version)
        }
        if (entry._tag === "Standing" && entry.generation.id === id) {
          isEnd = hasEnded(entry.generation.state)
        }
      }
      return sending(batch.framesOf(id, at.last), { last, place: at.place + 1 }, isEnd)
    }),
  )
  return Stream.concat(Stream.make(Buffer.from(hello())), frames)
})

const nothing = new Uint8Array()

const over: Step = [[], Option.none()]

const sending = (frames: Uint8Array, next: Position, isEnd = false): Step => [
  frames.length === 0 ? [] : [frames],
  isEnd ? Option.none() : Option.some(next),
]

/**
 * Event streams, as their listeners get them: first what the store has after the last line that they
 * saw, then what comes. Each one pulls as fast as its connection takes it, so a slow one costs nothing
 * but its own delay.
 */
import type { Access } from "@zoetrope/api"
import { type Generation, hasEnded } from "@zoetrope/engine/Generation"
import { Store, type StoreError } from "@zoetrope/engine/Store"
import { Clock, Effect, Option, Stream } from "effect"
import { isVisible } from "../api/owned.ts"
import { type Entry, EventLog } from "./EventLog.ts"
import { eventData, eventFrame, generationFrame, heartbeat } from "./frames.ts"

/** Milliseconds after which a stream that has nothing to say says so. */
const heartbeatMillis = 15_000

/** Lines that a listener who comes back reads at once. */
const pageSize = 200

interface Place {
  /** The last line that was seen; in a stream of one generation, its version. */
  readonly last: number
  /** Where it stands in the window; `undefined` while it reads from the store. */
  readonly place: number | undefined
  /** When something was last sent. */
  readonly spokenAt: number
}

type Step = readonly [ReadonlyArray<string>, Option.Option<Place>]

/** Of all generations that the caller sees: from a line of the log on, or from now. */
export const listenToAll = Effect.fnUntraced(function* (
  caller: Access.Caller,
  after: number | undefined,
) {
  const log = yield* EventLog
  const store = yield* Store
  const wait = waitOn(log)

  const catchUp = Effect.fnUntraced(function* (last: number) {
    const end = log.end()
    const page = yield* store.log(last, pageSize)
    const frames: Array<string> = []
    for (const { generation, seq, ...event } of page) {
      const owner = yield* log.ownerOf(generation)
      if (owner !== undefined && isVisible(caller, owner)) {
        frames.push(eventFrame(seq, eventData(generation, event)))
      }
    }
    return {
      frames,
      last: page.at(-1)?.seq ?? last,
      place: page.length < pageSize ? end : undefined,
    }
  })
  const frameOf = (entry: Entry, last: number): ReadonlyArray<string> => {
    if (!isVisible(caller, entry.owner)) return []
    if (entry._tag === "Standing") return [generationFrame(entry.generation)]
    return entry.seq > last ? [eventFrame(entry.seq, eventData(entry.generation, entry.event))] : []
  }

  const now = yield* Clock.currentTimeMillis
  const start: Place =
    after === undefined
      ? { last: log.newestSeq(), place: log.end(), spokenAt: now }
      : { last: after, place: undefined, spokenAt: now }
  return Stream.paginate(
    start,
    Effect.fnUntraced(function* (at): Effect.fn.Return<Step, StoreError> {
      const entries = at.place === undefined ? undefined : log.from(at.place)
      if (at.place === undefined || entries === undefined) {
        const { frames, last, place } = yield* catchUp(at.last)
        const spokenAt = frames.length > 0 ? yield* Clock.currentTimeMillis : at.spokenAt
        return [frames, Option.some({ last, place, spokenAt })]
      }
      const frames = entries.flatMap((entry) => frameOf(entry, at.last))
      const last = entries.findLast((entry) => entry._tag === "Event")?.seq ?? at.last
      return yield* wait(frames, { ...at, last, place: at.place + entries.length })
    }),
  )
})

/**
 * Of one generation, which the caller sees: how it stands, and its history after a version. Ends when
 * the generation has ended or is gone.
 */
export const listenToOne = Effect.fnUntraced(function* (id: string, after: number) {
  const log = yield* EventLog
  const store = yield* Store
  const wait = waitOn(log)

  const catchUp = Effect.fnUntraced(function* (last: number) {
    const end = log.end()
    const generation = yield* store.get(id)
    if (generation === undefined) return undefined
    const events = yield* store.events(id, last)
    return {
      frames: [
        ...events.map((event) => eventFrame(event.version, eventData(id, event))),
        generationFrame(generation),
      ],
      last: Math.max(last, generation.version, events.at(-1)?.version ?? 0),
      place: end,
      isOver: hasEnded(generation.state),
    }
  })

  const start: Place = { last: after, place: undefined, spokenAt: 0 }
  return Stream.paginate(
    start,
    Effect.fnUntraced(function* (at): Effect.fn.Return<Step, StoreError> {
      const entries = at.place === undefined ? undefined : log.from(at.place)
      if (at.place === undefined || entries === undefined) {
        const caught = yield* catchUp(at.last)
        if (caught === undefined) return [[], Option.none()]
        const { frames, isOver, last, place } = caught
        const spokenAt = yield* Clock.currentTimeMillis
        return [frames, isOver ? Option.none() : Option.some({ last, place, spokenAt })]
      }
      const frames: Array<string> = []
      let last = at.last
      let newest: Generation | undefined
      for (const entry of entries) {
        if (entry._tag === "Standing") {
          if (entry.generation.id !== id) continue
          newest = entry.generation
          frames.push(generationFrame(newest))
        } else if (entry.generation === id && entry.event.version > last) {
          last = entry.event.version
          frames.push(eventFrame(last, eventData(id, entry.event)))
        }
      }
      const next = { ...at, last, place: at.place + entries.length }
      if (newest !== undefined && hasEnded(newest.state)) return [frames, Option.none()]
      return yield* wait(frames, next)
    }),
  )
})

/** Sends what there is; else waits for more, and keeps the connection meanwhile. */
const waitOn = (log: EventLog["Service"]) =>
  Effect.fnUntraced(function* (frames: ReadonlyArray<string>, at: Place): Effect.fn.Return<Step> {
    const now = yield* Clock.currentTimeMillis
    if (frames.length > 0) return [frames, Option.some({ ...at, spokenAt: now })]
    const silence = now - at.spokenAt
    if (silence >= heartbeatMillis) {
      return [[heartbeat], Option.some({ ...at, spokenAt: now })]
    }
    if (log.end() === at.place) {
      yield* Effect.timeoutOption(log.more, heartbeatMillis - silence)
    }
    return [[], Option.some(at)]
  })

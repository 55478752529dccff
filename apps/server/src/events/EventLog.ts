/**
 * The newest lines of the store's log, read once for all listeners. Owns the window that they are read
 * from and who is woken; a listener is a place in it, and keeps no queue of its own. Who falls behind
 * the window reads on from the store.
 */
import { Engine } from "@zoetrope/engine/Engine"
import type { Event, Generation, LoggedEvent } from "@zoetrope/engine/Generation"
import { Store, type StoreError } from "@zoetrope/engine/Store"
import { Context, Deferred, Effect, Latch, Layer, Stream } from "effect"
import { lastSeq } from "./lastSeq.ts"

export type Entry =
  | {
      readonly _tag: "Event"
      readonly owner: string
      readonly generation: string
      readonly seq: number
      readonly event: Event
    }
  /** How it stood at that moment; not every such moment is here. */
  | { readonly _tag: "Standing"; readonly owner: string; readonly generation: Generation }

export class EventLog extends Context.Service<
  EventLog,
  {
    /** The place behind the newest entry. */
    readonly end: () => number
    /** The newest line that is in the window or was, or has been there before it. */
    readonly newestSeq: () => number
    /** What stands from a place on; `undefined` where the window has moved on. */
    readonly from: (place: number) => ReadonlyArray<Entry> | undefined
    /** Whose a generation is; `undefined` where it is gone. */
    readonly ownerOf: (generation: string) => Effect.Effect<string | undefined, StoreError>
    /** Waits until there is more. */
    readonly more: Effect.Effect<void>
  }
>()("@zoetrope/server/EventLog") {}

/** Entries kept, and generations whose owner is remembered. */
const windowSize = 8192
const ownersKept = 20_000

/** Lines of the log that are read at once. */
const pageSize = 500

/** Milliseconds: so long what happens is collected before listeners are woken. */
const collectMillis = 20

/** What another process recorded is looked for at least this often. */
const lookAgain = "1 second"

export const make = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const stirred = Latch.makeUnsafe(false)
  const standing = new Map<string, Generation>()
  const owners = new Map<string, string>()
  let entries: Array<Entry> = []
  let start = 0
  let seq = yield* lastSeq(store)
  let news = Deferred.makeUnsafe<void>()

  const remember = (id: string, owner: string): void => {
    owners.set(id, owner)
    if (owners.size > ownersKept)
      for (const oldest of owners.keys()) return void owners.delete(oldest)
  }
  const ownerOf = Effect.fnUntraced(function* (id: string) {
    const known = owners.get(id)
    if (known !== undefined) return known
    const owner = (yield* store.get(id))?.owner
    if (owner !== undefined) remember(id, owner)
    return owner
  })
  const append = (added: ReadonlyArray<Entry>): void => {
    if (added.length === 0) return
    entries.push(...added)
    // Half of it at once, so that it is seldom.
    if (entries.length > 2 * windowSize) {
      start += entries.length - windowSize
      entries = entries.slice(-windowSize)
    }
    const waiting = news
    news = Deferred.makeUnsafe()
    Deferred.doneUnsafe(waiting, Effect.void)
  }
  const lines = Effect.fnUntraced(function* (page: ReadonlyArray<LoggedEvent>) {
    const added: Array<Entry> = []
    for (const { generation, seq: line, ...event } of page) {
      const owner = yield* ownerOf(generation)
      if (owner !== undefined) added.push({ _tag: "Event", owner, generation, seq: line, event })
    }
    return added
  })
  const read = Effect.gen(function* () {
    stirred.closeUnsafe()
    // Taken before the log is read: the lines that belong to it then come before it.
    const stood = [...standing.values()]
    standing.clear()
    while (true) {
      const page = yield* store.log(seq, pageSize)
      const added = yield* lines(page)
      seq = page.at(-1)?.seq ?? seq
      append(added)
      if (page.length < pageSize) break
    }
    append(stood.map((generation) => ({ _tag: "Standing", owner: generation.owner, generation })))
  })

  yield* engine.changes.pipe(
    Stream.runForEach((generation) =>
      Effect.sync(() => {
        standing.set(generation.id, generation)
        remember(generation.id, generation.owner)
        stirred.openUnsafe()
      }),
    ),
    Effect.forkScoped({ startImmediately: true }),
  )
  yield* Effect.forever(
    Effect.timeoutOption(stirred.await, lookAgain).pipe(
      Effect.andThen(Effect.sleep(collectMillis)),
      Effect.andThen(read.pipe(Effect.catch(({ message }) => Effect.logWarning(message)))),
    ),
  ).pipe(Effect.forkScoped)

  return EventLog.of({
    end: () => start + entries.length,
    newestSeq: () => seq,
    from: (place) => (place < start ? undefined : entries.slice(place - start)),
    ownerOf,
    more: Effect.suspend(() => Deferred.await(news)),
  })
})

export const layer = Layer.effect(EventLog, make)

/**
 * The newest lines of the store's log, read once for all listeners. Owns the window that they are read
 * from and who is woken; a listener is a place in it, and keeps no queue of its own. Who falls behind
 * the window reads on from the store.
 */
import { Engine } from "@zoetrope/engine/Engine"
import type { Generation, LoggedEvent } from "@zoetrope/engine/Generation"
import { Store, type StoreError } from "@zoetrope/engine/Store"
import { Context, Effect, Latch, Layer, Stream } from "effect"
import { Stopping } from "../Stopping.ts"
import * as Batch from "./Batch.ts"
import { lastSeq } from "./lastSeq.ts"

/** Where a listener stands. */
export interface Place {
  /** The next batch of the window. */
  readonly place: number
  /** The newest line of the log before it. */
  readonly seq: number
}

export class EventLog extends Context.Service<
  EventLog,
  {
    /** Behind the newest batch. */
    readonly end: () => Place
    /** The batch at a place before the end; `undefined` where the window has moved on. */
    readonly at: (place: number) => Batch.Batch | undefined
    /** Whose a generation is; `undefined` where it is gone. */
    readonly ownerOf: (generation: string) => Effect.Effect<string | undefined, StoreError>
    /** Waits until there is something at a place, or nothing more will come. */
    readonly more: (place: number) => Effect.Effect<void>
    /** The server stops, and streams end. */
    readonly isOver: () => boolean
  }
>()("@zoetrope/server/EventLog") {}

/** Entries kept at least, while nobody has to read so far back; at most twice as many are. */
const windowSize = 8192
const ownersKept = 20_000

/** Entries of a batch: so much is written at once, and a listener that does not read holds no more. */
const batchSize = 100

/** Lines of the log that are read at once. */
const pageSize = 500

/** Milliseconds: so long what happens is collected before listeners are woken. */
const collectMillis = 20

/** What another process recorded is looked for at least this often. */
const lookAgain = "1 second"

/** How often streams say that they live. */
const heartbeatEvery = "15 seconds"

/** Listeners woken in a row; whoever asks for something else gets a turn between. */
const wokenAtOnce = 64

export const make = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const stopping = yield* Stopping
  const stirred = Latch.makeUnsafe(false)
  const standing = new Map<string, Generation>()
  const owners = new Map<string, string>()
  let batches: Array<Batch.Batch> = []
  let kept = 0
  let start = 0
  let seq = yield* lastSeq(store)
  let waiting = new Set<() => void>()

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
  const isThere = (place: number): boolean => place < start + batches.length || stopping.isOpen()
  const more = (place: number): Effect.Effect<void> =>
    Effect.callback((resume) => {
      if (isThere(place)) return resume(Effect.void)
      const wake = (): void => resume(Effect.void)
      waiting.add(wake)
      return Effect.sync(() => void waiting.delete(wake))
    })
  const wakeAll = Effect.gen(function* () {
    const woken = waiting
    waiting = new Set()
    let turn = 0
    for (const wake of woken) {
      wake()
      if ((turn += 1) % wokenAtOnce === 0) yield* Effect.yieldNow
    }
  })
  const append = (added: ReadonlyArray<Batch.Entry>): void => {
    for (let from = 0; from < added.length; from += batchSize) {
      batches.push(Batch.make(added.slice(from, from + batchSize)))
    }
    kept += added.length
    if (kept <= 2 * windowSize) return
    // Half of it at once, so that it is seldom.
    let gone = 0
    while (kept > windowSize) kept -= batches[gone++]?.entries.length ?? 0
    batches = batches.slice(gone)
    start += gone
  }
  const entriesOf = Effect.fnUntraced(function* (page: ReadonlyArray<LoggedEvent>) {
    const entries: Array<Batch.Entry> = []
    for (const { generation, seq: line, ...event } of page) {
      const owner = yield* ownerOf(generation)
      if (owner !== undefined) entries.push({ _tag: "Event", owner, generation, seq: line, event })
    }
    return entries
  })
  const read = Effect.gen(function* () {
    stirred.closeUnsafe()
    // Taken before the log is read: the lines that belong to it then come before it.
    const stood = [...standing.values()]
    standing.clear()
    while (true) {
      const page = yield* store.log(seq, pageSize)
      const entries = yield* entriesOf(page)
      const isLast = page.length < pageSize
      if (isLast) for (const generation of stood) entries.push(standingOf(generation))
      append(entries)
      seq = page.at(-1)?.seq ?? seq
      if (entries.length > 0) yield* wakeAll
      if (isLast) break
    }
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
  yield* Effect.forever(
    Effect.sleep(heartbeatEvery).pipe(
      Effect.andThen(Effect.sync(() => append([{ _tag: "Heartbeat" }]))),
      Effect.andThen(wakeAll),
    ),
  ).pipe(Effect.forkScoped)
  yield* Effect.forkScoped(Effect.andThen(stopping.await, wakeAll))

  return EventLog.of({
    end: () => ({ place: start + batches.length, seq }),
    at: (place) => batches[place - start],
    ownerOf,
    more,
    isOver: () => stopping.isOpen(),
  })
})

export const layer = Layer.effect(EventLog, make)

const standingOf = (generation: Generation): Batch.Entry => ({
  _tag: "Standing",
  owner: generation.owner,
  generation,
})

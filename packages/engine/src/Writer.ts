/**
 * Every write of one process, in as few commits as there can be: what arrives while one flush is on
 * its way goes with the next, and nobody is answered before the disk has it. Owns the queue. A write
 * is never dropped, since it may be the record of a submit that was paid: a flush that failed is put
 * back and sent again, and a write that makes every flush fail ends up alone, behind the others.
 */
import { Clock, Context, Effect, Exit, Latch, Layer, type Scope } from "effect"
import * as SteadyClock from "./internal/SteadyClock.ts"
import { idOf, type Outcome, Store, StoreError, type Write } from "./Store.ts"

/** The one way to the store for whatever is decided: writes that come together are flushed together. */
export class Writer extends Context.Service<
  Writer,
  {
    /** Answers when it is on the disk. An interrupt stops the waiting, not the write. */
    readonly write: (write: Write) => Effect.Effect<Outcome>
    /** The same without a fiber that waits. `answer` must be quick, and must not throw. */
    readonly send: (write: Write, answer: (outcome: Outcome) => void) => void
    /** Why the last flush failed, until one succeeds: what to tell people while they wait. */
    readonly trouble: Effect.Effect<StoreError | undefined>
    /** Writes that are not on the disk yet. */
    readonly waiting: Effect.Effect<number>
  }
>()("@zoetrope/engine/Writer") {}

export interface Options {
  /** Most writes in one commit. Default 500: longer ones would hold up the event loop. */
  readonly batch?: number | undefined
  /**
   * Milliseconds from one commit to the next at least, unless a whole batch is waiting. Default 5: a
   * commit waits for the disk, and a busy program would do little else. Whoever comes to an idle
   * writer is not kept waiting.
   */
  readonly window?: number | undefined
}

/** Milliseconds between a flush that failed and the next. */
const pauseMillis = 200

/** When its scope closes, what is waiting is flushed, as long as that succeeds. */
export const make: (
  options?: Options,
) => Effect.Effect<Writer["Service"], never, Store | Scope.Scope> = Effect.fnUntraced(function* ({
  batch: largest = 500,
  window = 5,
} = {}) {
  const store = yield* Store
  const awake = Latch.makeUnsafe(false)
  let queue: Array<Entry> = []
  let limit = largest
  let trouble: StoreError | undefined
  let successes = 0

  const flushSome = Effect.uninterruptible(
    Effect.gen(function* () {
      const [batch, rest] = split(queue, limit, successes)
      queue = rest
      const exit = yield* Effect.exit(store.flush(batch.map(({ write }) => write)))
      if (Exit.isSuccess(exit)) {
        trouble = undefined
        successes += 1
        limit = Math.min(largest, limit * 2)
        for (const [place, { answer }] of batch.entries()) answer(exit.value[place] ?? "stale")
        return true
      }
      // One write may be what the store cannot take: ever fewer at once, until it is alone.
      const isAlone = batch.length === 1
      queue = isAlone
        ? [...queue, ...batch.map((entry) => failedAlone(entry, successes))]
        : [...batch, ...queue]
      limit = isAlone ? largest : Math.ceil(batch.length / 2)
      const isNews = trouble === undefined
      trouble = troubleOf(exit)
      if (isNews) yield* Effect.logWarning(`${trouble.message}; trying again until it succeeds`)
      return false
    }),
  )

  const run = Effect.gen(function* () {
    const clock = SteadyClock.make(yield* Clock.Clock)
    let lastFlush = -Infinity
    while (true) {
      yield* awake.await
      awake.closeUnsafe()
      while (queue.length > 0) {
        // Whom the last flush has answered may have more to write: it goes with this one.
        yield* Effect.yieldNow
        const early = lastFlush + window - clock.now()
        if (early > 0 && queue.length < limit) yield* Effect.sleep(early)
        if (!(yield* flushSome)) yield* Effect.sleep(pauseMillis)
        lastFlush = clock.now()
      }
    }
  })
  yield* Effect.addFinalizer(() =>
    Effect.gen(function* () {
      while (queue.length > 0 && (yield* flushSome));
    }),
  )
  yield* Effect.forkScoped(run)

  const send = (write: Write, answer: (outcome: Outcome) => void): void => {
    queue.push({ write, answer, since: successes, isSuspect: false })
    awake.openUnsafe()
  }
  return Writer.of({
    send,
    write: (write) =>
      Effect.callback<Outcome>((resume) =>
        send(write, (outcome) => resume(Effect.succeed(outcome))),
      ),
    trouble: Effect.sync(() => trouble),
    waiting: Effect.sync(() => queue.length),
  })
})

/** What is waiting when the layer closes is flushed, as by `make`. */
export const layer = (options?: Options): Layer.Layer<Writer, never, Store> =>
  Layer.effect(Writer, make(options))

interface Entry {
  readonly write: Write
  readonly answer: (outcome: Outcome) => void
  /** How many flushes had succeeded when it came, or when it last failed alone. */
  readonly since: number
  /** It failed alone while others succeeded: from now on it is sent alone, and seldom. */
  readonly isSuspect: boolean
}

const failedAlone = (entry: Entry, successes: number): Entry => ({
  ...entry,
  since: successes,
  isSuspect: entry.isSuspect || successes > entry.since,
})

/** After so many flushes a suspect has its try: that costs a pause, but it may be innocent, and a paid task. */
const patience = 200

/**
 * The first entries, at most one for each generation: the next would be decided by the outcome of the
 * first. A suspect goes where all that is left waits for it, or when it has waited for long. Never empty
 * unless the queue is.
 */
const split = (
  queue: ReadonlyArray<Entry>,
  limit: number,
  successes: number,
): readonly [batch: Array<Entry>, rest: Array<Entry>] => {
  const overdue = queue.findIndex((one) => one.isSuspect && successes - one.since >= patience)
  if (overdue >= 0) return [queue.slice(overdue, overdue + 1), queue.toSpliced(overdue, 1)]
  const batch: Array<Entry> = []
  const rest: Array<Entry> = []
  const ids = new Set<string>()
  for (const entry of queue) {
    const id = idOf(entry.write)
    if (!entry.isSuspect && batch.length < limit && !ids.has(id)) batch.push(entry)
    else rest.push(entry)
    ids.add(id)
  }
  return batch.length > 0 ? [batch, rest] : [rest.splice(0, 1), rest]
}

const troubleOf = (exit: Exit.Failure<unknown, StoreError>): StoreError => {
  const [first] = exit.cause.reasons
  if (first?._tag === "Fail") return first.error
  const detail = first?._tag === "Die" ? String(first.defect) : "it was interrupted"
  return new StoreError({ operation: "flush", detail })
}

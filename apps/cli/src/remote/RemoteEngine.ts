/**
 * The engine of a server, for whoever works with one: the same service, over HTTP. Owns what is sent
 * again when the server is away: a create, which carries a key, and whatever only looks or waits. What
 * a person says of one generation is sent once. Drives nothing; the server does.
 */
import { Api, type Generation as Wire } from "@zoetrope/api"
import { toHandle } from "@zoetrope/core/TaskRef"
import type { Engine } from "@zoetrope/engine/Engine"
import { UnknownGeneration } from "@zoetrope/engine/EngineError"
import { type Generation, hasEnded } from "@zoetrope/engine/Generation"
import type { Settlement } from "@zoetrope/engine/Observation"
import type { Filter } from "@zoetrope/engine/Store"
import { Clock, Effect, PubSub, Schedule, Struct } from "effect"
import { bodyOf } from "./bodyOf.ts"
import { callTimeout } from "./Connection.ts"
import { generationOf, recordOf } from "./fromWire.ts"
import * as Listening from "./Listening.ts"
import type { Outage } from "./Outage.ts"
import {
  type CallFailed,
  isPassing,
  refusedCreate,
  refusedFor,
  refusedHandle,
  ServerError,
  serverError,
} from "./refusals.ts"
import type { Connection } from "../setup/Server.ts"

export interface Options {
  readonly outage: Outage
  /** A create was broken off, and may have been recorded: its key. */
  readonly onLeft: (key: string) => Effect.Effect<void>
}

/** The server itself gives up a request that has not arrived after 120 s. */
const uploadTimeout = "130 seconds"

/** How long whatever may be sent again is. */
const patience = "10 minutes"

/** How often it is looked whether somebody who waits has missed something: events may be lost on the way. */
const lookAgain = "30 seconds"

export const make = Effect.fnUntraced(function* (
  connection: Connection,
  { onLeft, outage }: Options,
) {
  const { canFind, client, keyOf, url } = connection
  /** For what does no harm when it is sent twice. */
  const patiently = <A, E extends CallFailed, R>(call: Effect.Effect<A, E, R>) =>
    call.pipe(
      Effect.tapError((error) => (isPassing(error) ? outage.seen(error) : Effect.void)),
      Effect.retry({
        schedule: Schedule.spaced("1 second").pipe(
          Schedule.jittered,
          Schedule.upTo({ duration: patience }),
        ),
        while: isPassing,
      }),
      Effect.tap(outage.over),
    )

  const read = (wire: Wire.Generation) => generationOf(wire, keyOf)

  const alike = (id: string) =>
    client.generations.list({ query: { id, limit: fewIds } }).pipe(
      Effect.timeout(callTimeout),
      Effect.map(({ generations }) => generations),
    )

  const get = Effect.fnUntraced(function* (id: string) {
    const found = /^[0-9a-z]{1,12}$/.test(id)
      ? yield* alike(id).pipe(Effect.mapError((error) => serverError(error, url)))
      : []
    const only = found.find((one) => one.id === id) ?? (found.length === 1 ? found[0] : undefined)
    if (only !== undefined) return read(only)
    return yield* new UnknownGeneration({ id, like: found.map((one) => one.id) })
  })

  const wholeId = (id: string) =>
    id.length === idLength ? Effect.succeed(id) : Effect.map(get(id), (one) => one.id)

  /** A person's word about one generation. */
  const say = Effect.fnUntraced(function* <A, E extends CallFailed>(
    given: string,
    call: (params: { readonly id: string }) => Effect.Effect<A, E>,
  ) {
    const id = yield* wholeId(given)
    return yield* call({ id }).pipe(
      Effect.timeout(callTimeout),
      Effect.mapError((error) => refusedFor(error, url, id)),
    )
  })

  const listening = yield* Listening.make(connection, {
    look: (id) => Effect.map(alike(id), ([found]) => found && read(found)),
    read,
    outage,
  })

  const submit: Engine["Service"]["submit"] = Effect.fnUntraced(function* (request) {
    const { account, input, model, remakes } = request
    // An answer that is lost is asked for again: the server knows the key.
    const key = request.key ?? crypto.randomUUID()
    const payload = bodyOf({
      model,
      input,
      ...(account === undefined ? {} : { account }),
      ...(remakes === undefined ? {} : { remakes }),
    })
    const { create } = client.generations
    const options = {
      headers: { "idempotency-key": key },
      responseMode: "decoded-and-response",
    } as const
    const call =
      payload instanceof FormData
        ? create({ ...options, payload }).pipe(Effect.timeout(uploadTimeout))
        : create({ ...options, payload }).pipe(Effect.timeout(callTimeout))
    const [accepted, { status }] = yield* patiently(call).pipe(
      Effect.mapError((error) => refusedCreate(error, url, { model, key })),
      Effect.onInterrupt(() => onLeft(key)),
    )
    return {
      generation: read(accepted),
      // A key that was made here is nobody else's.
      isNew: request.key === undefined || status === created,
      warnings: accepted.warnings,
    }
  })

  const adopt: Engine["Service"]["adopt"] = Effect.fnUntraced(function* (ref) {
    const [accepted, { status }] = yield* client.generations
      .adopt({ payload: { handle: toHandle(ref) }, responseMode: "decoded-and-response" })
      .pipe(
        Effect.timeout(callTimeout),
        patiently,
        Effect.mapError((error) => refusedHandle(error, url, ref)),
      )
    const { warnings } = accepted
    return { generation: read(accepted), isNew: status === created, warnings }
  })

  const list = Effect.fnUntraced(function* (filter: Filter = {}) {
    const { after, limit = usualLimit, models, order, owner, states } = filter
    if (order === "oldest") {
      const detail = "a server lists its generations with the newest first"
      return yield* new ServerError({ operation: "read", detail })
    }
    const all: Array<Generation> = []
    let next: string | null = after?.id ?? null
    do {
      const page: typeof Wire.Page.Type = yield* client.generations
        .list({
          query: {
            limit: Math.min(limit - all.length, Api.pageSize.most),
            ...(states === undefined ? {} : { state: states }),
            ...(models === undefined ? {} : { model: models }),
            ...(owner === undefined ? {} : { owner }),
            ...(next === null ? {} : { after: next }),
          },
        })
        .pipe(
          Effect.timeout(callTimeout),
          Effect.mapError((error) => serverError(error, url)),
        )
      all.push(...page.generations.map(read))
      next = page.next
    } while (next !== null && all.length < limit)
    return all
  })

  const startedAt = yield* Clock.currentTimeMillis

  /** As the engine itself has it, by the clock of this machine. */
  const isOver = (generation: Generation, now: number): boolean => {
    const { dueAt, provider, state, task, updatedAt } = generation
    if (state !== "undecided") return hasEnded(state)
    if (dueAt === undefined || !canFind(provider)) return true
    const sentAt = task?.sentAt ?? 0
    return now > Math.max(sentAt + listedMillis, Math.max(updatedAt, startedAt) + lookMillis)
  }

  const settled: Engine["Service"]["settled"] = (id) =>
    Effect.scoped(
      Effect.gen(function* () {
        const news = yield* listening.subscribe
        let generation = yield* get(id)
        const whole = generation.id
        while (!isOver(generation, yield* Clock.currentTimeMillis)) {
          const heard = yield* nextOf(news, whole).pipe(
            Effect.timeoutOrElse({
              // An undecided one is over by the clock alone.
              duration: generation.state === "undecided" ? lookMillis : lookAgain,
              orElse: () => Effect.undefined,
            }),
          )
          generation = heard ?? (yield* get(whole))
        }
        return generation
      }),
    )

  const engine: Engine["Service"] = {
    submit,
    adopt,
    get,
    record: Effect.fnUntraced(function* (given) {
      const id = yield* wholeId(given)
      const wire = yield* client.generations.get({ params: { id } }).pipe(
        Effect.timeout(callTimeout),
        patiently,
        Effect.mapError((error) => {
          const refused = refusedFor(error, url, id)
          return refused._tag === "NotNow" ? serverError(error, url) : refused
        }),
      )
      return recordOf(wire, keyOf)
    }),
    list,
    cancel: (id) =>
      Effect.map(
        say(id, (params) => client.generations.cancel({ params })),
        read,
      ),
    settle: (id, how) =>
      Effect.map(
        say(id, (params) => client.generations.settle({ params, payload: wordOf(how) })),
        read,
      ),
    // The server asks its providers by itself.
    nudge: (id) => Effect.asVoid(get(id)),
    remove: (id) => say(id, (params) => client.generations.remove({ params })),
    settled,
    isMoving: (generation) =>
      Effect.map(Clock.currentTimeMillis, (now) => !isOver(generation, now)),
    changes: listening.changes,
    drive: () => Effect.void,
    stats: client.server.stats().pipe(
      Effect.timeout(callTimeout),
      Effect.map(Struct.pick(["states", "submits", "tasks", "artifacts"])),
      Effect.mapError((error) => serverError(error, url)),
    ),
    trouble: Effect.sync(outage.current),
  }
  return engine
})

const created = 201
const idLength = 12
const usualLimit = 100

/** Ids that are named where a beginning is not enough, and one more. */
const fewIds = 5

/** Milliseconds, as the engine has them. */
const listedMillis = 60_000
const lookMillis = 10_000

/** How it stands next; `undefined` where that has to be looked for. */
const nextOf = (
  news: PubSub.Subscription<Listening.News>,
  id: string,
): Effect.Effect<Generation | undefined> =>
  Effect.flatMap(PubSub.take(news), (one) => {
    if (one._tag === "LookAgain") return Effect.undefined
    return one.generation.id === id ? Effect.succeed(one.generation) : nextOf(news, id)
  })

const wordOf = (how: Settlement): Wire.Settle => {
  switch (how._tag) {
    case "Again":
      return { how: "again" }
    case "Found":
      return { how: "found", handle: toHandle(how.ref) }
    case "GiveUp":
      return { how: "give-up" }
  }
}

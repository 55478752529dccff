/**
 * Whether anything still happens to a generation by itself, and waiting until nothing does: it has
 * ended, or it is undecided and a person is asked. Drives nothing.
 */
import { Providers } from "@zoetrope/core/Providers"
import { Clock, Effect, PubSub, Stream } from "effect"
import { type Generation, hasEnded } from "../Generation.ts"

/** @param news rows as they change; some may be missed */
export const make = Effect.fnUntraced(function* (news: PubSub.PubSub<Generation>) {
  const providers = yield* Providers
  const startedAt = yield* Clock.currentTimeMillis

  const isMoving = Effect.fnUntraced(function* (generation: Generation) {
    const { accountKey, dueAt, provider, state, task, updatedAt } = generation
    if (state !== "undecided") return !hasEnded(state)
    const canLook = providers.all.some(
      (one) => one.id === provider && one.key === accountKey && one.find !== undefined,
    )
    if (dueAt === undefined || !canLook) return false
    const sentAt = task?.sentAt ?? 0
    const until = Math.max(sentAt + listedMillis, Math.max(updatedAt, startedAt) + lookMillis)
    return (yield* Clock.currentTimeMillis) <= until
  })

  /** @param read what stands in the store now */
  const settled = <E>(read: Effect.Effect<Generation, E>): Effect.Effect<Generation, E> =>
    Effect.scoped(
      Effect.gen(function* () {
        const changes = yield* PubSub.subscribe(news)
        let generation = yield* read
        while (yield* isMoving(generation)) {
          const { id } = generation
          // Not every change reaches every listener: what is in the store is looked at now and then.
          yield* Stream.fromSubscription(changes).pipe(
            Stream.filter((one) => one.id === id),
            Stream.take(1),
            Stream.runDrain,
            Effect.timeoutOption(lookAgainMillis),
          )
          generation = yield* read
        }
        return generation
      }),
    )

  return { isMoving, settled }
})

const lookAgainMillis = 5_000

/** Milliseconds after a submit in which the provider may still begin to list its task. */
const listedMillis = 60_000

/** Milliseconds in which whoever drives has looked for a task, however long ago it was sent. */
const lookMillis = 10_000

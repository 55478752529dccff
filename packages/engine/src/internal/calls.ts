/**
 * The calls that a generation may need, one for each action: what is asked of its provider, or of the
 * disk, and what is observed by it. Each gives its slot back as soon as its answer is there. Refuses to
 * know whose turn it is, and what follows from an answer.
 */
import { guarded, wordsOf } from "@zoetrope/core/Defects"
import { check } from "@zoetrope/core/Model"
import type { Prepared, Provider } from "@zoetrope/core/Provider"
import { CancelRefused, type Operation, type Reason } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import { toHandle } from "@zoetrope/core/TaskRef"
import { Cause, Clock, Effect, Exit, Result } from "effect"
import type { Decision } from "../Decision.ts"
import { Inputs, InputsError } from "../Inputs.ts"
import { Keep } from "../Keep.ts"
import type { Observation } from "../Observation.ts"
import { Store, type StoreError } from "../Store.ts"
import { timingOf } from "./Accounts.ts"
import type { Start } from "./Dispatcher.ts"
import type { Entry } from "./Entry.ts"
import * as Experience from "./experience.ts"
import * as Group from "./Group.ts"
import * as SteadyClock from "./SteadyClock.ts"

export type Calls = Readonly<
  Record<Start["action"], (start: Start) => Effect.Effect<void, StoreError>>
>

export interface Options {
  /** Decides and records what was observed; the entry has the row as it is then. */
  readonly settle: (entry: Entry, observation: Observation) => Effect.Effect<Decision>
  /** Nothing was observed: it is tried again after so many milliseconds. */
  readonly again: (entry: Entry, inMillis: number) => void
  /** Where the provider may report changes of this one task. */
  readonly callbackUrl: (task: { id: string; token: string }) => string | undefined
}

export const make = Effect.fnUntraced(function* ({ again, callbackUrl, settle }: Options) {
  const store = yield* Store
  const inputs = yield* Inputs
  const { keep } = yield* Keep
  const clock = SteadyClock.make(yield* Clock.Clock)
  const experience = Experience.make(store)

  const learntOf = ({ account: { model }, generation }: Entry) =>
    experience.learnt(generation.cohort, timingOf(model, generation))

  /** What is asked of the provider, with the bytes that were set aside. */
  const preparedOf = Effect.fnUntraced(function* ({ account, generation }: Entry) {
    const { model, provider } = account
    const { digest, id } = generation
    const kept = yield* store.input(id)
    const given = yield* kept === undefined
      ? new InputsError({ why: "what was asked for is not in the store" })
      : inputs.restore(kept)
    return Result.mapBoth(check(model, given), {
      onSuccess: ({ input, warnings }): Prepared => ({ model, input, digest, warnings }),
      onFailure: (reason) => errorOf(provider, "submit", reason),
    })
  })

  /** Uninterruptible: who has marked it sends it or says that it was not sent, and who has sent it records the answer. */
  const submit = Effect.fnUntraced(function* ({ entry, release }: Start) {
    const { group, provider } = entry.account
    const prepared = yield* preparedOf(entry).pipe(
      Effect.catchTag("InputsError", ({ why }) =>
        Effect.as(settle(entry, { _tag: "Hindered", why, inMillis: hinderedMillis }), undefined),
      ),
    )
    if (prepared === undefined) return
    // Now, since nothing that may fail shall stand between the answer and its record.
    const learnt = yield* learntOf(entry)
    const marked = yield* settle(entry, { _tag: "Turn" })
    const task = marked._tag === "Write" ? marked.change.task : undefined
    if (task === undefined) return
    if (entry.generation.stamp !== task.token) {
      // Somebody has changed it since, by a wish to cancel perhaps: so this row is never sent.
      yield* settle(entry, { _tag: "Withheld", task })
      return
    }
    const exit = yield* Effect.fromResult(prepared).pipe(
      Effect.flatMap((ready) => {
        const address = callbackUrl({ id: entry.generation.id, token: task.token })
        const carried = address === undefined ? {} : { callbackUrl: address }
        return provider.submit({ ...ready, ...carried, key: task.token })
      }),
      Effect.result,
      Effect.exit,
    )
    release()
    if (Exit.isFailure(exit)) {
      const why = wordsOf(Cause.squash(exit.cause))
      yield* Effect.logError(`a submit ended in a way that none should: ${why}`)
      yield* settle(entry, { _tag: "Orphaned", why })
      return
    }
    const answer = exit.value
    if (Result.isFailure(answer) && answer.failure.reason._tag === "ConcurrencyLimited") {
      Group.lower(group, clock.now())
    }
    const recorded = yield* settle(entry, { _tag: "Answered", task, answer, learnt })
    if (recorded._tag === "Refuse" && Result.isSuccess(answer)) {
      const { ref } = answer.success
      yield* Effect.logError(
        `a submit was accepted as task ${ref.taskId}, and may be paid, but its generation was removed meanwhile. ` +
          `The task can be taken over by its handle: ${toHandle(ref)}`,
      )
    }
  }, Effect.uninterruptible)

  const poll = Effect.fnUntraced(function* ({ entry, release }: Start) {
    const { provider } = entry.account
    const ref = entry.generation.task?.ref
    if (ref === undefined) return
    const answer = yield* Effect.result(guarded(provider, "poll", () => provider.poll(ref)))
    release()
    entry.failures = Result.isFailure(answer) ? entry.failures + 1 : 0
    const learnt = yield* learntOf(entry)
    const ageSeconds = Math.max(0, clock.now() - (entry.task?.since ?? 0)) / 1000
    const ranSeconds = entry.task?.ran ?? 0
    const decision = yield* settle(entry, {
      _tag: "Polled",
      provider,
      learnt,
      ref,
      answer,
      ageSeconds,
      ranSeconds,
      failures: entry.failures,
    })
    if (decision._tag === "Write" && decision.change.duration !== undefined) {
      experience.add(entry.generation.cohort, decision.change.duration)
    }
    const isRunning = Result.isSuccess(answer) && stillRuns.has(answer.success.state._tag)
    if (isRunning && entry.task?.id === ref.taskId) entry.task.ran = ageSeconds
  })

  const look = Effect.fnUntraced(function* ({ entry, release }: Start) {
    const { provider } = entry.account
    const { find } = provider
    const { task } = entry.generation
    if (find === undefined || task === undefined) return
    const found = yield* preparedOf(entry).pipe(
      Effect.flatMap(Effect.fromResult),
      Effect.flatMap((ready) =>
        guarded(provider, "find", () =>
          find({ ...ready, key: task.token }, new Date(task.sentAt).toISOString()),
        ),
      ),
      Effect.result,
    )
    release()
    // A search that failed has found nothing out.
    if (Result.isFailure(found)) again(entry, searchAgainMillis)
    else yield* settle(entry, { _tag: "Looked", task, found: found.success })
  })

  const cancel = Effect.fnUntraced(function* ({ entry, release }: Start) {
    const { provider } = entry.account
    const { cancel: cancelAt } = provider
    const ref = entry.generation.task?.ref
    if (ref === undefined) return
    const reason = new CancelRefused({ detail: "this provider has no way to cancel a task" })
    const answer = yield* Effect.result(
      cancelAt === undefined
        ? Effect.fail(errorOf(provider, "cancel", reason))
        : guarded(provider, "cancel", () => cancelAt(ref)),
    )
    release()
    yield* settle(entry, { _tag: "CancelAnswered", answer })
  })

  const fetch = Effect.fnUntraced(function* ({ entry, release }: Start) {
    const outputs = entry.generation.task?.outputs
    if (outputs === undefined) return
    const kept = yield* Effect.result(keep(entry.generation, outputs))
    release()
    if (Result.isSuccess(kept)) {
      yield* settle(entry, { _tag: "Kept", artifacts: kept.success })
    } else {
      const { deadLink, inMillis, why } = kept.failure
      yield* settle(entry, { _tag: "NotKept", why, deadLink, inMillis })
    }
  })

  const calls: Calls = { turn: submit, poll, look, cancel, fetch }
  return calls
})

/** Milliseconds until a search that failed is made again. */
const searchAgainMillis = 15_000

/** Milliseconds until an input that could not be read is tried again. */
const hinderedMillis = 30_000

const stillRuns: ReadonlySet<string> = new Set(["Queued", "Running"])

const errorOf = (provider: Provider, operation: Operation, reason: Reason): TaskError =>
  new TaskError({ provider: provider.id, account: provider.account, operation, reason })

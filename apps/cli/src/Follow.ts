/**
 * One task to its end, and its video kept: what `demo` does for each model. Shows nothing;
 * it tells what happens to whoever does.
 */
import * as Poll from "@zoetrope/core/Poll"
import { Unproven } from "@zoetrope/core/Reason"
import type { RunOptions } from "@zoetrope/core/Task"
import { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import type { Output, Succeeded } from "@zoetrope/core/TaskState"
import type { SavedArtifact } from "@zoetrope/node/Artifact"
import { Clock, Effect } from "effect"
import type { Opened } from "./Accounts.ts"
import type { Event } from "./Progress.ts"

export interface Followed {
  readonly ref: TaskRef
  readonly tasks: ReadonlyArray<TaskRef>
  readonly polls: number
  readonly video: Output
  readonly facts: Succeeded["facts"]
  readonly saved: SavedArtifact
  readonly seconds: number
}

/** What is asked of core: one run or one wait, told how to report. */
export type Ask = (
  options: RunOptions,
) => Effect.Effect<Poll.Waited & { readonly tasks?: ReadonlyArray<TaskRef> }, TaskError>

export const follow = Effect.fn("Follow.follow")(function* (options: {
  readonly opened: Opened
  readonly ask: Ask
  readonly deadlineSeconds?: number | undefined
  readonly pathFor: (ref: TaskRef) => string
  readonly tell: (event: Event) => void
}) {
  const { opened, tell } = options
  const startedAt = Date.now()
  const waited = yield* options.ask({
    onState: tell,
    deadlineSeconds: options.deadlineSeconds,
  })
  const { ref } = waited
  const [video] = waited.state.outputs
  // Loaded here, since most commands never download anything.
  const { save } = yield* Effect.promise(() => import("@zoetrope/node/Artifact"))
  const saved = yield* save({
    url: video.url,
    to: options.pathFor(ref),
    expected: {
      ...(video.bytes === undefined ? {} : { bytes: video.bytes }),
      ...(video.md5 === undefined ? {} : { md5: video.md5 }),
    },
    ...(video.expiresAt === undefined ? {} : { expiresAt: video.expiresAt }),
    allow: { loopback: opened.local },
    renew: renew(opened, ref),
    onProgress: ({ bytes, total }) =>
      Effect.sync(() => tell({ _tag: "Downloading", bytes, total })),
  })
  const followed: Followed = {
    ref,
    tasks: waited.tasks ?? [ref],
    polls: waited.polls,
    video,
    facts: waited.state.facts,
    saved,
    seconds: (Date.now() - startedAt) / 1000,
  }
  return followed
})

/** A fresh link, by one more poll. */
const renew = Effect.fnUntraced(function* (opened: Opened, ref: TaskRef) {
  const answer = yield* Effect.result(opened.provider.poll(ref))
  const ageSeconds = ((yield* Clock.currentTimeMillis) - Date.parse(ref.submittedAt)) / 1000
  const step = Poll.stepOf(opened.provider, ref, answer, ageSeconds)
  if (step._tag === "Done") return step.state.outputs[0].url
  if (step._tag === "End") return yield* step.error
  // The poll brought nothing: its own error, or a task that is suddenly not done.
  if (answer._tag === "Failure") return yield* answer.failure
  return yield* new TaskError({
    provider: opened.provider.id,
    account: opened.provider.account,
    model: ref.model,
    operation: "poll",
    reason: new Unproven({
      state: "no_link",
      detail: "the link is dead and there is no new one yet",
    }),
    ref,
  })
})

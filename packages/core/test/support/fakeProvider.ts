/** A provider whose answers are written down beforehand. It counts what it was asked. */
import { Clock, Effect, Schema } from "effect"
import type { Model } from "../../src/Model.ts"
import * as Provider from "../../src/Provider.ts"
import type { Reason } from "../../src/Reason.ts"
import { TaskError } from "../../src/TaskError.ts"
import type { TaskRef } from "../../src/TaskRef.ts"
import type { TaskState } from "../../src/TaskState.ts"

const Input = Schema.Struct({
  prompt: Schema.String.annotate({ title: "Prompt" }).check(Schema.isMaxCodePoints(20)),
})

export const model: Model<typeof Input.Type> = {
  id: "fake/one",
  alias: "one",
  title: { en: "One", zh: "一" },
  summary: { en: "A model of this test", zh: "测试模型" },
  kind: "text-or-image-to-video",
  input: Input,
  examples: [{ prompt: "a cat" }],
  rules: ({ prompt }) => ({
    issues: prompt === "forbidden" ? [{ path: "/prompt", message: "is forbidden" }] : [],
    warnings: prompt === "odd" ? ["an odd prompt"] : [],
  }),
  limitGroup: "one",
  limits: { inFlight: 2, callsPerSecond: 1000 },
  timing: {
    usual: 100,
    longest: 1000,
    poll: { floor: 2, ceiling: 5 },
    retention: 43_200,
    link: 3600,
  },
  documents: [{ title: "None", url: "https://example.test/one", updated: "2026-01-01" }],
}

export const refOf = (taskId: string, submittedAt = "1970-01-01T00:00:00.000Z"): TaskRef => ({
  version: 1,
  provider: "fake",
  account: "default",
  key: "aaaaaaaaaaaa",
  model: model.id,
  taskId,
  submittedAt,
  query: { req_key: "one" },
})

export const failure = (
  operation: TaskError["operation"],
  reason: Reason,
  rest: { readonly requestId?: string; readonly code?: string } = {},
): TaskError =>
  new TaskError({
    provider: "fake",
    account: "default",
    model: model.id,
    operation,
    reason,
    ...rest,
  })

type SubmitAnswer = TaskError | "accepted" | { readonly afterSeconds: number }
type PollAnswer = TaskError | TaskState

export interface Script {
  /** One answer a submit; the last one is repeated. */
  readonly submits?: ReadonlyArray<SubmitAnswer>
  /** One answer a poll; the last one is repeated. */
  readonly polls?: ReadonlyArray<PollAnswer>
}

export const succeeded: TaskState = {
  _tag: "Succeeded",
  outputs: [{ kind: "video", url: "https://example.test/v.mp4?sig=1" }],
}

export const fakeProvider = (script: Script) => {
  const calls = { submits: 0, polls: 0, pollTimes: new Array<number>() }
  const at = <A>(answers: ReadonlyArray<A> | undefined, index: number, otherwise: A): A =>
    answers?.[Math.min(index, answers.length - 1)] ?? otherwise
  const provider = Provider.make({
    id: "fake",
    account: "default",
    key: "aaaaaaaaaaaa",
    models: [model],
    submit: () =>
      Effect.gen(function* () {
        const answer = at<SubmitAnswer>(script.submits, calls.submits, "accepted")
        calls.submits += 1
        const id = `task-${calls.submits}`
        if (answer instanceof TaskError) return yield* answer
        if (typeof answer === "object") yield* Effect.sleep(answer.afterSeconds * 1000)
        const now = yield* Clock.currentTimeMillis
        return { ref: refOf(id, new Date(now).toISOString()), warnings: [] }
      }),
    poll: () =>
      Effect.gen(function* () {
        const answer = at<PollAnswer>(script.polls, calls.polls, succeeded)
        calls.polls += 1
        calls.pollTimes.push(yield* Clock.currentTimeMillis)
        if (answer instanceof TaskError) return yield* answer
        return { state: answer, warnings: [] }
      }),
    check: Effect.succeed({ status: "well", message: "all well" }),
  })
  return { provider, calls }
}

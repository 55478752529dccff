/** A vendor of these tests: one model, its handles, and errors as a provider would make them. */
import type { Model } from "@zoetrope/core/Model"
import * as Provider from "@zoetrope/core/Provider"
import { OutcomeUnknown, type Reason } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import type { TaskState } from "@zoetrope/core/TaskState"
import { Effect, Schema } from "effect"
import type { Generation } from "../../src/Generation.ts"

const Input = Schema.Struct({ prompt: Schema.String })

export const model: Model<typeof Input.Type> = {
  id: "fake/one",
  alias: "one",
  title: { en: "One", zh: "一" },
  summary: { en: "A model of this test", zh: "测试模型" },
  kind: "text-or-image-to-video",
  input: Input,
  examples: [{ prompt: "a cat" }],
  rules: () => ({ issues: [], warnings: [] }),
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

export const provider: Provider.Provider = Provider.make({
  id: "fake",
  account: "default",
  key: "aaaaaaaaaaaa",
  models: [model],
  submit: () => Effect.die("these tests send nothing"),
  poll: () => Effect.die("these tests ask nothing"),
  check: Effect.succeed({ status: "well", message: "all well" }),
})

export const refOf = (taskId: string, submittedAt = "1970-01-01T00:00:00.000Z"): TaskRef => ({
  version: 1,
  provider: "fake",
  account: "default",
  key: "aaaaaaaaaaaa",
  model: model.id,
  taskId,
  submittedAt,
  query: {},
})

export const failure = (operation: TaskError["operation"], reason: Reason): TaskError =>
  new TaskError({ provider: "fake", account: "default", model: model.id, operation, reason })

/** The answer to a submit did not come. */
export const lost: TaskError = failure(
  "submit",
  new OutcomeUnknown({
    account: "default",
    model: model.id,
    at: "1970-01-01T00:00:00.000Z",
    inputDigest: "d",
    detail: "the connection was reset",
    look: "Look in the console.",
  }),
)

export const succeeded: TaskState = {
  _tag: "Succeeded",
  outputs: [{ kind: "video", url: "https://example.test/v.mp4?sig=1" }],
}

export const queued = (over: Partial<Generation> = {}): Generation => ({
  id: "g1",
  stamp: "s0",
  version: 1,
  state: "queued",
  provider: "fake",
  account: "default",
  accountKey: "aaaaaaaaaaaa",
  model: model.id,
  digest: "d".repeat(64),
  owner: "",
  cohort: model.id,
  createdAt: 0,
  updatedAt: 0,
  dueAt: 0,
  remakes: 1,
  cancel: "no",
  ...over,
})

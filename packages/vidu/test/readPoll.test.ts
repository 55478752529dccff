/** What the answer to a poll means, read off a real socket. */
import { assert, describe, it } from "@effect/vitest"
import * as Poll from "@zoetrope/core/Poll"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { Effect, Result } from "effect"
import { Codes } from "../src/index.ts"
import { links, refusal, succeeded, traceId } from "./fixtures/documents.ts"
import { account, refOf, taskId, transport } from "./support/account.ts"
import { scripted, type Scripted } from "@zoetrope/provider-kit/Scripted"

const polled = Effect.fnUntraced(function* (answer: Scripted, over: Partial<TaskRef> = {}) {
  const server = yield* scripted(answer)
  const provider = yield* account(server.url, { timeouts: { poll: 0.4 } })
  const ref = refOf(provider, over)
  const outcome = yield* Effect.result(provider.poll(ref))
  const stepAt = (ageSeconds: number) => Poll.stepOf(provider, ref, outcome, ageSeconds)
  return { outcome, stepAt, ref, requests: server.requests }
})

const stateOf = Effect.fnUntraced(function* (answer: Scripted, over: Partial<TaskRef> = {}) {
  const { outcome } = yield* polled(answer, over)
  if (Result.isFailure(outcome)) return yield* Effect.die(outcome.failure)
  return outcome.success
})

const outputsOf = Effect.fnUntraced(function* (answer: unknown, over: Partial<TaskRef> = {}) {
  const { state, warnings } = yield* stateOf({ body: answer }, over)
  if (state._tag !== "Succeeded") return yield* Effect.die(state)
  return { outputs: state.outputs, state, warnings }
})

const task = (fields: Record<string, unknown>): Scripted => ({
  body: { id: taskId, err_code: "", credits: 60, creations: [], ...fields },
})

const failed = (err_code: string, more: Record<string, unknown> = {}): Scripted =>
  task({ state: "failed", err_code, ...more })

describe("a state", () => {
  for (const [wire, tag, warnings] of [
    ["created", "Queued", 0],
    ["queueing", "Queued", 0],
    ["processing", "Running", 0],
    ["PROCESSING", "Running", 0],
    ["scheduled", "Running", 1],
    ["canceled", "Running", 1],
    ["succeeded", "Running", 1],
  ] as const) {
    it.live(`${wire} is ${tag}${warnings === 0 ? "" : ", with a warning"}`, () =>
      Effect.gen(function* () {
        const answer = yield* stateOf(task({ state: wire }))
        assert.strictEqual(answer.state._tag, tag)
        assert.lengthOf(answer.warnings, warnings)
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("is read from status too, as the page on moderation writes it", () =>
    Effect.gen(function* () {
      const { state } = yield* stateOf(task({ status: "FAILED", err_code: "AuditFailed" }))
      assert.strictEqual(state._tag, "Failed")
    }).pipe(Effect.provide(transport)),
  )

  for (const [given, wanted] of [
    [37, 37],
    ["37", 37],
    [0, 0],
    [100, 100],
    [101, undefined],
    [-1, undefined],
    ["soon", undefined],
    [null, undefined],
  ] as const) {
    it.live(`has the progress ${wanted} for ${JSON.stringify(given)}`, () =>
      Effect.gen(function* () {
        const { state } = yield* stateOf(task({ state: "processing", progress: given }))
        if (state._tag !== "Running") return assert.fail(state._tag)
        assert.strictEqual(state.progress, wanted)
      }).pipe(Effect.provide(transport)),
    )
  }
})

describe("a finished task", () => {
  it.live("has its video first, byte for byte, with what is known of it", () =>
    Effect.gen(function* () {
      const { outputs, state, warnings } = yield* outputsOf(succeeded)
      assert.deepStrictEqual(outputs, [
        {
          kind: "video",
          url: links.video,
          expiresAt: "2026-05-08T13:55:40.000Z",
          seconds: 5.04,
          width: 1280,
          height: 720,
        },
        {
          kind: "watermarked",
          url: links.watermarked,
          expiresAt: "2026-05-08T13:55:40.000Z",
          seconds: 5.04,
          width: 1280,
          height: 720,
        },
        { kind: "cover", url: links.cover, expiresAt: "2026-05-07T14:55:40.000Z" },
      ])
      assert.strictEqual(state.credits, 60)
      assert.deepStrictEqual(state.facts, { creation_id: "947408971238547456", fps: 24 })
      assert.deepStrictEqual(warnings, [])
    }).pipe(Effect.provide(transport)),
  )

  it.live("has its marked video first where a mark was asked for", () =>
    Effect.gen(function* () {
      const { outputs, warnings } = yield* outputsOf(succeeded, { query: { watermark: "true" } })
      assert.deepStrictEqual(
        outputs.map(({ kind }) => kind),
        ["watermarked", "video", "cover"],
      )
      assert.deepStrictEqual(warnings, [])
    }).pipe(Effect.provide(transport)),
  )

  it.live("warns where the one that was wanted is missing", () =>
    Effect.gen(function* () {
      const [creation] = succeeded.creations
      const unmarked = { ...succeeded, creations: [{ ...creation, watermarked_url: "" }] }
      const asked = yield* outputsOf(unmarked, { query: { watermark: "true" } })
      assert.strictEqual(asked.outputs[0].kind, "video")
      assert.lengthOf(asked.warnings, 1)
      const onlyMarked = { ...succeeded, creations: [{ ...creation, url: "" }] }
      const plain = yield* outputsOf(onlyMarked)
      assert.strictEqual(plain.outputs[0].kind, "watermarked")
      assert.lengthOf(plain.warnings, 1)
    }).pipe(Effect.provide(transport)),
  )

  it.live("has links of a day, and a cover of an hour, where they do not say", () =>
    Effect.gen(function* () {
      const before = Date.now()
      const { outputs } = yield* outputsOf({
        ...succeeded,
        creations: [
          { url: "https://cdn.example.com/v.mp4", cover_url: "https://cdn.example.com/c.jpeg" },
        ],
      })
      const lives = outputs.map(({ expiresAt, kind }) => [
        kind,
        Math.round((Date.parse(expiresAt ?? "") - before) / 60_000),
      ])
      assert.deepStrictEqual(lives, [
        ["video", 24 * 60],
        ["cover", 60],
      ])
    }).pipe(Effect.provide(transport)),
  )

  it.live("is read although much of it is odd", () =>
    Effect.gen(function* () {
      const [creation] = succeeded.creations
      const { outputs, state } = yield* outputsOf({
        ...succeeded,
        credits: "60",
        progress: {},
        creations: [null, 7, { ...creation, id: 42, video: null, cover_url: 5 }],
      })
      assert.deepStrictEqual(
        outputs.map(({ kind }) => kind),
        ["video", "watermarked"],
      )
      assert.isUndefined(outputs[0].seconds)
      assert.strictEqual(state.credits, 60)
      assert.deepStrictEqual(state.facts, { creation_id: "42" })
    }).pipe(Effect.provide(transport)),
  )

  it.live("is a success with a warning where an err_code stands beside the video", () =>
    Effect.gen(function* () {
      const { warnings } = yield* outputsOf({ ...succeeded, err_code: "Unknown" })
      assert.lengthOf(warnings, 1)
      assert.include(warnings[0], "Unknown")
    }).pipe(Effect.provide(transport)),
  )

  for (const [what, creations] of [
    ["no creations", undefined],
    ["an empty list", []],
    ["a cover alone", [{ cover_url: links.cover }]],
    ["a path in place of a link", [{ url: "/video.mp4" }]],
  ] as const) {
    it.live(`without a link proves nothing: ${what}`, () =>
      Effect.gen(function* () {
        const { state } = yield* stateOf(task({ state: "success", creations }))
        if (state._tag !== "Failed") return assert.fail(state._tag)
        assert.strictEqual(state.error.reason._tag, "Unproven")
        assert.strictEqual(state.error.verdict, "ask")
      }).pipe(Effect.provide(transport)),
    )
  }
})

describe("a failed task", () => {
  for (const row of Codes.published.rows.filter(({ kind }) => kind !== "cancelled")) {
    if (row.code === "Canceled") continue
    it.live(`with err_code ${row.code} stops`, () =>
      Effect.gen(function* () {
        const { outcome, ref, requests, stepAt } = yield* polled(
          failed(row.code, { err_msg: "as the service says" }),
        )
        const step = stepAt(1)
        if (step._tag !== "End") return assert.fail(step._tag)
        assert.isTrue(Result.isSuccess(outcome))
        assert.strictEqual(step.error.operation, "task")
        assert.strictEqual(step.error.verdict, "stop")
        assert.strictEqual(step.error.code, row.code)
        assert.strictEqual(step.error.ref?.taskId, ref.taskId)
        assert.include(step.error.message, row.meaning.en)
        assert.include(step.error.message, "as the service says")
        assert.include(step.error.message, "costs no credits")
        assert.lengthOf(requests, 1)
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("with a code that no document names stops, and names it", () =>
    Effect.gen(function* () {
      const { state } = yield* stateOf(failed("SomethingNew"))
      if (state._tag !== "Failed") return assert.fail(state._tag)
      assert.strictEqual(state.error.reason._tag, "UnknownCode")
      assert.strictEqual(state.error.verdict, "stop")
      assert.strictEqual(state.error.code, "SomethingNew")
    }).pipe(Effect.provide(transport)),
  )

  it.live("without a code stops", () =>
    Effect.gen(function* () {
      const { state } = yield* stateOf(failed(""))
      if (state._tag !== "Failed") return assert.fail(state._tag)
      assert.strictEqual(state.error.reason._tag, "GenerationFailed")
      assert.strictEqual(state.error.verdict, "stop")
    }).pipe(Effect.provide(transport)),
  )

  for (const code of ["UserCancelled", "Canceled"]) {
    it.live(`with err_code ${code} was cancelled`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* stateOf(failed(code))).state._tag, "Cancelled")
      }).pipe(Effect.provide(transport)),
    )
  }

  const aged = (seconds: number, off_peak: string): Partial<TaskRef> => ({
    submittedAt: new Date(Date.now() - seconds * 1000).toISOString(),
    query: { off_peak },
  })
  const twoDays = 48 * 3600

  it.live("that waited 48 h off-peak was cancelled by Vidu, at no cost", () =>
    Effect.gen(function* () {
      const { state } = yield* stateOf(failed("UserCancelled"), aged(twoDays, "true"))
      if (state._tag !== "Failed") return assert.fail(state._tag)
      assert.strictEqual(state.error.reason._tag, "GenerationFailed")
      assert.strictEqual(state.error.verdict, "stop")
      assert.include(state.error.message, "48 hours")
      assert.include(state.error.message, "costs no credits")
    }).pipe(Effect.provide(transport)),
  )

  it.live("was cancelled by its owner before that, and without off-peak", () =>
    Effect.gen(function* () {
      const sooner = yield* stateOf(failed("UserCancelled"), aged(twoDays - 60, "true"))
      assert.strictEqual(sooner.state._tag, "Cancelled")
      const plain = yield* stateOf(failed("UserCancelled"), aged(twoDays + 60, "false"))
      assert.strictEqual(plain.state._tag, "Cancelled")
    }).pipe(Effect.provide(transport)),
  )
})

describe("a poll that brings nothing", () => {
  for (const [what, answer] of [
    ["a reset", "reset"],
    ["a cut", { cut: '{"task_id":"9474' }],
    ["silence", "silence"],
    ["HTML with 200", { headers: { "content-type": "text/html" }, body: "<html></html>" }],
    ["HTML with 404", { status: 404, body: "<html></html>" }],
    ["a bare 503", { status: 503, body: "" }],
    ["an empty 200", { body: "" }],
    ["an empty object", { body: {} }],
    ["a state that is no text", { body: { state: 5 } }],
    ["a success's body with a 502", { status: 502, body: succeeded }],
    [
      "a failure's body with a 500",
      { status: 500, body: { state: "failed", err_code: "Unknown" } },
    ],
    ["a proxy's JSON", { status: 401, body: { code: 401, message: "no" } }],
    ["a redirect", { status: 302, headers: { location: "/" }, body: "" }],
    ["a wrong key", refusal(401, "Unauthorized")],
    ["a forbidden call", refusal(403, "Forbidden")],
    ["too many calls", refusal(429, "TooManyRequests")],
    ["a full account", refusal(429, "QuotaExceeded")],
    ["throttling", refusal(429, "SystemThrottling")],
    ["an operation in process", refusal(400, "OperationInProcess")],
    ["an internal error", refusal(500, "InternalServiceFailure")],
    ["an unknown reason", refusal(400, "Unknown")],
    ["an empty account", refusal(400, "CreditInsufficient")],
    ["a call given up", refusal(499, "Canceled")],
    ["a new code with a 500", refusal(500, "SomethingNew")],
    ["a new code in a 200", { body: { code: 0, reason: "SomethingNew", message: "" } }],
    ["a new code with a 401", refusal(401, "SomethingNew")],
    ["a new code with a 429", refusal(429, "SomethingNew")],
  ] satisfies ReadonlyArray<readonly [string, Scripted]>) {
    it.live(`leaves the task untouched: ${what}`, () =>
      Effect.gen(function* () {
        const { outcome, requests, stepAt } = yield* polled(answer)
        if (Result.isSuccess(outcome)) return assert.fail(outcome.success.state._tag)
        assert.strictEqual(outcome.failure.verdict, "wait")
        assert.strictEqual(outcome.failure.ref?.taskId, taskId)
        assert.strictEqual(stepAt(86_400)._tag, "Wait")
        assert.lengthOf(requests, 1)
      }).pipe(Effect.provide(transport)),
    )
  }

  for (const [what, answer, reason] of [
    ["an id that is no number", refusal(400, "CODEC"), "UnknownCode"],
    ["a bad request", refusal(400, "BadRequest"), "InvalidRequest"],
    ["a code of moderation", refusal(400, "CreationPolicyViolation"), "Moderated"],
  ] as const) {
    it.live(`ends the wait with the handle, and calls no task failed: ${what}`, () =>
      Effect.gen(function* () {
        const { outcome, stepAt } = yield* polled(answer)
        if (Result.isSuccess(outcome)) return assert.fail(outcome.success.state._tag)
        assert.strictEqual(outcome.failure.reason._tag, reason)
        assert.strictEqual(outcome.failure.operation, "poll")
        const step = stepAt(1)
        if (step._tag !== "End") return assert.fail(step._tag)
        assert.strictEqual(step.error.verdict, "stop")
        assert.strictEqual(step.error.ref?.taskId, taskId)
      }).pipe(Effect.provide(transport)),
    )
  }

  for (const code of ["TaskNotFound", "CreationNotFound", "NotFound"]) {
    it.live(`is waited out for a minute and then shown to a person: ${code}`, () =>
      Effect.gen(function* () {
        const { outcome, stepAt } = yield* polled(refusal(404, code))
        if (Result.isFailure(outcome)) return assert.fail(outcome.failure.message)
        assert.strictEqual(outcome.success.state._tag, "NotFound")
        assert.strictEqual(outcome.success.requestId, traceId)
        assert.strictEqual(stepAt(59)._tag, "Wait")
        const step = stepAt(60)
        if (step._tag !== "End") return assert.fail(step._tag)
        assert.strictEqual(step.error.verdict, "ask")
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("keeps how long it asked to wait", () =>
    Effect.gen(function* () {
      for (const answer of [
        refusal(429, "TooManyRequests"),
        { status: 503, body: "" },
        refusal(500, "SomethingNew"),
      ]) {
        const { outcome } = yield* polled({ ...answer, headers: { "retry-after": "3" } })
        if (Result.isSuccess(outcome)) return assert.fail(outcome.success.state._tag)
        assert.strictEqual(outcome.failure.retryAfterMillis, 3000)
      }
    }).pipe(Effect.provide(transport)),
  )
})

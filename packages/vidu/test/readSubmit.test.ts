/** Every row of what a submit's outcome proves, read off a real socket. */
import { assert, describe, it } from "@effect/vitest"
import { type CodeKind, reasonOfKind } from "@zoetrope/core/CodeKind"
import { Effect } from "effect"
import { Codes } from "../src/index.ts"
import { created, refusal, traceId } from "./fixtures/documents.ts"
import { account, key, leastInput, submit, taskId, transport } from "./support/account.ts"
import { scripted, type Scripted } from "@zoetrope/provider-kit/Scripted"

const html = (status: number): Scripted => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<html><body>upstream is gone</body></html>",
})

const answeredBy = Effect.fnUntraced(function* (answer: Scripted, input: unknown = leastInput) {
  const server = yield* scripted(answer)
  const provider = yield* account(server.url, { timeouts: { submit: 0.4 } })
  const submitted = yield* Effect.result(submit(provider, input))
  return { submitted, requests: server.requests }
})

/** The error of one submit against one answer, and how many requests the server saw. */
const refusedBy = Effect.fnUntraced(function* (answer: Scripted, input: unknown = leastInput) {
  const { requests, submitted } = yield* answeredBy(answer, input)
  if (submitted._tag === "Success") return yield* Effect.die("the submit was accepted")
  return { error: submitted.failure, requests: requests.length }
})

describe("an undecided submit", () => {
  for (const [what, answer] of [
    ["a reset after the request", "reset"],
    ["an answer cut off in its body", { cut: '{"task_id":"9474' }],
    ["no answer in time", "silence"],
    ["HTML with 200", html(200)],
    ["HTML with 401", html(401)],
    ["HTML with 429", html(429)],
    ["HTML with 502", html(502)],
    ["an empty 200", { body: "" }],
    ["an empty 204", { status: 204, body: "" }],
    ["an empty 500", { status: 500, body: "" }],
    ["broken JSON", { body: '{"task_id":"947408163915751424"' }],
    ["JSON null", { body: "null" }],
    ["a JSON list", { body: [created] }],
    ["an empty object", { body: {} }],
    ["a success without a task id", { body: { ...created, task_id: undefined } }],
    ["a success with the task id 0", { body: { ...created, task_id: "0" } }],
    ["a success with an empty task id", { body: { ...created, task_id: "" } }],
    ["a failed one without a task id", { body: { state: "failed", err_code: "AuditFailed" } }],
    ["a proxy's own JSON", { status: 502, body: { code: 502, message: "bad gateway" } }],
    ["a proxy's own JSON with a 4xx", { status: 404, body: { code: 404, message: "no route" } }],
    ["a relay's snake_case code", { status: 400, body: { code: "invalid_request" } }],
    ["a redirect", { status: 307, headers: { location: "/elsewhere" }, body: "" }],
    ["the service's own 500", refusal(500, "InternalServiceFailure")],
    ["a refusal's code with a 5xx", refusal(503, "CreditInsufficient")],
    ["an unknown code with a 5xx", refusal(500, "SomethingNew")],
    ["an unknown code with a 408: it took too long to answer", refusal(408, "RequestTimeout")],
    ["an unknown code with a 499: the caller went away", refusal(499, "ClientClosed")],
    ["an error in a 200 that names no status", { body: { reason: "CreditInsufficient" } }],
    [
      "an error in a 200 that names a 5xx",
      { body: { code: 500, reason: "InternalServiceFailure", message: "", metadata: {} } },
    ],
  ] satisfies ReadonlyArray<readonly [string, Scripted]>) {
    it.live(`is ${what}`, () =>
      Effect.gen(function* () {
        const { error, requests } = yield* refusedBy(answer)
        assert.strictEqual(error.reason._tag, "OutcomeUnknown")
        assert.strictEqual(error.verdict, "ask")
        assert.strictEqual(requests, 1)
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("names account, model, time, input, our mark and where to look", () =>
    Effect.gen(function* () {
      const { error } = yield* refusedBy("reset")
      if (error.reason._tag !== "OutcomeUnknown") return assert.fail(error.reason._tag)
      assert.strictEqual(error.reason.account, "default")
      assert.strictEqual(error.reason.model, "vidu/img2video")
      assert.match(error.reason.inputDigest, /^[0-9a-f]{64}$/)
      assert.isBelow(Math.abs(Date.parse(error.reason.at) - Date.now()), 10_000)
      assert.strictEqual(error.reason.key, key)
      assert.include(error.message, `zoetrope:${key}`)
      assert.include(error.message, "https://platform.vidu.cn")
      assert.isUndefined(error.ref)
    }).pipe(Effect.provide(transport)),
  )

  it.live("has no mark where the person uses the payload", () =>
    Effect.gen(function* () {
      const { error } = yield* refusedBy("reset", { ...leastInput, payload: "order-4711" })
      if (error.reason._tag !== "OutcomeUnknown") return assert.fail(error.reason._tag)
      assert.isUndefined(error.reason.key)
      assert.notInclude(error.message, key)
    }).pipe(Effect.provide(transport)),
  )
})

describe("a submit of which nothing was sent", () => {
  it.live("is repeated", () =>
    Effect.gen(function* () {
      const closed = yield* Effect.scoped(Effect.map(scripted("reset"), ({ url }) => url))
      const error = yield* Effect.flip(submit(yield* account(closed)))
      assert.strictEqual(error.reason._tag, "NothingSent")
      assert.strictEqual(error.verdict, "repeat")
    }).pipe(Effect.provide(transport)),
  )
})

/** What each kind of code is to a person. */
const tagOf = (kind: CodeKind) => reasonOfKind(kind, { retryable: "no" })._tag

describe("the service's own error", () => {
  for (const row of Codes.published.rows) {
    const status = row.http ?? 400
    const open = row.undecided !== undefined
    it.live(`${row.code} (HTTP ${status}) ${open ? "is undecided" : "stops"}`, () =>
      Effect.gen(function* () {
        const { error, requests } = yield* refusedBy(refusal(status, row.code))
        assert.strictEqual(error.reason._tag, open ? "OutcomeUnknown" : tagOf(row.kind))
        // No document marks a code as retryable, so no submit is ever sent again by itself.
        assert.strictEqual(error.verdict, open ? "ask" : "stop")
        assert.strictEqual(error.code, row.code)
        assert.strictEqual(error.httpStatus, status)
        assert.strictEqual(error.requestId, traceId)
        assert.include(error.message, "as the service says")
        assert.strictEqual(requests, 1)
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("stops where no document names the code", () =>
    Effect.gen(function* () {
      const { error } = yield* refusedBy(refusal(422, "SomethingNew"))
      assert.strictEqual(error.reason._tag, "UnknownCode")
      assert.strictEqual(error.verdict, "stop")
      assert.include(error.message, "SomethingNew")
    }).pipe(Effect.provide(transport)),
  )

  for (const [what, answer] of [
    [
      "in a 200 that names a 4xx",
      { body: { code: 400, reason: "CreditInsufficient", message: "no", metadata: {} } },
    ],
    ["with its word in code", { status: 402, body: { code: "CreditInsufficient", message: "no" } }],
    [
      "with its status as a text",
      { status: 400, body: { code: "400", reason: "CreditInsufficient", message: "no" } },
    ],
  ] satisfies ReadonlyArray<readonly [string, Scripted]>) {
    it.live(`is read ${what}`, () =>
      Effect.gen(function* () {
        const { error } = yield* refusedBy(answer)
        assert.strictEqual(error.reason._tag, "Forbidden")
        assert.strictEqual(error.verdict, "stop")
        assert.strictEqual(error.code, "CreditInsufficient")
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("takes its trace id from the header where the body has none", () =>
    Effect.gen(function* () {
      const { error } = yield* refusedBy({
        status: 400,
        headers: { "x-md-trace-id": "trace-of-the-header" },
        body: { code: 400, reason: "FieldInvalid", message: "invalid field: duration" },
      })
      assert.strictEqual(error.requestId, "trace-of-the-header")
    }).pipe(Effect.provide(transport)),
  )

  it.live("keeps how long it asked to wait", () =>
    Effect.gen(function* () {
      const { error } = yield* refusedBy({
        ...refusal(429, "TooManyRequests"),
        headers: { "retry-after": "7" },
      })
      assert.strictEqual(error.retryAfterMillis, 7000)
      assert.strictEqual(error.verdict, "stop")
    }).pipe(Effect.provide(transport)),
  )
})

describe("an accepted submit", () => {
  for (const [what, answer, warnings] of [
    ["the documented answer", { body: created }, 0],
    [
      "an 18-digit id that a relay made a number",
      { body: JSON.stringify(created).replace(`"${taskId}"`, taskId) },
      0,
    ],
    ["a task that failed at once", { body: { ...created, state: "failed" } }, 1],
    ["a state of capitals", { body: { ...created, state: "FAILED" } }, 1],
    ["an unknown state", { body: { ...created, state: "scheduled" } }, 0],
    ["a task id beside a 500", { status: 500, body: created }, 1],
    [
      "a task id beside an error",
      { status: 409, body: { ...created, code: 409, reason: "Conflict" } },
      1,
    ],
    ["a task id and nothing else", { body: { task_id: taskId } }, 0],
  ] satisfies ReadonlyArray<readonly [string, Scripted, number]>) {
    it.live(`is ${what}`, () =>
      Effect.gen(function* () {
        const { submitted } = yield* answeredBy(answer)
        if (submitted._tag === "Failure") return assert.fail(submitted.failure.message)
        assert.strictEqual(submitted.success.ref.taskId, taskId)
        assert.lengthOf(submitted.success.warnings, warnings)
      }).pipe(Effect.provide(transport)),
    )
  }
})

/** Every row of what a submit's outcome proves, read off a real socket. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { lookup, type Product } from "../src/Codes.ts"
import { Models } from "../src/index.ts"
import * as documents from "./fixtures/documents.ts"
import { account, envelope, gatewayEnvelope, submit, transport } from "./support/account.ts"
import { answering, type Scripted, scripted } from "@zoetrope/provider-kit/Scripted"

const html = (status: number): Scripted => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<html><body>upstream is gone</body></html>",
})

const gatewayAnswer = (status: number, code: string): Scripted => ({
  status,
  body: gatewayEnvelope(code, "as the gateway says"),
})

/** One submit against one answer: the error, and how many requests the server saw. */
const refusedBy = Effect.fnUntraced(function* (answer: Scripted, model = Models.all[0]) {
  const server = yield* scripted(answer)
  const provider = yield* account(server.url, { timeouts: { submit: 0.4 } })
  const error = yield* Effect.flip(submit(provider, model))
  return { error, requests: server.requests.length }
})

describe("an undecided submit", () => {
  for (const [what, answer] of [
    ["a reset after the request", "reset"],
    ["an answer cut off in its body", { cut: '{"code":10000,' }],
    ["no answer in time", "silence"],
    ["HTML with 200", html(200)],
    ["HTML with 429", html(429)],
    ["HTML with 502", html(502)],
    ["HTML with 503", html(503)],
    ["an empty 500", { status: 500, body: "" }],
    ["broken JSON", { body: '{"code":10000,"data":{"task_id":"739' }],
    ["JSON null", { body: "null" }],
    ["an empty object", { body: {} }],
    ["a success without a task id", { body: envelope(10000, {}) }],
    ["a success without data", { body: envelope(10000, null) }],
    ["a success with an empty task id", { body: envelope(10000, { task_id: "" }) }],
    ["a success with the task id 0", { body: envelope(10000, { task_id: 0 }) }],
    ["a proxy's own JSON", { status: 502, body: { code: 502, message: "bad gateway" } }],
    ["a relay's own code in a copied envelope", { status: 502, body: envelope(502, null) }],
    ["a relay's five digits without an envelope", { status: 500, body: { code: 50500 } }],
    ["a redirect", { status: 307, headers: { location: "/elsewhere" }, body: "" }],
    ["a gateway 500", gatewayAnswer(500, "InternalError")],
    ["a gateway 502", gatewayAnswer(502, "InternalServiceError")],
    ["a gateway 503", gatewayAnswer(503, "ServiceUnavailableTemp")],
    ["a gateway 504", gatewayAnswer(504, "InternalServiceTimeout")],
    ["a gateway error with 200", gatewayAnswer(200, "InternalError")],
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

  it.live("names account, model, time, input and where to look", () =>
    Effect.gen(function* () {
      const { error } = yield* refusedBy("reset")
      if (error.reason._tag !== "OutcomeUnknown") return assert.fail(error.reason._tag)
      assert.strictEqual(error.reason.account, "default")
      assert.strictEqual(error.reason.model, "volc-cv/jimeng-video-3.0-pro")
      assert.match(error.reason.inputDigest, /^[0-9a-f]{64}$/)
      assert.isBelow(Math.abs(Date.parse(error.reason.at) - Date.now()), 10_000)
      assert.include(error.message, "https://console.volcengine.com")
      assert.isUndefined(error.ref)
    }).pipe(Effect.provide(transport)),
  )
})

describe("a submit of which nothing was sent", () => {
  it.live("is repeated", () =>
    Effect.gen(function* () {
      const closed = yield* Effect.scoped(Effect.map(scripted("reset"), ({ url }) => url))
      const provider = yield* account(closed)
      const error = yield* Effect.flip(submit(provider))
      assert.strictEqual(error.reason._tag, "NothingSent")
      assert.strictEqual(error.verdict, "repeat")
      assert.include(error.message, "ECONNREFUSED")
    }).pipe(Effect.provide(transport)),
  )
})

describe("a refusal by the gateway", () => {
  const reasons = {
    request: "InvalidRequest",
    credentials: "Unauthorized",
    permission: "Forbidden",
    limit: "RateLimited",
    outage: "OutcomeUnknown",
  } as const

  for (const [code, codeN, status, about] of documents.gateway) {
    if (status === undefined) continue
    it.live(`${code} (HTTP ${status}) is ${reasons[about]}`, () =>
      Effect.gen(function* () {
        const { error } = yield* refusedBy({
          status,
          body: gatewayEnvelope(code, "as the gateway says", codeN),
        })
        assert.strictEqual(error.reason._tag, reasons[about])
        // No document of the gateway marks a code as retryable.
        assert.strictEqual(error.verdict, about === "outage" ? "ask" : "stop")
        assert.strictEqual(error.code, code)
        assert.strictEqual(error.requestId, "20250612211650F6034647881AD3D59CF6")
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("is certain for FlowLimitExceeded whatever its status", () =>
    Effect.gen(function* () {
      const { error } = yield* refusedBy(gatewayAnswer(503, "FlowLimitExceeded"))
      assert.strictEqual(error.reason._tag, "RateLimited")
    }).pipe(Effect.provide(transport)),
  )

  it.live("is shown as unknown where no document names the code", () =>
    Effect.gen(function* () {
      const { error } = yield* refusedBy(gatewayAnswer(403, "SomethingNew"))
      assert.strictEqual(error.reason._tag, "UnknownCode")
      assert.strictEqual(error.verdict, "stop")
      assert.include(error.message, "SomethingNew")
    }).pipe(Effect.provide(transport)),
  )
})

describe("a refusal by the service", () => {
  const codes = [
    ...new Set(
      [...documents.jimengVideo, ...documents.jimengFamily, ...documents.general].map(
        ([, code]) => code,
      ),
    ),
  ].filter((code) => code !== "10000")

  /** What the documents of each product mark, or let be read, as worth the same call once more. */
  const repeated: { readonly [P in Product]: ReadonlyArray<string> } = {
    "jimeng-video": ["50429", "50430", "50500", "50501"],
    "lip-sync": ["50429", "50430"],
    "single-image-driving": ["50429", "50430"],
  }

  for (const model of Models.all) {
    it.live(`is repeated or not as the documents of ${model.id} say, for every code`, () =>
      Effect.gen(function* () {
        const server = yield* answering((_request, index) => ({
          status: lookup(model.product, codes[index] ?? "")?.row.http ?? 400,
          body: envelope(Number(codes[index]), null, `said of ${codes[index]}`),
        }))
        const provider = yield* account(server.url)
        for (const code of codes) {
          const error = yield* Effect.flip(submit(provider, model))
          assert.strictEqual(error.code, code)
          assert.strictEqual(
            error.verdict,
            repeated[model.product].includes(code) ? "repeat" : "stop",
            code,
          )
          assert.include(error.message, `said of ${code}`)
          assert.include(error.message, "20240720103939AF0029465CF6A74E51EC")
          assert.include(error.message, lookup(model.product, code)?.row.meaning.en ?? "missing")
        }
        assert.strictEqual(server.requests.length, codes.length)
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("may come as HTTP 404 with 50429", () =>
    Effect.gen(function* () {
      const { error } = yield* refusedBy(
        { status: 404, body: envelope(50429, null, "limit") },
        Models.lipSyncLite,
      )
      assert.strictEqual(error.reason._tag, "RateLimited")
      assert.strictEqual(error.verdict, "repeat")
    }).pipe(Effect.provide(transport)),
  )

  it.live("is never repeated for a code that no document names", () =>
    Effect.gen(function* () {
      const { error } = yield* refusedBy({ status: 500, body: envelope(59999, null, "what") })
      assert.strictEqual(error.reason._tag, "UnknownCode")
      assert.strictEqual(error.verdict, "stop")
    }).pipe(Effect.provide(transport)),
  )

  it.live("hands on how long to wait", () =>
    Effect.gen(function* () {
      const { error } = yield* refusedBy({
        status: 429,
        headers: { "retry-after": "7" },
        body: envelope(50430, null),
      })
      assert.strictEqual(error.reason._tag, "ConcurrencyLimited")
      assert.strictEqual(error.retryAfterMillis, 7000)
    }).pipe(Effect.provide(transport)),
  )

  it.live("says what the document advises", () =>
    Effect.gen(function* () {
      const { error } = yield* refusedBy(
        { status: 401, body: envelope(50400, null, "Access Denied: Access Denied") },
        Models.lipSyncBasic,
      )
      assert.strictEqual(error.reason._tag, "Forbidden")
      assert.include(error.message, "that the service is activated")
      assert.include(error.message, "nothing was paid")
    }).pipe(Effect.provide(transport)),
  )
})

describe("an accepted submit", () => {
  const acceptedBy = Effect.fnUntraced(function* (answer: Scripted) {
    const server = yield* scripted(answer)
    const provider = yield* account(server.url)
    return yield* submit(provider)
  })

  for (const [what, answer] of [
    ["a success", { body: envelope(10000, { task_id: "7392616336519610409" }) }],
    [
      "a success of the newer shape, without status",
      {
        body: {
          code: 10000,
          message: "Success",
          data: { task_id: "7392616336519610409" },
          request_id: "r",
          time_elapsed: "104.85ms",
        },
      },
    ],
    [
      "a success beside an empty ResponseMetadata",
      {
        body: { ...envelope(10000, { task_id: "7392616336519610409" }), ResponseMetadata: null },
      },
    ],
    [
      "a success beside a ResponseMetadata without an error",
      {
        body: {
          ...envelope(10000, { task_id: "7392616336519610409" }),
          ResponseMetadata: { RequestId: "r" },
        },
      },
    ],
  ] satisfies ReadonlyArray<readonly [string, Scripted]>) {
    it.live(`is ${what}`, () =>
      Effect.gen(function* () {
        const { ref, warnings } = yield* acceptedBy(answer)
        assert.strictEqual(ref.taskId, "7392616336519610409")
        assert.deepStrictEqual(warnings, [])
      }).pipe(Effect.provide(transport)),
    )
  }

  for (const [what, answer] of [
    ["an error code", { status: 500, body: envelope(50500, { task_id: "7392616336519610409" }) }],
    [
      "a gateway error",
      {
        status: 504,
        body: {
          ...gatewayEnvelope("InternalServiceTimeout", "timeout"),
          data: { task_id: "7392616336519610409" },
        },
      },
    ],
    ["nothing but the task id", { body: { data: { task_id: "7392616336519610409" } } }],
  ] satisfies ReadonlyArray<readonly [string, Scripted]>) {
    it.live(`is one that names a task beside ${what}, with a warning`, () =>
      Effect.gen(function* () {
        const { ref, warnings } = yield* acceptedBy(answer)
        assert.strictEqual(ref.taskId, "7392616336519610409")
        assert.strictEqual(warnings.length, 1)
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("keeps every digit of an id, quoted or not", () =>
    Effect.gen(function* () {
      for (const id of ["7392616336519610409", "14411597596416601128"]) {
        for (const written of [`"${id}"`, id]) {
          const { ref } = yield* acceptedBy({
            body: `{"code":10000,"data":{"task_id":${written}},"request_id":"r","status":10000}`,
          })
          assert.strictEqual(ref.taskId, id)
        }
      }
    }).pipe(Effect.provide(transport)),
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { refusal } from "./fixtures/documents.ts"
import { account, apiKey, transport } from "./support/account.ts"
import { answering, scripted, type Scripted } from "@zoetrope/provider-kit/Scripted"

const balance = (credit_remain: number): Scripted => ({
  body: {
    remains: [
      {
        type: "metered",
        credit_remain,
        concurrency_limit: 5,
        current_concurrency: 1,
        queue_count: 3,
      },
    ],
  },
})

const html = (status: number): Scripted => ({ status, body: "<html></html>" })

const checked = Effect.fnUntraced(function* (credits: Scripted, task: Scripted = "reset") {
  const server = yield* answering(({ url }) => (url.includes("/credits") ? credits : task))
  const provider = yield* account(server.url, { timeouts: { poll: 0.4 } })
  return { health: yield* provider.check, requests: server.requests }
})

describe("check", () => {
  it.live("tells a good key, what is left and what runs, by one free call", () =>
    Effect.gen(function* () {
      const { health, requests } = yield* checked(balance(16_000))
      assert.strictEqual(health.status, "well")
      assert.include(health.message, "16000 credits")
      assert.include(health.message, "1 of 5")
      assert.deepStrictEqual(
        requests.map(({ method }) => method),
        ["GET"],
      )
    }).pipe(Effect.provide(transport)),
  )

  it.live("tells that nothing is left", () =>
    Effect.gen(function* () {
      const { health } = yield* checked(balance(0))
      assert.strictEqual(health.status, "well")
      assert.include(health.message, "no credits are left")
    }).pipe(Effect.provide(transport)),
  )

  const unknownPath = refusal(404, "NotFound")
  for (const [what, credits, task, status, calls] of [
    ["a wrong key", refusal(401, "Unauthorized"), "reset", "wrong-key", 1],
    ["a wrong key in a gateway's words", html(401), "reset", "wrong-key", 1],
    ["a forbidden key", refusal(403, "Forbidden"), "reset", "not-entitled", 1],
    ["a service out of reach", "reset", "reset", "unreachable", 1],
    ["silence", "silence", "reset", "unreachable", 1],
    [
      "a relay that does not tell the balance",
      unknownPath,
      refusal(404, "TaskNotFound"),
      "well",
      2,
    ],
    ["such a relay with a wrong key", unknownPath, refusal(401, "Unauthorized"), "wrong-key", 2],
    ["such a relay that is gone", html(404), "reset", "unreachable", 2],
    ["another service", html(404), html(404), "unclear", 2],
    ["a page for everything", html(200), html(200), "unclear", 2],
    ["JSON for everything", { body: {} }, { body: {} }, "unclear", 2],
    ["a wrong path", unknownPath, unknownPath, "unclear", 2],
    [
      "an outage",
      refusal(500, "InternalServiceFailure"),
      refusal(500, "InternalServiceFailure"),
      "unclear",
      2,
    ],
    [
      "too many calls",
      refusal(429, "TooManyRequests"),
      refusal(429, "TooManyRequests"),
      "unclear",
      2,
    ],
  ] satisfies ReadonlyArray<readonly [string, Scripted, Scripted, string, number]>) {
    it.live(`is ${status} for ${what}`, () =>
      Effect.gen(function* () {
        const { health, requests } = yield* checked(credits, task)
        assert.strictEqual(health.status, status)
        assert.isAbove(health.message.length, 20)
        assert.notInclude(health.message, apiKey)
        assert.lengthOf(requests, calls)
        assert.isTrue(requests.every(({ method }) => method === "GET"))
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("asks for a task whose id is a number, since that is read before the key", () =>
    Effect.gen(function* () {
      const { requests } = yield* checked(unknownPath, refusal(404, "TaskNotFound"))
      assert.strictEqual(requests[1]?.url, "/ent/v2/tasks/0/creations")
    }).pipe(Effect.provide(transport)),
  )

  it.live("says what to try where a key is refused", () =>
    Effect.gen(function* () {
      const { health } = yield* checked(refusal(401, "Unauthorized"))
      for (const word of ["VIDU_API_KEY", "VIDU_BASE_URL", "VIDU_AUTH_SCHEME"]) {
        assert.include(health.message, word)
      }
      assert.strictEqual(health.code, "Unauthorized")
    }).pipe(Effect.provide(transport)),
  )

  it.live("is unreachable where nobody listens", () =>
    Effect.gen(function* () {
      const closed = yield* Effect.scoped(Effect.map(scripted("reset"), ({ url }) => url))
      assert.strictEqual((yield* (yield* account(closed)).check).status, "unreachable")
    }).pipe(Effect.provide(transport)),
  )
})

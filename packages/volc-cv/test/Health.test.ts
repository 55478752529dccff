import { assert, describe, it } from "@effect/vitest"
import type { Health } from "@zoetrope/core/Provider"
import { Effect } from "effect"
import { Models } from "../src/index.ts"
import { account, envelope, gatewayEnvelope, transport } from "./support/account.ts"
import { answering, type Scripted, scripted } from "@zoetrope/provider-kit/Scripted"

const checkedBy = Effect.fnUntraced(function* (answer: Scripted) {
  const server = yield* scripted(answer)
  const provider = yield* account(server.url, { timeouts: { poll: 0.4 } })
  return { health: yield* provider.check, requests: server.requests }
})

describe("check", () => {
  const rows: ReadonlyArray<readonly [string, Scripted, Health["status"], RegExp]> = [
    [
      "a key that is not known",
      { status: 401, body: gatewayEnvelope("InvalidAccessKey", "The accesskey is invalid.") },
      "wrong-key",
      /VOLC_ACCESS_KEY_ID/,
    ],
    [
      "a credential that cannot be read",
      { status: 400, body: gatewayEnvelope("InvalidCredential", "Invalid credential") },
      "wrong-key",
      /likely/,
    ],
    [
      "a wrong secret",
      { status: 401, body: gatewayEnvelope("SignatureDoesNotMatch", "does not match") },
      "wrong-secret",
      /likely the secret access key is wrong/,
    ],
    [
      "a wrong session token",
      { status: 401, body: gatewayEnvelope("InvalidSecretToken", "Invalid secret token") },
      "wrong-token",
      /session token/,
    ],
    [
      "a key without a policy",
      { status: 403, body: gatewayEnvelope("AccessDenied", "User is not authorized") },
      "not-entitled",
      /policy/,
    ],
    [
      "a service that is not activated",
      { status: 401, body: envelope(50400, null, "Access Denied: Access Denied") },
      "not-entitled",
      /likely it is not activated/,
    ],
    [
      "a model that is not activated",
      { status: 400, body: envelope(50200, null, "req_key jimeng_ti2v_v30_pro not supported") },
      "not-entitled",
      /likely it is not activated/,
    ],
    [
      "all well, by a state",
      { body: envelope(10000, { status: "not_found" }) },
      "well",
      /every model is activated/,
    ],
    [
      "all well, by 50215",
      { status: 400, body: envelope(50215, null, "Input invalid for this service.") },
      "well",
      /key, secret and clock are good/,
    ],
    [
      "all well, by a complaint about the task",
      { status: 400, body: envelope(50200, null, "task_id invalid") },
      "well",
      /likely all well/,
    ],
    ["a limit just now", { status: 429, body: envelope(50429, null) }, "well", /over a limit/],
    [
      "a service that fails",
      { status: 500, body: envelope(50500, null, "Internal Error") },
      "unclear",
      /likely accepted/,
    ],
    [
      "a gateway that fails",
      { status: 500, body: gatewayEnvelope("InternalError", "internal") },
      "unclear",
      /gateway/,
    ],
    ["something else at the address", { status: 200, body: "<html>" }, "unclear", /base address/],
    ["no answer", "silence", "unreachable", /0.4 s/],
  ]

  for (const [what, answer, status, words] of rows) {
    it.live(`tells ${what}`, () =>
      Effect.gen(function* () {
        const { health } = yield* checkedBy(answer)
        assert.strictEqual(health.status, status)
        assert.match(health.message, words)
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("tells a service that cannot be reached", () =>
    Effect.gen(function* () {
      const closed = yield* Effect.scoped(Effect.map(scripted("reset"), ({ url }) => url))
      const provider = yield* account(closed)
      assert.strictEqual((yield* provider.check).status, "unreachable")
    }).pipe(Effect.provide(transport)),
  )

  it.live("tells a wrong clock, by how much and which way", () =>
    Effect.gen(function* () {
      for (const [ahead, words] of [
        [3600, /clock is 3\d{3} s behind/],
        [-3600, /clock is 3\d{3} s ahead/],
      ] as const) {
        const { health } = yield* checkedBy({
          status: 403,
          headers: { date: new Date(Date.now() + ahead * 1000).toUTCString() },
          body: gatewayEnvelope("InvalidTimestamp", "The Signature of the request is expired."),
        })
        assert.strictEqual(health.status, "skewed-clock")
        assert.match(health.message, words)
        assert.closeTo(health.skewSeconds ?? 0, ahead, 5)
      }
    }).pipe(Effect.provide(transport)),
  )

  it.live("has a word on a wrong clock that is still accepted", () =>
    Effect.gen(function* () {
      const { health } = yield* checkedBy({
        headers: { date: new Date(Date.now() + 200_000).toUTCString() },
        body: envelope(10000, { status: "not_found" }),
      })
      assert.strictEqual(health.status, "well")
      assert.match(health.message, /differs from the service's by (199|200|201) s/)
    }).pipe(Effect.provide(transport)),
  )

  it.live("only ever polls for a made-up task, once for each model", () =>
    Effect.gen(function* () {
      const { requests } = yield* checkedBy({ body: envelope(10000, { status: "not_found" }) })
      assert.deepStrictEqual(
        requests.map(({ body, url }) => [url, body]),
        Models.all.map((model) => [
          `/?Action=${model.actions.result}&Version=2022-08-31`,
          { req_key: model.alias, task_id: "1000000000000000001" },
        ]),
      )
    }).pipe(Effect.provide(transport)),
  )

  it.live("asks no further once the account itself is refused", () =>
    Effect.gen(function* () {
      const { requests } = yield* checkedBy({
        status: 401,
        body: gatewayEnvelope("InvalidAccessKey", "invalid"),
      })
      assert.strictEqual(requests.length, 1)
    }).pipe(Effect.provide(transport)),
  )

  it.live("is well with one model activated, and names the others", () =>
    Effect.gen(function* () {
      const server = yield* answering(({ body }) =>
        body["req_key"] === "realman_change_lips"
          ? { body: envelope(10000, { status: "not_found" }) }
          : { status: 401, body: envelope(50400, null, "Access Denied") },
      )
      const health = yield* (yield* account(server.url)).check
      assert.strictEqual(health.status, "well")
      assert.notInclude(health.message, "lip-sync-lite")
      for (const model of Models.all) {
        if (model.id !== "volc-cv/lip-sync-lite") assert.include(health.message, model.id)
      }
    }).pipe(Effect.provide(transport)),
  )
})

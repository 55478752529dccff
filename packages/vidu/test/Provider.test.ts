/** The provider value: what goes over the wire, what it refuses before that, and its further members. */
import { assert, describe, it } from "@effect/vitest"
import { fingerprint } from "@zoetrope/core/Digest"
import * as Core from "@zoetrope/core/Provider"
import { Providers } from "@zoetrope/core/Providers"
import { TaskError } from "@zoetrope/core/TaskError"
import { fromHandle, type TaskRef, toHandle } from "@zoetrope/core/TaskRef"
import { ConfigProvider, Effect, Layer, Logger, Redacted, Result, Schema } from "effect"
import { Callback, Models, Provider } from "../src/index.ts"
import { created, refusal, succeeded, traceId } from "./fixtures/documents.ts"
import {
  account,
  apiKey,
  key,
  leastInput,
  refOf,
  submit,
  taskId,
  transport,
} from "./support/account.ts"
import { png } from "./support/pictures.ts"
import { answering, scripted, type Scripted } from "@zoetrope/provider-kit/Scripted"

describe("a submit", () => {
  it.live("is one POST with the key, the document's fields and our mark", () =>
    Effect.gen(function* () {
      const server = yield* scripted({ body: created })
      const provider = yield* account(server.url)
      const { ref } = yield* submit(provider)
      assert.lengthOf(server.requests, 1)
      const [request] = server.requests
      assert.strictEqual(request?.method, "POST")
      assert.strictEqual(request?.url, "/ent/v2/img2video")
      assert.strictEqual(request?.headers.authorization, `Token ${apiKey}`)
      assert.strictEqual(request?.headers["content-type"], "application/json")
      assert.deepStrictEqual(request?.body, {
        model: "viduq3-turbo",
        images: [leastInput.image],
        prompt: leastInput.prompt,
        payload: `zoetrope:${key}`,
      })
      assert.deepStrictEqual(ref.query, {})
      assert.strictEqual(ref.key, yield* fingerprint(apiKey))
      assert.isBelow(Math.abs(Date.parse(ref.submittedAt) - Date.now()), 10_000)
      assert.deepStrictEqual({ ...(yield* fromHandle(toHandle(ref))) }, { ...ref })
    }).pipe(Effect.provide(transport)),
  )

  it.live("sends every field by its name, and what polls must know goes into the handle", () =>
    Effect.gen(function* () {
      const server = yield* scripted({ body: created })
      const input = {
        model: "viduq2-pro",
        image: png(640, 360),
        prompt: "a red kite",
        audio: false,
        is_rec: false,
        bgm: true,
        duration: 8,
        seed: 42,
        resolution: "1080p",
        movement_amplitude: "auto",
        payload: "order-4711",
        off_peak: true,
        watermark: true,
        wm_position: 1,
        wm_url: "https://example.com/mark.png",
        meta_data: '{"Label":"a"}',
      }
      const { ref } = yield* submit(yield* account(server.url), input)
      const { image: _image, ...fields } = input
      assert.deepStrictEqual(server.requests[0]?.body, {
        ...fields,
        images: [`data:image/png;base64,${Buffer.from(png(640, 360)).toString("base64")}`],
      })
      assert.deepStrictEqual(ref.query, { off_peak: "true", watermark: "true" })
    }).pipe(Effect.provide(transport)),
  )

  it.live("names the kind of sound along with sound, and not otherwise", () =>
    Effect.gen(function* () {
      const server = yield* scripted({ body: created })
      const provider = yield* account(server.url)
      yield* submit(provider, { ...leastInput, audio: true })
      yield* submit(provider, {
        ...leastInput,
        model: "viduq1",
        audio: true,
        audio_type: "speech_only",
      })
      yield* submit(provider, { ...leastInput, audio: false })
      assert.deepStrictEqual(
        server.requests.map(({ body }) => body["audio_type"]),
        ["all", "speech_only", undefined],
      )
    }).pipe(Effect.provide(transport)),
  )

  for (const [given, sent] of [
    ["https://example.com/hook", `https://example.com/hook?zoetrope=${key}`],
    ["https://example.com?a=%E4&&b", `https://example.com?a=%E4&&b&zoetrope=${key}`],
  ] as const) {
    it.live(`has itself called back at ${given} with our key`, () =>
      Effect.gen(function* () {
        const server = yield* scripted({ body: created })
        yield* submit(yield* account(server.url), leastInput, { callbackUrl: given })
        assert.strictEqual(server.requests[0]?.body["callback_url"], sent)
      }).pipe(Effect.provide(transport)),
    )
  }

  for (const callbackUrl of [
    "example.com/hook",
    "ftp://example.com/hook",
    "https://example.com/hook#part",
    "https://example.com/a%20b",
    "https://example.com/回调",
    "https://example.com/hook?name=你",
  ]) {
    it.live(`is not sent with the callback address ${callbackUrl}`, () =>
      Effect.gen(function* () {
        const server = yield* scripted({ body: created })
        const provider = yield* account(server.url)
        const error = yield* Effect.flip(submit(provider, leastInput, { callbackUrl }))
        if (error.reason._tag !== "InvalidInput") return assert.fail(error.reason._tag)
        assert.strictEqual(error.reason.issues[0]?.path, "/callbackUrl")
        assert.lengthOf(server.requests, 0)
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("goes out on a connection of its own", () =>
    Effect.gen(function* () {
      const server = yield* answering(({ method }) => ({
        body: method === "POST" ? created : succeeded,
      }))
      const provider = yield* account(server.url)
      const { ref } = yield* submit(provider)
      yield* provider.poll(ref)
      yield* provider.poll(ref)
      yield* submit(provider)
      yield* provider.poll(ref)
      const submits = server.requests.filter(({ method }) => method === "POST")
      for (const one of submits) {
        assert.lengthOf(
          server.requests.filter(({ port }) => port === one.port),
          1,
        )
      }
    }).pipe(Effect.provide(transport)),
  )

  it.live("is refused for a model that this provider does not have", () =>
    Effect.gen(function* () {
      const server = yield* scripted({ body: created })
      const provider = yield* account(server.url)
      const model = { ...Models.img2video, id: "vidu/text2video" }
      const error = yield* Effect.flip(submit(provider, leastInput, { model }))
      assert.strictEqual(error.reason._tag, "InvalidInput")
      assert.lengthOf(server.requests, 0)
    }).pipe(Effect.provide(transport)),
  )
})

const callsWith = (
  provider: Core.Provider,
  ref: TaskRef,
): ReadonlyArray<Effect.Effect<unknown, TaskError>> => [
  provider.poll(ref),
  provider.cancel?.(ref) ?? Effect.die("no cancel"),
]

describe("a poll", () => {
  it.live("is one GET that says the id in its path", () =>
    Effect.gen(function* () {
      const server = yield* scripted({ body: succeeded })
      const provider = yield* account(server.url)
      yield* provider.poll(refOf(provider))
      assert.deepStrictEqual(
        server.requests.map(({ body, headers, method, url }) => [
          method,
          url,
          headers.authorization,
          body,
        ]),
        [["GET", `/ent/v2/tasks/${taskId}/creations`, `Token ${apiKey}`, {}]],
      )
    }).pipe(Effect.provide(transport)),
  )

  for (const id of ["..", ".", "a/b", "../credits", "1?x=1", "1#", " 1", "１"]) {
    it.live(`is not sent for the id ${JSON.stringify(id)}, nor is a cancel`, () =>
      Effect.gen(function* () {
        const server = yield* scripted({ body: succeeded })
        const provider = yield* account(server.url)
        const ref = refOf(provider, { taskId: id })
        for (const call of callsWith(provider, ref)) {
          const error = yield* Effect.flip(call)
          assert.strictEqual(error.reason._tag, "InvalidInput")
        }
        assert.lengthOf(server.requests, 0)
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("is refused for the handle of another key before any call, and so is a cancel", () =>
    Effect.gen(function* () {
      const server = yield* scripted({ body: succeeded })
      const provider = yield* account(server.url)
      const foreign = refOf({ key: "000000000000" })
      for (const call of callsWith(provider, foreign)) {
        const error = yield* Effect.flip(call)
        assert.strictEqual(error.reason._tag, "ForeignHandle")
      }
      assert.lengthOf(server.requests, 0)
    }).pipe(Effect.provide(transport)),
  )
})

describe("an account", () => {
  it.live("of a relay has its own address with a path, and the scheme Bearer", () =>
    Effect.gen(function* () {
      const server = yield* scripted({ body: created })
      const provider = yield* account(`${server.url}/vidu/`, { scheme: "Bearer" })
      yield* submit(provider)
      assert.strictEqual(server.requests[0]?.url, "/vidu/ent/v2/img2video")
      assert.strictEqual(server.requests[0]?.headers.authorization, `Bearer ${apiKey}`)
    }).pipe(Effect.provide(transport)),
  )

  it.effect("has the limits that it bought, for all of its models", () =>
    Effect.gen(function* () {
      const plain = yield* account("https://api.vidu.cn")
      assert.deepStrictEqual(
        plain.models.map(({ limits }) => limits),
        [{ inFlight: 5, callsPerSecond: 5 }],
      )
      const large = yield* account("https://api.vidu.cn", { limits: { inFlight: 50 } })
      assert.deepStrictEqual(
        large.models.map(({ limits }) => limits),
        [{ inFlight: 50, callsPerSecond: 5 }],
      )
    }).pipe(Effect.provide(transport)),
  )

  for (const [path, options] of [
    ["/apiKey", { apiKey: Redacted.make("") }],
    ["/apiKey", { apiKey: Redacted.make(`Token ${apiKey}`) }],
    ["/apiKey", { apiKey: Redacted.make(`${apiKey}\n`) }],
    ["/apiKey", { apiKey: Redacted.make("vda_钥匙") }],
    ["/baseUrl", { baseUrl: "api.vidu.cn" }],
    ["/baseUrl", { baseUrl: "ftp://api.vidu.cn" }],
    ["/baseUrl", { baseUrl: `https://user:${apiKey}@api.vidu.cn` }],
    ["/baseUrl", { baseUrl: `https://api.vidu.cn/?key=${apiKey}` }],
    ["/scheme", { scheme: "Basic" as "Token" }],
    ["/limits/inFlight", { limits: { inFlight: 0 } }],
    ["/limits/callsPerSecond", { limits: { callsPerSecond: Number.NaN } }],
    ["/timeouts/submit", { timeouts: { submit: -1 } }],
    ["/timeouts/poll", { timeouts: { poll: Number.POSITIVE_INFINITY } }],
  ] satisfies ReadonlyArray<readonly [string, Partial<Provider.Options>]>) {
    it.effect(
      `is refused for its ${path}, without showing a secret: ${JSON.stringify(options)}`,
      () =>
        Effect.gen(function* () {
          const invalid = yield* Effect.flip(account("https://api.vidu.cn", options))
          assert.deepStrictEqual(
            invalid.issues.map((issue) => issue.path),
            [path],
          )
          assert.notInclude(invalid.message, apiKey)
        }).pipe(Effect.provide(transport)),
    )
  }
})

describe("from the environment", () => {
  const made = (env: Record<string, string>) =>
    Effect.flatMap(Providers, ({ all }) => Effect.fromNullishOr(all[0])).pipe(
      Effect.provide(
        Provider.layerConfig().pipe(
          Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord(env))),
        ),
      ),
    )

  it.live("an account is made of VIDU_API_KEY, VIDU_BASE_URL and VIDU_AUTH_SCHEME", () =>
    Effect.gen(function* () {
      const server = yield* scripted({ body: succeeded })
      const provider = yield* made({
        VIDU_API_KEY: apiKey,
        VIDU_BASE_URL: server.url,
        VIDU_AUTH_SCHEME: "Bearer",
      })
      yield* provider.poll(refOf(provider))
      assert.strictEqual(server.requests[0]?.headers.authorization, `Bearer ${apiKey}`)
    }).pipe(Effect.provide(transport)),
  )

  it.effect("empty variables count as not set", () =>
    Effect.gen(function* () {
      const provider = yield* made({
        VIDU_API_KEY: apiKey,
        VIDU_BASE_URL: "",
        VIDU_AUTH_SCHEME: "",
      })
      assert.strictEqual(provider.id, "vidu")
    }).pipe(Effect.provide(transport)),
  )

  for (const [name, env] of [
    ["VIDU_API_KEY", {}],
    ["VIDU_API_KEY", { VIDU_API_KEY: "" }],
    ["VIDU_AUTH_SCHEME", { VIDU_API_KEY: apiKey, VIDU_AUTH_SCHEME: "token" }],
  ] as const) {
    it.effect(`${name} is named where ${JSON.stringify(env)} is not enough`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(made(env))
        assert.include(error.message, name)
        assert.notInclude(error.message, apiKey)
      }).pipe(Effect.provide(transport)),
    )
  }
})

const cancelled = Effect.fnUntraced(function* (answer: Scripted) {
  const server = yield* scripted(answer)
  const provider = yield* account(server.url, { timeouts: { poll: 0.4 } })
  const outcome = yield* Effect.result(
    provider.cancel?.(refOf(provider)) ?? Effect.die("no cancel"),
  )
  return { outcome, requests: server.requests }
})

describe("cancel", () => {
  it.live("is one POST with the id, and says what it costs", () =>
    Effect.gen(function* () {
      const { outcome, requests } = yield* cancelled({ body: {} })
      if (Result.isFailure(outcome)) return assert.fail(outcome.failure.message)
      assert.include(outcome.success.message, "no credits")
      assert.deepStrictEqual(
        requests.map(({ body, method, url }) => [method, url, body]),
        [["POST", `/ent/v2/tasks/${taskId}/cancel`, { id: taskId }]],
      )
    }).pipe(Effect.provide(transport)),
  )

  it.live("that is refused says why", () =>
    Effect.gen(function* () {
      const { outcome } = yield* cancelled(
        refusal(400, "BadRequest", "task state is scheduled, can not cancel"),
      )
      if (Result.isSuccess(outcome)) return assert.fail("was cancelled")
      const { failure } = outcome
      assert.strictEqual(failure.reason._tag, "CancelRefused")
      assert.strictEqual(failure.operation, "cancel")
      assert.strictEqual(failure.code, "BadRequest")
      assert.strictEqual(failure.requestId, traceId)
      assert.strictEqual(failure.ref?.taskId, taskId)
      assert.include(failure.message, "task state is scheduled, can not cancel")
    }).pipe(Effect.provide(transport)),
  )

  for (const [what, answer, reason] of [
    ["a task that ended", refusal(409, "Conflict"), "CancelRefused"],
    ["an unknown task", refusal(404, "TaskNotFound"), "InvalidRequest"],
    ["a wrong key", refusal(401, "Unauthorized"), "Unauthorized"],
    ["too many calls", refusal(429, "TooManyRequests"), "RateLimited"],
    ["an internal error", refusal(500, "InternalServiceFailure"), "ProviderFault"],
    ["a proxy", { status: 502, body: "<html></html>" }, "Unavailable"],
    ["HTML with 200", { body: "<html></html>" }, "Unavailable"],
    ["a lost answer", "reset", "Unavailable"],
    ["silence", "silence", "Unavailable"],
  ] satisfies ReadonlyArray<readonly [string, Scripted, string]>) {
    it.live(`is no cancel: ${what}`, () =>
      Effect.gen(function* () {
        const { outcome, requests } = yield* cancelled(answer)
        if (Result.isSuccess(outcome)) return assert.fail("was cancelled")
        assert.strictEqual(outcome.failure.reason._tag, reason)
        assert.strictEqual(outcome.failure.verdict, "stop")
        assert.lengthOf(requests, 1)
      }).pipe(Effect.provide(transport)),
    )
  }
})

const row = (over: Record<string, unknown> = {}) => ({
  type: "metered",
  credit_remain: 16_000,
  concurrency_limit: 5,
  current_concurrency: 2,
  queue_count: 20,
  ...over,
})

const creditsBy = Effect.fnUntraced(function* (answer: Scripted) {
  const server = yield* scripted(answer)
  const provider = yield* account(server.url)
  const outcome = yield* Effect.result(provider.credits ?? Effect.die("no credits"))
  return { outcome, requests: server.requests }
})

describe("credits", () => {
  for (const name of ["remains", "remaining_credits"]) {
    it.live(`are read from ${name}`, () =>
      Effect.gen(function* () {
        const { outcome, requests } = yield* creditsBy({
          body: {
            [name]: [
              row(),
              row({ type: "test", credit_remain: "40", concurrency_limit: undefined }),
              row({
                type: "concurrent",
                credit_remain: undefined,
                current_concurrency: undefined,
                queue_count: undefined,
              }),
              null,
            ],
            packages: [],
          },
        })
        if (Result.isFailure(outcome)) return assert.fail(outcome.failure.message)
        assert.deepStrictEqual(outcome.success, {
          remaining: 16_040,
          rows: [
            {
              name: "metered",
              remaining: 16_000,
              concurrency: { limit: 5, current: 2, queued: 20 },
            },
            { name: "test", remaining: 40 },
            { name: "concurrent", remaining: 0, concurrency: { limit: 5, current: 0, queued: 0 } },
          ],
        })
        assert.deepStrictEqual(
          requests.map(({ method, url }) => [method, url]),
          [["GET", "/ent/v2/credits?show_detail=false"]],
        )
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("are none where the list is empty", () =>
    Effect.gen(function* () {
      const { outcome } = yield* creditsBy({ body: { remains: [] } })
      assert.deepStrictEqual(Result.getOrThrow(outcome), { remaining: 0, rows: [] })
    }).pipe(Effect.provide(transport)),
  )

  for (const [what, answer, reason] of [
    ["no list", { body: { credits: 5 } }, "Unavailable"],
    ["HTML", { body: "<html></html>" }, "Unavailable"],
    ["a wrong key", refusal(401, "Unauthorized"), "Unauthorized"],
  ] satisfies ReadonlyArray<readonly [string, Scripted, string]>) {
    it.live(`are not made up from ${what}`, () =>
      Effect.gen(function* () {
        const { outcome } = yield* creditsBy(answer)
        if (Result.isSuccess(outcome)) return assert.fail("has credits")
        assert.strictEqual(outcome.failure.reason._tag, reason)
        assert.strictEqual(outcome.failure.operation, "credits")
      }).pipe(Effect.provide(transport)),
    )
  }
})

describe("callbacks", () => {
  it.effect("are verified with the key of the account", () =>
    Effect.gen(function* () {
      const provider = yield* account("https://api.vidu.cn")
      const url = `https://example.com/hook?zoetrope=${key}`
      const date = new Date("2026-11-20T12:00:00Z")
      const headers = yield* Callback.sign({
        apiKey: Redacted.make(apiKey),
        url,
        date,
        nonce: "n1",
      })
      const request: Core.CallbackRequest = {
        method: "POST",
        path: "/hook",
        query: `zoetrope=${key}`,
        headers,
        body: new TextEncoder().encode(JSON.stringify(succeeded)),
      }
      const verify = provider.callbacks?.verify ?? (() => Effect.die("no callbacks"))
      assert.deepStrictEqual(yield* verify(request, date, 300), {
        _tag: "Genuine",
        nonce: "n1",
        key,
        state: "success",
      })
    }).pipe(Effect.provide(transport)),
  )
})

describe("secrets", () => {
  it.live("are in no error, handle or log, even if the service says them aloud", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const logger = Logger.make((options) => {
        told.push(Logger.formatJson.log(options))
      })
      const words = `the key ${apiKey} at https://api.vidu.cn/x?X-Amz-Signature=abc0123 is wrong`
      const server = yield* answering((_request, index) =>
        index % 2 === 0
          ? { ...refusal(400, "FieldInvalid", words), headers: { "set-cookie": `k=${apiKey}` } }
          : { body: { state: "failed", err_code: "Unknown", err_msg: words } },
      )
      const closed = yield* Effect.scoped(Effect.map(scripted("reset"), ({ url }) => url))
      const provider = yield* account(server.url)
      const nowhere = yield* account(closed)
      const ref = refOf(provider)
      for (const call of [
        submit(provider),
        provider.poll(ref),
        provider.cancel?.(ref) ?? Effect.void,
        provider.poll(ref),
        provider.credits ?? Effect.void,
        submit(nowhere),
        nowhere.poll(ref),
      ]) {
        const outcome = yield* Effect.result(call)
        if (Result.isFailure(outcome)) {
          const json = yield* Schema.encodeEffect(Schema.toCodecJson(TaskError))(outcome.failure)
          told.push(outcome.failure.message, JSON.stringify(json))
          yield* Effect.logError(outcome.failure).pipe(Effect.provide(Logger.layer([logger])))
        } else told.push(JSON.stringify(outcome.success))
      }
      told.push(toHandle(ref), JSON.stringify(yield* provider.check), JSON.stringify(provider))
      assert.isAbove(server.requests.length, 5)
      assert.include(told.join("\n"), "<redacted>")
      assert.notInclude(told.join("\n"), apiKey)
      assert.notInclude(told.join("\n"), "abc0123")
    }).pipe(Effect.provide(transport)),
  )
})

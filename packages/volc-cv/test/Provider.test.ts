import { assert, describe, it } from "@effect/vitest"
import { TaskRef } from "@zoetrope/core"
import * as Digest from "@zoetrope/core/Digest"
import type { AnyModel } from "@zoetrope/core/Model"
import { Providers } from "@zoetrope/core/Providers"
import { TaskError } from "@zoetrope/core/TaskError"
import { verify } from "@zoetrope/volc-signer"
import {
  Cause,
  ConfigProvider,
  Effect,
  Exit,
  Inspectable,
  Layer,
  Redacted,
  Schema,
  Tracer,
} from "effect"
import { HttpClient } from "effect/http"
import { Models, Provider } from "../src/index.ts"
import {
  account,
  envelope,
  gatewayEnvelope,
  inputs,
  makeAccount,
  refOf,
  secrets,
  submit,
  transport,
} from "./support/account.ts"
import { dataUri, jpeg } from "./support/pictures.ts"
import { type Received, type Scripted, scripted } from "@zoetrope/provider-kit/Scripted"

const accepted: Scripted = { body: envelope(10000, { task_id: "7392616336519610409" }) }
const generating: Scripted = { body: envelope(10000, { status: "generating" }) }

const verified = (request: Received, body: string) => {
  const [path = "", query] = request.url.split("?")
  return verify(
    { method: "POST", path, query, headers: request.headers, body },
    {
      secretFor: (id) => (id === "AKLTtest" ? secrets.secretAccessKey : undefined),
      now: new Date(),
      windowSeconds: 60,
      region: "cn-north-1",
      service: "cv",
      requiredHeaders: ["host", "content-type", "x-content-sha256", "x-date"],
    },
  )
}

describe("a submit on the wire", () => {
  const sentBy = Effect.fnUntraced(function* (model: AnyModel, input: unknown) {
    const server = yield* scripted(accepted)
    const provider = yield* account(server.url)
    yield* submit(provider, model, input)
    return server.requests[0] ?? assert.fail("nothing was sent")
  })

  const meta = { producer_id: "p", content_propagator: "c" }
  const rows: ReadonlyArray<readonly [AnyModel, unknown, unknown]> = [
    [
      Models.jimengVideo30Pro,
      { prompt: "千军万马", seed: -1, frames: 121, aspect_ratio: "16:9", aigc_meta: meta },
      {
        req_key: "jimeng_ti2v_v30_pro",
        prompt: "千军万马",
        seed: -1,
        frames: 121,
        aspect_ratio: "16:9",
      },
    ],
    [
      Models.jimengVideo30Pro,
      { image: "https://example.com/a.jpg?x=1" },
      { req_key: "jimeng_ti2v_v30_pro", image_urls: ["https://example.com/a.jpg?x=1"] },
    ],
    [
      Models.jimengMotionImitation,
      inputs[Models.jimengMotionImitation.id],
      {
        req_key: "jimeng_dream_actor_m1_gen_video_cv",
        image_url: "https://example.com/person.jpg",
        video_url: "https://example.com/dance.mp4",
      },
    ],
    [
      Models.singleImageDriving,
      inputs[Models.singleImageDriving.id],
      {
        req_key: "realman_avatar_imitator_v2v_gen_video",
        image_url: "https://example.com/person.jpg",
        driving_video_info: { store_type: 0, video_url: "https://example.com/dance.mp4" },
      },
    ],
    [
      Models.lipSyncLite,
      {
        ...inputs[Models.lipSyncLite.id],
        separate_vocal: true,
        align_audio: true,
        align_audio_reverse: false,
        templ_start_seconds: 2.5,
        aigc_meta: meta,
      },
      {
        req_key: "realman_change_lips",
        url: "https://example.com/speaker.mp4",
        pure_audio_url: "https://example.com/voice.mp3",
        separate_vocal: true,
        align_audio: true,
        align_audio_reverse: false,
        templ_start_seconds: 2.5,
      },
    ],
    [
      Models.lipSyncBasic,
      { ...inputs[Models.lipSyncBasic.id], open_scenedet: true },
      {
        req_key: "realman_change_lips_basic_chimera",
        url: "https://example.com/speaker.mp4",
        pure_audio_url: "https://example.com/voice.mp3",
        open_scenedet: true,
      },
    ],
  ]

  for (const [model, input, body] of rows) {
    it.live(`is the document's own for ${model.id}: ${Object.keys(input as object).join()}`, () =>
      Effect.gen(function* () {
        const request = yield* sentBy(model, input)
        const action = Models.find(model.id)?.actions.submit
        assert.strictEqual(request.url, `/?Action=${action}&Version=2022-08-31`)
        assert.strictEqual(request.headers["content-type"], "application/json")
        assert.deepStrictEqual(request.body, body)
        const verification = verified(request, JSON.stringify(request.body))
        assert.strictEqual(verification._tag, "Verified", JSON.stringify(verification))
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("carries a picture as base64 without the head of a data: URI", () =>
    Effect.gen(function* () {
      const bytes = jpeg("upright")
      const base64 = Buffer.from(bytes).toString("base64")
      for (const image of [bytes, dataUri(bytes, "image/jpeg")]) {
        const { body } = yield* sentBy(Models.jimengVideo30Pro, { image })
        assert.deepStrictEqual(body, {
          req_key: "jimeng_ti2v_v30_pro",
          binary_data_base64: [base64],
        })
      }
    }).pipe(Effect.provide(transport)),
  )

  it.live("has a connection of its own, which a poll leaves open for the next", () =>
    Effect.gen(function* () {
      const server = yield* scripted(accepted, accepted, generating)
      const provider = yield* account(server.url)
      yield* submit(provider)
      const { ref } = yield* submit(provider)
      yield* provider.poll(ref)
      assert.deepStrictEqual(
        server.requests.map(({ headers }) => headers.connection),
        ["close", "close", "keep-alive"],
      )
      assert.strictEqual(new Set(server.requests.map(({ port }) => port)).size, 3)
    }).pipe(Effect.provide(transport)),
  )

  it.live("is signed with the session token of temporary credentials", () =>
    Effect.gen(function* () {
      const server = yield* scripted(accepted)
      const provider = yield* account(server.url, {
        sessionToken: Redacted.make(secrets.sessionToken),
      })
      yield* submit(provider)
      const request = server.requests[0] ?? assert.fail()
      assert.strictEqual(request.headers["x-security-token"], secrets.sessionToken)
      assert.include(request.headers.authorization, ";x-security-token,")
    }).pipe(Effect.provide(transport)),
  )

  it.live("goes to the base address with its path, port and account's region", () =>
    Effect.gen(function* () {
      const server = yield* scripted(accepted)
      const provider = yield* account(`${server.url}/relay/cv`, { region: "cn-beijing" })
      yield* submit(provider)
      const request = server.requests[0] ?? assert.fail()
      assert.strictEqual(request.url, "/relay/cv?Action=CVSync2AsyncSubmitTask&Version=2022-08-31")
      assert.include(request.headers.authorization, "/cn-beijing/cv/request")
    }).pipe(Effect.provide(transport)),
  )
})

describe("a poll on the wire", () => {
  it.live("asks with the model's action, req_key, id and label, from the handle alone", () =>
    Effect.gen(function* () {
      const server = yield* scripted(accepted, generating)
      const aigc_meta = { producer_id: "p", content_propagator: "c", propagate_id: "甲" }
      for (const model of Models.all) {
        const label = model === Models.singleImageDriving ? {} : { aigc_meta }
        const before = server.requests.length
        const provider = yield* account(server.url)
        const other = yield* scripted(accepted)
        const { ref } = yield* submit(yield* account(other.url), model, {
          ...inputs[model.id],
          ...label,
        })
        // As another process would: the handle as a text, and nothing else.
        const resumed = yield* TaskRef.fromHandle(TaskRef.toHandle(ref))
        assert.deepStrictEqual(resumed, ref)
        yield* provider.poll(resumed)
        const request = server.requests[before] ?? assert.fail()
        assert.strictEqual(request.url, `/?Action=${model.actions.result}&Version=2022-08-31`)
        assert.deepStrictEqual(request.body, {
          req_key: model.alias,
          ...("aigc_meta" in label ? { req_json: JSON.stringify(label) } : {}),
          task_id: "7392616336519610409",
        })
      }
    }).pipe(Effect.provide(transport)),
  )

  it.live("leaves req_json out without a label", () =>
    Effect.gen(function* () {
      const server = yield* scripted(accepted, generating)
      const provider = yield* account(server.url)
      const { ref } = yield* submit(provider)
      yield* provider.poll(ref)
      assert.deepStrictEqual(server.requests[1]?.body, {
        req_key: "jimeng_ti2v_v30_pro",
        task_id: "7392616336519610409",
      })
    }).pipe(Effect.provide(transport)),
  )

  it.live("is not made for the handle of another key or another provider", () =>
    Effect.gen(function* () {
      const server = yield* scripted(generating)
      const provider = yield* account(server.url)
      const other = yield* account(server.url, { accessKeyId: "AKLTother" })
      for (const ref of [refOf(other), { ...refOf(provider), provider: "vidu" }]) {
        const error = yield* Effect.flip(provider.poll(ref))
        assert.strictEqual(error.reason._tag, "ForeignHandle")
      }
      assert.strictEqual(server.requests.length, 0)
    }).pipe(Effect.provide(transport)),
  )
})

describe("a handle", () => {
  it.live("holds the account, the key's fingerprint, the time and no secret", () =>
    Effect.gen(function* () {
      const server = yield* scripted(accepted)
      const provider = yield* account(server.url, { account: "studio" })
      const { ref } = yield* submit(provider)
      const { submittedAt, ...rest } = ref
      assert.isBelow(Math.abs(Date.parse(submittedAt) - Date.now()), 10_000)
      assert.deepStrictEqual(rest, {
        version: 1,
        provider: "volc-cv",
        account: "studio",
        key: yield* Digest.fingerprint("AKLTtest"),
        model: "volc-cv/jimeng-video-3.0-pro",
        taskId: "7392616336519610409",
        query: { req_key: "jimeng_ti2v_v30_pro" },
      })
    }).pipe(Effect.provide(transport)),
  )
})

describe("Provider.make", () => {
  const refused = (options: Partial<Provider.Options>) =>
    Effect.map(
      Effect.flip(makeAccount("https://visual.volcengineapi.com", options)),
      ({ issues, message }) => {
        assert.notInclude(message, secrets.secretAccessKey)
        return issues.map(({ path }) => path)
      },
    )

  it.effect("refuses what cannot be signed with or called, naming the option", () =>
    Effect.gen(function* () {
      const secret = (value: string) => ({ secretAccessKey: Redacted.make(value) })
      const rows: ReadonlyArray<readonly [Partial<Provider.Options>, string]> = [
        [{ accessKeyId: "" }, "/accessKeyId"],
        [{ accessKeyId: "AK/LT" }, "/accessKeyId"],
        [secret(""), "/secretAccessKey"],
        [secret(`${secrets.secretAccessKey}\n`), "/secretAccessKey"],
        [{ sessionToken: Redacted.make("two\nlines") }, "/sessionToken"],
        [{ region: "" }, "/region"],
        [{ baseUrl: "visual.volcengineapi.com" }, "/baseUrl"],
        [{ baseUrl: "ftp://visual.volcengineapi.com" }, "/baseUrl"],
        [{ baseUrl: "https://user:word@visual.volcengineapi.com" }, "/baseUrl"],
        [{ baseUrl: "https://visual.volcengineapi.com/?a=b" }, "/baseUrl"],
        [{ timeouts: { submit: 0 } }, "/timeouts/submit"],
        [{ timeouts: { poll: Number.NaN } }, "/timeouts/poll"],
        [{ limits: { "volc-cv/other": {} } }, "/limits/volc-cv/other"],
        [
          { limits: { realman_change_lips: { inFlight: 0 } } },
          "/limits/realman_change_lips/inFlight",
        ],
      ]
      for (const [options, path] of rows) {
        assert.deepStrictEqual(yield* refused(options), [path], JSON.stringify(options))
      }
    }).pipe(Effect.provide(transport)),
  )

  it.effect("takes the limits that an account has bought, by id or req_key", () =>
    Effect.gen(function* () {
      const provider = yield* account("https://visual.volcengineapi.com", {
        limits: {
          "volc-cv/lip-sync-lite": { inFlight: 5 },
          jimeng_ti2v_v30_pro: { inFlight: 3, callsPerSecond: 10 },
        },
      })
      const limits = Object.fromEntries(provider.models.map((model) => [model.id, model.limits]))
      assert.deepStrictEqual(limits, {
        "volc-cv/jimeng-video-3.0-pro": { inFlight: 3, callsPerSecond: 10 },
        "volc-cv/jimeng-motion-imitation": { inFlight: 1, callsPerSecond: 2 },
        "volc-cv/single-image-driving": { inFlight: 1, callsPerSecond: 2 },
        "volc-cv/lip-sync-lite": { inFlight: 5, callsPerSecond: 2 },
        "volc-cv/lip-sync-basic": { inFlight: 1, callsPerSecond: 2 },
      })
    }).pipe(Effect.provide(transport)),
  )
})

describe("Provider.fromConfig", () => {
  const environment = (values: Record<string, string>) =>
    ConfigProvider.layer(ConfigProvider.fromEnvRecord(values))

  const keyOf = (values: Record<string, string>) =>
    Provider.fromConfig().pipe(
      Effect.map(({ key }) => key),
      Effect.provide([transport, environment(values)]),
    )

  const messageOf = (values: Record<string, string>) =>
    Effect.map(Effect.flip(keyOf(values)), (error) => error.message)

  it.effect("reads either pair of variables, the longer names first", () =>
    Effect.gen(function* () {
      const long = { VOLC_ACCESS_KEY_ID: "AKLTlong", VOLC_SECRET_ACCESS_KEY: "s" }
      const short = { VOLC_AK: "AKLTshort", VOLC_SK: "s" }
      assert.strictEqual(yield* keyOf(long), yield* Digest.fingerprint("AKLTlong"))
      assert.strictEqual(yield* keyOf(short), yield* Digest.fingerprint("AKLTshort"))
      assert.strictEqual(yield* keyOf({ ...short, ...long }), yield* Digest.fingerprint("AKLTlong"))
      assert.strictEqual(
        yield* keyOf({ ...short, VOLC_ACCESS_KEY_ID: "", VOLC_SECRET_ACCESS_KEY: "" }),
        yield* Digest.fingerprint("AKLTshort"),
      )
    }),
  )

  it.effect("never mixes halves of two pairs, and says which variable is missing", () =>
    Effect.gen(function* () {
      assert.include(
        yield* messageOf({ VOLC_ACCESS_KEY_ID: "a", VOLC_SK: "secret-of-another" }),
        "VOLC_SECRET_ACCESS_KEY: is not set, but VOLC_ACCESS_KEY_ID is",
      )
      const lonely = yield* messageOf({ VOLC_SK: "secret-of-another" })
      assert.include(lonely, "VOLC_AK: is not set, but VOLC_SK is")
      assert.notInclude(lonely, "secret-of-another")
      assert.include(yield* messageOf({}), "no credentials")
    }),
  )

  it.live("takes the session token and the base address too", () =>
    Effect.gen(function* () {
      const server = yield* scripted(accepted)
      const values = {
        VOLC_AK: "AKLTtest",
        VOLC_SK: secrets.secretAccessKey,
        VOLC_SESSION_TOKEN: secrets.sessionToken,
        VOLC_BASE_URL: server.url,
      }
      const registry = yield* Providers.pipe(
        Effect.provide(
          Provider.layerConfig({ account: "env", baseUrl: undefined }).pipe(
            Layer.provide(environment(values)),
          ),
        ),
      )
      const choice = registry.forModel("realman_change_lips") ?? assert.fail("no such model")
      assert.strictEqual(choice.provider.account, "env")
      yield* submit(choice.provider, choice.model)
      assert.strictEqual(server.requests[0]?.headers["x-security-token"], secrets.sessionToken)
    }).pipe(Effect.provide(transport)),
  )
})

describe("secrets", () => {
  const encodeError = Schema.encodeEffect(Schema.toCodecJson(TaskError))

  it.live(
    "appear in no error, state, warning, handle, defect or trace, even where the service quotes them",
    () =>
      Effect.gen(function* () {
        const quoting = `bad ${secrets.secretAccessKey} and ${secrets.sessionToken} at https://bucket.example.com/in.mp4?X-Signature=signed-link-query`
        const script: ReadonlyArray<Scripted> = [
          { status: 401, body: gatewayEnvelope("SignatureDoesNotMatch", quoting) },
          { status: 401, body: gatewayEnvelope("InvalidSecretToken", quoting) },
          { status: 500, body: gatewayEnvelope("InternalError", quoting) },
          { status: 403, body: gatewayEnvelope("Unheard", quoting) },
          { status: 400, body: envelope(50200, null, quoting) },
          { status: 400, body: envelope(59999, null, quoting) },
          { status: 200, body: envelope(50511, { status: "done" }, quoting) },
          { status: 200, body: envelope(10000, { status: "done" }, quoting) },
          { status: 200, body: envelope(10000, { status: "expired" }, quoting) },
          { status: 200, body: envelope(50500, { task_id: "7" }, quoting) },
          { status: 502, headers: { "content-type": "text/html" }, body: quoting },
          "reset",
          accepted,
        ]
        let shown = ""
        const spans: Array<Tracer.NativeSpan> = []
        const tracer = Tracer.make({
          span: (options) => {
            const span = new Tracer.NativeSpan(options)
            spans.push(span)
            return span
          },
        })
        for (const answer of script) {
          const server = yield* scripted(answer)
          const provider = yield* account(server.url, {
            sessionToken: Redacted.make(secrets.sessionToken),
          })
          const submitted = yield* Effect.exit(submit(provider)).pipe(
            Effect.withTracer(tracer),
            // As a program would that wants to see every header.
            Effect.provideService(HttpClient.TracerHeaderFilter, () => true),
          )
          if (Exit.isSuccess(submitted)) shown += TaskRef.toHandle(submitted.value.ref)
          const exits: ReadonlyArray<Exit.Exit<unknown, TaskError>> = [
            submitted,
            yield* Effect.exit(provider.poll(refOf(provider))),
            yield* Effect.exit(provider.check),
          ]
          for (const exit of exits) {
            shown += JSON.stringify(exit) + Inspectable.toStringUnknown(exit)
            if (Exit.isSuccess(exit)) continue
            shown += Cause.pretty(exit.cause)
            for (const reason of exit.cause.reasons) {
              if (!Cause.isFailReason(reason)) continue
              shown += reason.error.message
              shown += JSON.stringify(yield* encodeError(reason.error))
            }
          }
          shown += JSON.stringify(provider) + Inspectable.toStringUnknown(provider)
        }
        const attributes = spans.flatMap((span) => [...span.attributes])
        assert.isTrue(attributes.some(([name]) => name.includes("x-security-token")))
        shown += attributes.map(String).join("\n")
        assert.include(shown, "https://bucket.example.com/in.mp4")
        for (const secret of [
          secrets.secretAccessKey,
          secrets.sessionToken,
          "signed-link-query",
          "HMAC-SHA256",
        ]) {
          assert.notInclude(shown, secret)
        }
      }).pipe(Effect.provide(transport)),
  )
})

/** Every row of what a poll proves, read off a real socket: sorted by code, never by HTTP status. */
import { assert, describe, it } from "@effect/vitest"
import { stepOf } from "@zoetrope/core/Poll"
import type { TaskState } from "@zoetrope/core/TaskState"
import { Effect, Result } from "effect"
import { lookup } from "../src/Codes.ts"
import { Models } from "../src/index.ts"
import * as documents from "./fixtures/documents.ts"
import { account, envelope, gatewayEnvelope, refOf, transport } from "./support/account.ts"
import { answering, type Scripted, scripted } from "@zoetrope/provider-kit/Scripted"

const pollOf = Effect.fnUntraced(function* (answer: Scripted, model = Models.all[0]) {
  const server = yield* scripted(answer)
  const provider = yield* account(server.url, { timeouts: { poll: 0.4 } })
  return yield* provider.poll(refOf(provider, model))
})

const stateOf = (data: unknown, code = 10000, status = 200) =>
  pollOf({ status, body: envelope(code, data) })

const failedWith = (state: TaskState) =>
  state._tag === "Failed" ? state.error : assert.fail(`expected Failed, not ${state._tag}`)

describe("a poll that brought nothing about the task", () => {
  for (const [what, answer] of [
    ["a reset", "reset"],
    ["a cut answer", { cut: '{"code":10000,' }],
    ["silence", "silence"],
    ["HTML", { status: 200, headers: { "content-type": "text/html" }, body: "<html>" }],
    ["an empty 500", { status: 500, body: "" }],
    ["a bare 401", { status: 401, body: "unauthorized" }],
    ["a bare 403", { status: 403, body: { message: "no" } }],
    ["401 with a code that no document names", { status: 401, body: envelope(50999, null) }],
    ["403 with a code that no document names", { status: 403, body: envelope(40001, null) }],
    ["50429", { status: 429, body: envelope(50429, null) }],
    ["50429 as HTTP 404", { status: 404, body: envelope(50429, null) }],
    ["50430", { status: 429, body: envelope(50430, null) }],
    ["50500 without data", { status: 500, body: envelope(50500, null) }],
    ["50500 with HTTP 200", { status: 200, body: envelope(50500, null) }],
    ["50501 without data", { status: 500, body: envelope(50501, null) }],
    [
      "50500 with data that says nothing of the task",
      { status: 500, body: envelope(50500, { resp_data: "" }) },
    ],
    ["50500 of a task that goes on", { body: envelope(50500, { status: "generating" }) }],
    ["50400", { status: 401, body: envelope(50400, null) }],
  ] satisfies ReadonlyArray<readonly [string, Scripted]>) {
    it.live(`is ${what}: polled on`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(pollOf(answer))
        assert.strictEqual(error.operation, "poll")
        assert.strictEqual(error.verdict, "wait")
        assert.strictEqual(error.ref?.taskId, "7392616336519610409")
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("is every answer of the gateway, whatever its code and status", () =>
    Effect.gen(function* () {
      const codes = [...documents.gateway.map(([code]) => code), "SomethingNew", "50215"]
      for (const status of [200, 400, 404, 500]) {
        const server = yield* answering((_request, index) => ({
          status,
          body: gatewayEnvelope(codes[index] ?? "", "as the gateway says"),
        }))
        const provider = yield* account(server.url)
        for (const code of codes) {
          const error = yield* Effect.flip(provider.poll(refOf(provider)))
          assert.strictEqual(error.verdict, "wait", `${status} ${code}`)
          assert.include(error.message, code)
          assert.strictEqual(error.requestId, "20250612211650F6034647881AD3D59CF6")
        }
      }
    }).pipe(Effect.provide(transport)),
  )
})

describe("a poll that ends the task", () => {
  const everyCode = [
    ...new Set(
      [...documents.jimengVideo, ...documents.jimengFamily, ...documents.general].map(
        ([, code]) => code,
      ),
    ),
  ].filter((code) => code !== "10000")
  const markedRetryable = new Set<string>([
    ...documents.jimengVideo
      .filter(([, , , , retry]) => retry === "可重试")
      .map(([, code]) => code),
    ...documents.jimengFamily.filter(([, , , retry]) => retry === "yes").map(([, code]) => code),
  ])

  for (const model of Models.all) {
    it.live(`is any error code beside done, made again only where ${model.id} says so`, () =>
      Effect.gen(function* () {
        const server = yield* answering((_request, index) => ({
          status: 200,
          body: envelope(Number(everyCode[index]), { status: "done" }, "said"),
        }))
        const provider = yield* account(server.url)
        for (const code of everyCode) {
          const { state } = yield* provider.poll(refOf(provider, model))
          const error = failedWith(state)
          assert.strictEqual(error.operation, "task")
          assert.strictEqual(error.code, code)
          const remade =
            model.product === "jimeng-video"
              ? markedRetryable.has(code)
              : // The limits of lip-sync and single-image driving are read as worth another try.
                code === "50429" || code === "50430"
          assert.strictEqual(error.verdict, remade ? "remake" : "stop", code)
          assert.include(error.message, lookup(model.product, code)?.row.meaning.en ?? "missing")
        }
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("is a review or generation code without data, with HTTP 400", () =>
    Effect.gen(function* () {
      for (const [, code, , retry] of documents.jimengFamily) {
        const error = failedWith((yield* stateOf(null, Number(code), 400)).state)
        assert.strictEqual(error.verdict, retry === "yes" ? "remake" : "stop", code)
      }
      for (const code of ["50411", "50412", "50413", "50512"]) {
        const error = failedWith((yield* stateOf(null, Number(code), 400)).state)
        assert.strictEqual(error.reason._tag, "Moderated")
        assert.strictEqual(error.verdict, "stop", code)
      }
      const made = failedWith((yield* stateOf(null, 50511, 400)).state)
      assert.strictEqual(made.verdict, "remake")
    }).pipe(Effect.provide(transport)),
  )

  it.live("is a 504xx or 505xx that no document names, never made again", () =>
    Effect.gen(function* () {
      for (const code of [50450, 50599]) {
        const error = failedWith((yield* stateOf(null, code, 400)).state)
        assert.strictEqual(error.reason._tag, "UnknownCode")
        assert.strictEqual(error.verdict, "stop")
      }
    }).pipe(Effect.provide(transport)),
  )

  it.live("is done without a link, which proves nothing", () =>
    Effect.gen(function* () {
      for (const data of [
        { status: "done" },
        { status: "done", video_url: "" },
        { status: "done", video_url: null, url: "see elsewhere" },
        { status: "done", resp_data: JSON.stringify({ code: 1234, message: "no face" }) },
      ]) {
        const error = failedWith((yield* stateOf(data)).state)
        if (error.reason._tag !== "Unproven") return assert.fail(error.reason._tag)
        assert.strictEqual(error.reason.state, "no_link")
        assert.strictEqual(error.verdict, "ask")
        if (data.resp_data !== undefined) assert.include(error.message, '1234 "no face"')
      }
    }).pipe(Effect.provide(transport)),
  )
})

describe("a poll that ends the wait", () => {
  for (const code of [
    50200, 50201, 50204, 50209, 50210, 50214, 50220, 50402, 60102, 60208, 77777,
  ]) {
    it.live(`is ${code}, with its message`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          pollOf({ status: 400, body: envelope(code, null, "what the service says") }),
        )
        assert.strictEqual(error.verdict, "stop")
        assert.include(error.message, "what the service says")
        assert.include(error.message, "7392616336519610409")
      }).pipe(Effect.provide(transport)),
    )
  }
})

describe("a poll that finds no task", () => {
  for (const [what, answer, tag] of [
    ["not_found", { body: envelope(10000, { status: "not_found" }) }, "NotFound"],
    ["50215", { status: 400, body: envelope(50215, null, "Input invalid") }, "NotFound"],
    ["expired", { body: envelope(10000, { status: "expired" }) }, "Expired"],
    ["expired beside an error", { body: envelope(50500, { status: "expired" }) }, "Expired"],
  ] satisfies ReadonlyArray<readonly [string, Scripted, TaskState["_tag"]]>) {
    it.live(`is ${what}: shown to a person, and only after the grace`, () =>
      Effect.gen(function* () {
        const server = yield* scripted(answer)
        const provider = yield* account(server.url)
        const ref = refOf(provider)
        const polled = yield* provider.poll(ref)
        assert.strictEqual(polled.state._tag, tag)
        const late = stepOf(provider, ref, Result.succeed(polled), 61)
        if (late._tag !== "End") return assert.fail(late._tag)
        assert.strictEqual(late.error.verdict, "ask")
        const early = stepOf(provider, ref, Result.succeed(polled), 59)
        assert.strictEqual(early._tag, tag === "NotFound" ? "Wait" : "End")
      }).pipe(Effect.provide(transport)),
    )
  }
})

describe("a task under way", () => {
  it.live("is queued, generating or being prepared", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* stateOf({ status: "in_queue" })).state, { _tag: "Queued" })
      for (const status of ["generating", "processing"]) {
        const { state, warnings } = yield* stateOf({ status })
        assert.deepStrictEqual(state, { _tag: "Running" })
        assert.deepStrictEqual(warnings, [])
      }
    }).pipe(Effect.provide(transport)),
  )

  it.live("tells its progress where the service does", () =>
    Effect.gen(function* () {
      const { state } = yield* stateOf({ status: "generating", resp_data: '{"progress": 42}' })
      assert.deepStrictEqual(state, { _tag: "Running", progress: 42 })
      const odd = yield* stateOf({ status: "generating", resp_data: '{"progress": 4200}' })
      assert.deepStrictEqual(odd.state, { _tag: "Running" })
    }).pipe(Effect.provide(transport)),
  )

  it.live("is running, with a warning, in a state that no document names", () =>
    Effect.gen(function* () {
      for (const data of [{ status: "failed" }, { status: "succeeded" }, {}, null, []]) {
        const { state, warnings } = yield* stateOf(data)
        assert.strictEqual(state._tag, "Running")
        assert.strictEqual(warnings.length, 1)
      }
    }).pipe(Effect.provide(transport)),
  )
})

describe("a video", () => {
  /** Documented: 单图视频驱动 (updated 2025-08-28), its full example. */
  const respData =
    '{"progress": 100, "received_at": 1741242940, "processed_at": 1741242940, "finished_at": 1741243387, "binary_data_url_list": [], "binary_data_info_list": [], "code": 0, "message": "success", "vid": ["v030adg10005cv4k7unog65j2qeebneg"], "video_meta": [{"Uri": "tos-cn-v-242bcc/oQDByBTUGUnDOLmKAAA1f6fPKuAFShEngI6ILr", "Height": 896, "Width": 672, "OriginHeight": 896, "OriginWidth": 672, "Duration": 10.635, "Bitrate": 2261192, "Md5": "05147bf5627d81682299cf87a36ca096", "Format": "MP4", "Size": 3005973, "FileType": "video", "Codec": "h264"}]}'

  it.live("comes with size, length, checksum and a link that lives an hour", () =>
    Effect.gen(function* () {
      const before = Date.now()
      const { requestId, state, warnings } = yield* stateOf({
        binary_data_base64: [],
        image_urls: null,
        resp_data: respData,
        status: "done",
        video_url: "https://v3.example.com/a.mp4?sign=abc%2Bdef",
      })
      if (state._tag !== "Succeeded") return assert.fail(state._tag)
      const [{ expiresAt, ...output }] = state.outputs
      assert.deepStrictEqual(output, {
        kind: "video",
        url: "https://v3.example.com/a.mp4?sign=abc%2Bdef",
        bytes: 3005973,
        md5: "05147bf5627d81682299cf87a36ca096",
        width: 672,
        height: 896,
        seconds: 10.635,
        codec: "h264",
      })
      const lives = Date.parse(expiresAt ?? "") - before
      assert.isAtLeast(lives, 3_600_000)
      assert.isAtMost(lives, 3_610_000)
      assert.deepStrictEqual(state.facts, { vid: "v030adg10005cv4k7unog65j2qeebneg" })
      assert.strictEqual(requestId, "20240720103939AF0029465CF6A74E51EC")
      assert.deepStrictEqual(warnings, [])
    }).pipe(Effect.provide(transport)),
  )

  it.live("may be linked as video_url, as url, or inside resp_data only", () =>
    Effect.gen(function* () {
      for (const data of [
        { status: "done", video_url: "https://a/v.mp4" },
        { status: "done", url: "https://a/v.mp4", aigc_meta_tagged: true },
        { status: "done", video_url: "", url: null, resp_data: '{"url":"https://a/v.mp4"}' },
      ]) {
        const { state } = yield* stateOf(data)
        if (state._tag !== "Succeeded") return assert.fail(state._tag)
        assert.strictEqual(state.outputs[0].url, "https://a/v.mp4")
        assert.strictEqual(
          state.facts?.["aigc_meta_tagged"],
          data.aigc_meta_tagged === true ? true : undefined,
        )
      }
    }).pipe(Effect.provide(transport)),
  )

  it.live("is not lost over a resp_data that makes no sense", () =>
    Effect.gen(function* () {
      for (const resp_data of [
        "",
        "{",
        "null",
        "[]",
        7,
        { progress: "much" },
        '{"video_meta":"?","vid":7,"code":null}',
        '{"video_meta":[{"Md5":"short","Size":-1,"Width":"672","Duration":null}]}',
        '{"video_meta":[null]}',
      ]) {
        const { state, warnings } = yield* stateOf({
          status: "done",
          video_url: "https://a/v.mp4",
          resp_data,
        })
        if (state._tag !== "Succeeded") return assert.fail(state._tag)
        assert.deepStrictEqual(Object.keys(state.outputs[0]).toSorted(), [
          "expiresAt",
          "kind",
          "url",
        ])
        assert.deepStrictEqual(warnings, [])
      }
    }).pipe(Effect.provide(transport)),
  )

  it.live("is kept, with a warning, beside an inner error", () =>
    Effect.gen(function* () {
      const { state, warnings } = yield* stateOf({
        status: "done",
        video_url: "https://a/v.mp4",
        resp_data: '{"code": 3, "msg": "half of it"}',
      })
      assert.strictEqual(state._tag, "Succeeded")
      assert.include(warnings[0], '3 "half of it"')
    }).pipe(Effect.provide(transport)),
  )

  it.live("does not depend on how time_elapsed is written", () =>
    Effect.gen(function* () {
      for (const time_elapsed of [
        "129.115µs",
        "84.448us",
        "36.799829ms",
        "3.96s",
        "1m2s",
        12,
        null,
      ]) {
        const { state } = yield* pollOf({
          body: { code: 10000, data: { status: "done", url: "https://a/v.mp4" }, time_elapsed },
        })
        assert.strictEqual(state._tag, "Succeeded")
      }
    }).pipe(Effect.provide(transport)),
  )
})

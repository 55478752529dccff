import { assert, describe, it } from "@effect/vitest"
import { answering, scripted } from "@zoetrope/provider-kit/Scripted"
import { Effect } from "effect"

/** What a client makes of one answer: its status and text, or how it broke. */
const ask = (url: string, init: RequestInit = {}) =>
  Effect.promise(async () => {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2000), ...init })
      return `${answer.status} ${await answer.text()}`
    } catch (cause) {
      return (cause as Error).name
    }
  })

describe("a scripted server", () => {
  it.live("answers in the order of its script, and goes on with the last", () =>
    Effect.gen(function* () {
      const { requests, url } = yield* scripted(
        { status: 429, headers: { "retry-after": "3" }, body: { code: "too_fast" } },
        { body: "<html>" },
      )
      assert.strictEqual(yield* ask(`${url}/a?b=c`), '429 {"code":"too_fast"}')
      assert.strictEqual(yield* ask(url), "200 <html>")
      assert.strictEqual(yield* ask(url), "200 <html>")
      assert.strictEqual(requests.length, 3)
      assert.strictEqual(requests[0]?.url, "/a?b=c")
    }),
  )

  it.live("remembers what was asked, whatever came for a body", () =>
    Effect.gen(function* () {
      const { requests, url } = yield* answering(({ body }, index) => ({ body: { body, index } }))
      const post = (body: string) => ask(url, { method: "POST", headers: { "x-key": "k" }, body })
      assert.strictEqual(yield* post('{"a":1}'), '200 {"body":{"a":1},"index":0}')
      assert.strictEqual(yield* post("no JSON"), '200 {"body":{},"index":1}')
      assert.include(requests[0], { method: "POST" })
      assert.strictEqual(requests[0]?.headers["x-key"], "k")
    }),
  )

  it.live("breaks as it is told", () =>
    Effect.gen(function* () {
      const { requests, url } = yield* scripted("reset", { cut: '{"id":"70' }, "silence")
      assert.strictEqual(yield* ask(url), "TypeError")
      assert.strictEqual(yield* ask(url), "TypeError")
      assert.strictEqual(yield* ask(url, { signal: AbortSignal.timeout(100) }), "TimeoutError")
      assert.strictEqual(requests.length, 3)
    }),
  )

  it.live("lets the beginning of a cut answer arrive", () =>
    Effect.gen(function* () {
      const { url } = yield* scripted({ cut: '{"id":"70' })
      const seen = yield* Effect.promise(async () => {
        const { body, status } = await fetch(url)
        const first = await body?.getReader().read()
        return `${status} ${new TextDecoder().decode(first?.value)}`
      })
      assert.strictEqual(seen, '200 {"id":"70')
    }),
  )

  it.live("is gone with its scope", () =>
    Effect.gen(function* () {
      const url = yield* Effect.scoped(Effect.map(scripted("silence"), (server) => server.url))
      assert.strictEqual(yield* ask(url), "TypeError")
    }),
  )
})

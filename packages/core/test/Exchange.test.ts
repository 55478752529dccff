import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { HttpClient, HttpClientError, HttpClientRequest, HttpClientResponse } from "effect/http"
import { exchange } from "../src/Exchange.ts"
import { FreshConnection, markNothingSent } from "../src/Transport.ts"

const request = HttpClientRequest.post("https://example.test/")
const options = { timeoutSeconds: 30, fresh: true }
const client = (answer: () => Effect.Effect<Response, HttpClientError.HttpClientError>) =>
  HttpClient.make((asked) =>
    Effect.map(answer(), (response) => HttpClientResponse.fromWeb(asked, response)),
  )
const transportError = (cause: unknown) =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.TransportError({ request, cause }),
  })

describe("one exchange", () => {
  it.effect("is an answer, whatever its status and its body", () =>
    Effect.gen(function* () {
      const http = client(() =>
        Effect.succeed(new Response("<html>", { status: 502, headers: { "X-Id": "1" } })),
      )
      expect(yield* exchange(http, request, options)).toMatchObject({
        _tag: "Answer",
        status: 502,
        body: "<html>",
        headers: { "x-id": "1" },
      })
    }),
  )

  it.effect("is broken, and possibly sent, unless the transport proves otherwise", () =>
    Effect.gen(function* () {
      const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })
      expect(
        yield* exchange(
          client(() => Effect.fail(transportError(cause))),
          request,
          options,
        ),
      ).toEqual({
        _tag: "Broken",
        nothingSent: false,
        detail: "read ECONNRESET",
      })
      const refused = markNothingSent(new Error("connect ECONNREFUSED"))
      expect(
        yield* exchange(
          client(() => Effect.fail(transportError(refused))),
          request,
          options,
        ),
      ).toEqual({ _tag: "Broken", nothingSent: true, detail: "connect ECONNREFUSED" })
    }),
  )

  it.effect("is over after its time, which proves nothing", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(
        exchange(
          client(() => Effect.never),
          request,
          options,
        ),
      )
      yield* TestClock.adjust("30 seconds")
      expect(yield* Fiber.join(fiber)).toEqual({
        _tag: "Broken",
        nothingSent: false,
        detail: "no answer within 30 s",
      })
    }),
  )

  it.effect("reads no endless body", () =>
    Effect.gen(function* () {
      const chunk = new Uint8Array(1024 * 1024)
      const endless = () =>
        new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(chunk) })
      const http = client(() => Effect.succeed(new Response(endless())))
      expect(yield* exchange(http, request, options)).toMatchObject({
        _tag: "Broken",
        nothingSent: false,
      })
    }),
  )

  const pieces = (text: string, then: (controller: ReadableStreamDefaultController) => void) =>
    client(() =>
      Effect.succeed(
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
            pull: then,
          }),
        ),
      ),
    )
  const cut = (controller: ReadableStreamDefaultController) =>
    controller.error(new Error("read ECONNRESET"))
  const never = () => new Promise<void>(() => {})

  it.effect("is an answer although it is cut, or never ends, where it is a whole JSON object", () =>
    Effect.gen(function* () {
      for (const then of [cut, never]) {
        const rows = [
          ['{"task_id":"1"}', { _tag: "Answer", status: 200, body: '{"task_id":"1"}' }],
          ['{"task_id":"1"', { _tag: "Broken", nothingSent: false }],
          ["12", { _tag: "Broken", nothingSent: false }],
        ] as const
        for (const [text, expected] of rows) {
          const fiber = yield* Effect.forkChild(exchange(pieces(text, then), request, options))
          yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
          yield* TestClock.adjust("30 seconds")
          expect(yield* Fiber.join(fiber)).toMatchObject(expected)
        }
      }
    }),
  )

  it.effect("tells the transport whether it wants a connection of its own", () =>
    Effect.gen(function* () {
      const seen: Array<boolean> = []
      const http = client(() =>
        Effect.gen(function* () {
          seen.push(yield* FreshConnection)
          return new Response("{}")
        }),
      )
      yield* exchange(http, request, options)
      yield* exchange(http, request, { ...options, fresh: false })
      expect(seen).toEqual([true, false])
    }),
  )
})

import { assert, describe, it } from "@effect/vitest"
import { FreshConnection } from "@zoetrope/core/Transport"
import { Effect, Exit, Fiber, Stream } from "effect"
import { HttpBody, HttpClientRequest, type HttpClientResponse, UrlParams } from "effect/http"
import type { RequestListener, ServerResponse } from "node:http"
import { text as textOf } from "node:stream/consumers"
import { client } from "./clients.ts"
import * as Servers from "./servers.ts"

const answered = (listener: RequestListener, path = "/") =>
  Effect.gen(function* () {
    const { port } = yield* Servers.http(listener)
    const http = yield* client()
    return yield* http.get(`http://127.0.0.1:${port}${path}`)
  })

const answering = (body: string | Uint8Array, contentType = "text/plain") =>
  answered((_, response) => response.setHeader("content-type", contentType).end(body))

describe("an answer", () => {
  it.live("has its head: address, status, headers, cookies", () =>
    Effect.gen(function* () {
      const response = yield* answered(
        (_, answer) =>
          answer.writeHead(418, { "X-Tea": "yes", "set-cookie": ["a=1", "b=2"] }).end(),
        "/pot?size=1#lid",
      )
      assert.strictEqual(response.status, 418)
      assert.strictEqual(response.headers["x-tea"], "yes")
      assert.deepStrictEqual(Object.keys(response.cookies.cookies), ["a", "b"])
      assert.match(response.url, /^http:\/\/127\.0\.0\.1:\d+\/pot\?size=1$/)
    }),
  )

  const readers: ReadonlyArray<
    readonly [
      name: string,
      body: string,
      contentType: string,
      read: (response: HttpClientResponse.HttpClientResponse) => Effect.Effect<unknown, unknown>,
      expected: unknown,
    ]
  > = [
    ["text", "ein Film für 3 €", "text/plain", ({ text }) => text, "ein Film für 3 €"],
    ["text without its byte order mark", "\uFEFFa", "text/plain", ({ text }) => text, "a"],
    ["JSON", '{"a":[1]}', "application/json", ({ json }) => json, { a: [1] }],
    ["no JSON at all", "", "application/json", ({ json }) => json, null],
    [
      "bytes",
      "abc",
      "application/octet-stream",
      ({ arrayBuffer }) => Effect.map(arrayBuffer, (buffer) => [...new Uint8Array(buffer)]),
      [97, 98, 99],
    ],
    [
      "parameters",
      "?a=1&b=2",
      "application/x-www-form-urlencoded",
      ({ urlParamsBody }) => Effect.map(urlParamsBody, (params) => UrlParams.toRecord(params)),
      { "?a": "1", b: "2" },
    ],
    [
      "a form",
      '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
      "multipart/form-data; boundary=x",
      ({ formData }) => Effect.map(formData, (form) => form.get("a")),
      "1",
    ],
    [
      "a stream",
      "abc",
      "text/plain",
      ({ stream }) => Stream.mkString(Stream.decodeText(stream)),
      "abc",
    ],
  ]

  it.live.each(readers)("is read as %s", ([, body, contentType, read, expected]) =>
    Effect.gen(function* () {
      const response = yield* answering(body, contentType)
      assert.deepStrictEqual(yield* read(response), expected)
    }),
  )

  it.live("is read whole as often as anybody likes, also by several at once", () =>
    Effect.gen(function* () {
      let finish = () => {}
      const response = yield* answered((_, answer) => {
        answer.write("[1,")
        finish = () => void answer.end("2]")
      })
      const reading = yield* Effect.forkChild(
        Effect.all([response.text, response.text, response.json], { concurrency: "unbounded" }),
      )
      yield* Effect.sleep("20 millis")
      finish()
      assert.deepStrictEqual(yield* Fiber.join(reading), ["[1,2]", "[1,2]", [1, 2]])
      assert.strictEqual(yield* response.text, "[1,2]")
    }),
  )

  it.live("is streamed once, and said to be gone afterwards", () =>
    Effect.gen(function* () {
      const response = yield* answering("abc")
      yield* Stream.runDrain(response.stream)
      for (const again of [response.text, Stream.runDrain(response.stream)]) {
        const error = yield* Effect.flip(again)
        assert.match(String(error.cause), /was streamed before/)
      }
    }),
  )

  it.live("that is not what it was read as fails as an answer, not as a call", () =>
    Effect.gen(function* () {
      const { json } = yield* answering("<html>", "application/json")
      const error = yield* Effect.flip(json)
      assert.strictEqual(error.reason._tag, "DecodeError")
      assert.strictEqual(error.response?.status, 200)
    }),
  )

  it.live("waits at the server while nobody reads it", () =>
    Effect.gen(function* () {
      const whole = 32 * 1024 * 1024
      let answer: ServerResponse | undefined
      const response = yield* answered((_, given) => {
        answer = given
        given.end(Buffer.alloc(whole))
      })
      yield* Effect.sleep("200 millis")
      assert.isFalse(answer?.writableFinished)
      const bytes = yield* Stream.runFold(
        response.stream,
        () => 0,
        (sum, piece) => sum + piece.length,
      )
      assert.strictEqual(bytes, whole)
    }),
  )

  it.live("that is cut gives what has arrived, and then the cut", () =>
    Effect.gen(function* () {
      const { port } = yield* Servers.tcp(
        Servers.afterHead((socket) =>
          socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"),
        ),
      )
      const http = yield* client()
      const response = yield* http.get(`http://127.0.0.1:${port}/`)
      const got: Array<string> = []
      const exit = yield* Stream.decodeText(response.stream).pipe(
        Stream.runForEach((text) => Effect.sync(() => got.push(text))),
        Effect.exit,
      )
      assert.isTrue(Exit.isFailure(exit))
      assert.deepStrictEqual(got, ["half"])
    }),
  )

  it.live("that nobody waits for any more is let go", () =>
    Effect.gen(function* () {
      const server = yield* Servers.http((_, answer) => void answer.write("half"))
      const http = yield* client()
      const response = yield* http.get(`http://127.0.0.1:${server.port}/`)
      const reading = yield* Effect.forkChild(response.text)
      yield* Effect.sleep("20 millis")
      yield* Fiber.interrupt(reading)
      yield* Servers.until(() => server.open() === 0)
    }),
  )

  it.live("is no upgraded connection", () =>
    Effect.gen(function* () {
      const { upgrade } = yield* answering("")
      assert.strictEqual((yield* Effect.flip(upgrade)).reason._tag, "StatusCodeError")
    }),
  )
})

describe("what is sent", () => {
  const form = new FormData()
  form.append("field", "value")
  const bodies: ReadonlyArray<
    readonly [name: string, body: HttpBody.HttpBody, expected: string | RegExp, type?: RegExp]
  > = [
    ["nothing", HttpBody.empty, ""],
    ["text", HttpBody.text("héllo", "text/x"), "héllo", /^text\/x$/],
    ["bytes", HttpBody.uint8Array(Uint8Array.of(97, 98).subarray(1), "a/b"), "b", /^a\/b$/],
    ["what undici takes", HttpBody.raw("as it is", { contentType: "c/d" }), "as it is", /^c\/d$/],
    [
      "a stream",
      HttpBody.stream(Stream.make(Uint8Array.of(97), Uint8Array.of(98)), "e/f"),
      "ab",
      /^e\/f$/,
    ],
    [
      "a form",
      HttpBody.formData(form),
      /name="field"\r\n\r\nvalue\r\n/,
      /^multipart\/form-data; boundary=\S+$/,
    ],
  ]

  for (const fresh of [false, true]) {
    it.live.each(bodies)(`%s (own connection: ${fresh})`, ([, body, expected, type]) =>
      Effect.gen(function* () {
        const { port } = yield* Servers.http((request, answer) => {
          void textOf(request).then((received) =>
            answer.end(JSON.stringify([received, request.headers["content-type"]])),
          )
        })
        const http = yield* client()
        const request = HttpClientRequest.setBody(
          HttpClientRequest.post(`http://127.0.0.1:${port}/`),
          body,
        )
        const answer = yield* http.execute(request).pipe(
          Effect.flatMap(({ text }) => text),
          Effect.provideService(FreshConnection, fresh),
        )
        const [received, receivedType] = JSON.parse(answer) as [string, string | null]
        if (typeof expected === "string") assert.strictEqual(received, expected)
        else assert.match(received, expected)
        if (type !== undefined) assert.match(receivedType ?? "", type)
      }),
    )
  }
})

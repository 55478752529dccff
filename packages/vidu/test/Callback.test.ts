import { assert, describe, it } from "@effect/vitest"
import type { CallbackRequest } from "@zoetrope/core/Provider"
import { Effect, Redacted } from "effect"
import { Callback } from "../src/index.ts"
import { callback, callbackVectors, signedText } from "./fixtures/documents.ts"

const at = new Date(callback.date)
const tolerance = 300

type Headers = CallbackRequest["headers"]

/** A callback as it arrives: signed for an address, and changed on the way. */
const arriving = Effect.fnUntraced(function* (
  options: Partial<Callback.Unsigned> & {
    readonly change?: (request: CallbackRequest) => CallbackRequest
    readonly body?: string
  } = {},
) {
  const { body = '{"state":"success"}', change = (request) => request, ...unsigned } = options
  const url = unsigned.url ?? callbackVectors[0].url
  const headers = yield* Callback.sign({
    apiKey: Redacted.make(callbackVectors[0].key),
    url,
    date: at,
    nonce: callback.nonce,
    ...unsigned,
  })
  const [path = "", query = ""] = url.replace(/^https?:\/\/[^/?]*/, "").split("?")
  return change({
    method: "POST",
    path,
    query,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: new TextEncoder().encode(body),
  })
})

const judged = (request: CallbackRequest, now = at, apiKey: string = callbackVectors[0].key) =>
  Callback.verify(Redacted.make(apiKey), request, now, tolerance)

const withHeaders =
  (change: (headers: Headers) => Headers) =>
  (request: CallbackRequest): CallbackRequest => ({ ...request, headers: change(request.headers) })

describe("signingString", () => {
  it("is the text that the page prints, 161 bytes long", () => {
    const text = Callback.signingString({
      method: "post",
      path: "/vidu/callback",
      query: "name=james&age=36",
      date: callback.date,
      signed: [
        ["Date", callback.date],
        ["x-request-nonce", callback.nonce],
      ],
    })
    assert.strictEqual(text, signedText)
    assert.lengthOf(new TextEncoder().encode(text), 161)
  })
})

describe("the documented formula", () => {
  for (const { key, signature, url } of callbackVectors) {
    it.effect(`signs and verifies ${url}`, () =>
      Effect.gen(function* () {
        const apiKey = Redacted.make(key)
        const headers = yield* Callback.sign({ apiKey, url, date: at, nonce: callback.nonce })
        assert.deepStrictEqual(headers, {
          Date: callback.date,
          "x-request-nonce": callback.nonce,
          "X-HMAC-SIGNED-HEADERS": "Date;x-request-nonce",
          "X-HMAC-ALGORITHM": "hmac-sha256",
          "X-HMAC-ACCESS-KEY": "vidu",
          "X-HMAC-SIGNATURE": signature,
        })
        const request = yield* arriving({ apiKey, url })
        const verdict = yield* judged(request, at, key)
        assert.strictEqual(verdict._tag, "Genuine")
      }),
    )
  }
})

describe("a genuine callback", () => {
  it.effect("tells its nonce, our key and its state", () =>
    Effect.gen(function* () {
      const url = "https://example.com/hooks?job=1&zoetrope=5f0c9a52-3b1c"
      assert.deepStrictEqual(yield* judged(yield* arriving({ url })), {
        _tag: "Genuine",
        nonce: callback.nonce,
        key: "5f0c9a52-3b1c",
        state: "success",
      })
    }),
  )

  it.effect("has the key that was added last, whatever else its address holds", () =>
    Effect.gen(function* () {
      const url = "https://example.com/hooks?zoetrope=mine&a=%20&zoetrope=5f0c9a52"
      const verdict = yield* judged(yield* arriving({ url }))
      assert.strictEqual(verdict._tag === "Genuine" ? verdict.key : verdict.why, "5f0c9a52")
    }),
  )

  for (const [what, body, state] of [
    ["status in place of state", '{"status":"processing"}', "processing"],
    ["state before status", '{"state":"failed","status":"success"}', "failed"],
    ["no JSON", "gone", undefined],
    ["an empty body", "", undefined],
    ["a list", "[]", undefined],
  ] as const) {
    it.effect(`has the state ${state}: ${what}`, () =>
      Effect.gen(function* () {
        const verdict = yield* judged(yield* arriving({ body }))
        if (verdict._tag !== "Genuine") return assert.fail(verdict.why)
        assert.strictEqual(verdict.state, state)
        assert.isUndefined(verdict.key)
      }),
    )
  }

  for (const [what, request] of [
    ["signed in the other order", arriving({ signedHeaders: ["x-request-nonce", "Date"] })],
    ["signed by its nonce alone", arriving({ signedHeaders: ["x-request-nonce"] })],
    [
      "whose header names a proxy has changed",
      arriving({
        change: withHeaders((headers) =>
          Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
          ),
        ),
      }),
    ],
    [
      "whose method a framework has put in small letters",
      arriving({ change: (one) => ({ ...one, method: "post" }) }),
    ],
    ["with an empty path", arriving({ url: "http://127.0.0.1:8080?zoetrope=1" })],
    ["with an escape in its query", arriving({ url: "http://example.com/a?x=%e4%bd%a0&&y" })],
  ] as const) {
    it.effect(`may be one ${what}`, () =>
      Effect.gen(function* () {
        const verdict = yield* judged(yield* request)
        assert.strictEqual(verdict._tag, "Genuine")
      }),
    )
  }

  for (const [seconds, tag] of [
    [0, "Genuine"],
    [tolerance, "Genuine"],
    [-tolerance, "Genuine"],
    [tolerance + 1, "Refused"],
    [-tolerance - 1, "Refused"],
  ] as const) {
    it.effect(`is ${tag} ${seconds} s after its date`, () =>
      Effect.gen(function* () {
        const verdict = yield* judged(yield* arriving(), new Date(at.getTime() + seconds * 1000))
        assert.strictEqual(verdict._tag, tag)
      }),
    )
  }

  it.effect("has the same nonce when it is sent again, for the receiver to refuse", () =>
    Effect.gen(function* () {
      const request = yield* arriving()
      const [first, second] = [yield* judged(request), yield* judged(request)]
      if (first._tag !== "Genuine" || second._tag !== "Genuine") return assert.fail("refused")
      assert.strictEqual(first.nonce, second.nonce)
    }),
  )
})

describe("a forged callback", () => {
  const header = (name: string, value: string | undefined) =>
    withHeaders((headers) => ({ ...headers, [name]: value }))

  for (const [what, change] of [
    ["another path", (one) => ({ ...one, path: "/vidu/other" })],
    ["an escaped path", (one) => ({ ...one, path: "/vidu/%63allback" })],
    ["another query", (one) => ({ ...one, query: "name=james&age=37" })],
    ["its query in another order", (one) => ({ ...one, query: "age=36&name=james" })],
    ["no query", (one) => ({ ...one, query: "" })],
    ["another method", (one) => ({ ...one, method: "PUT" })],
    ["no headers", (one) => ({ ...one, headers: {} })],
    ["another date", header("date", "Tue, 06 May 2025 12:09:43 GMT")],
    ["no date", header("date", undefined)],
    ["another nonce", header("x-request-nonce", "123e4567-e89b-12d3-a456-426614174001")],
    ["no nonce", header("x-request-nonce", undefined)],
    ["another algorithm", header("x-hmac-algorithm", "hmac-sha1")],
    ["no algorithm", header("x-hmac-algorithm", undefined)],
    ["another access key", header("x-hmac-access-key", "somebody")],
    [
      "the signed headers in another order",
      header("x-hmac-signed-headers", "x-request-nonce;Date"),
    ],
    [
      "the signed headers in other letters",
      header("x-hmac-signed-headers", "date;x-request-nonce"),
    ],
    ["a nonce that is not signed", header("x-hmac-signed-headers", "Date")],
    [
      "a signed header that is missing",
      header("x-hmac-signed-headers", "Date;x-request-nonce;x-a"),
    ],
    ["no list of signed headers", header("x-hmac-signed-headers", undefined)],
    ["no signature", header("x-hmac-signature", undefined)],
    ["an empty signature", header("x-hmac-signature", "")],
    ["a signature that is not base64", header("x-hmac-signature", "###")],
    ["a shorter signature", header("x-hmac-signature", "PrO4+kG4")],
    ["another address's signature", header("x-hmac-signature", callbackVectors[1].signature)],
  ] satisfies ReadonlyArray<readonly [string, (one: CallbackRequest) => CallbackRequest]>) {
    it.effect(`is refused: ${what}`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* judged(yield* arriving()))._tag, "Genuine")
        const verdict = yield* judged(yield* arriving({ change }))
        if (verdict._tag !== "Refused") return assert.fail("was believed")
        assert.isAbove(verdict.why.length, 10)
        assert.notInclude(verdict.why, callbackVectors[0].key)
      }),
    )
  }

  it.effect("is refused: signed well, but without its nonce", () =>
    Effect.gen(function* () {
      const verdict = yield* judged(yield* arriving({ signedHeaders: ["Date"] }))
      if (verdict._tag !== "Refused") return assert.fail("was believed")
      assert.include(verdict.why, "nonce")
    }),
  )

  it.effect("is refused: signed with another key", () =>
    Effect.gen(function* () {
      const verdict = yield* judged(yield* arriving(), at, "your_other_token")
      if (verdict._tag !== "Refused") return assert.fail("was believed")
      assert.include(verdict.why, "another API key")
    }),
  )

  it.effect("is refused: a date that is signed and cannot be read", () =>
    Effect.gen(function* () {
      const verdict = yield* judged(yield* arriving({ date: new Date(Number.NaN) }))
      if (verdict._tag !== "Refused") return assert.fail("was believed")
      assert.include(verdict.why, "cannot be read")
    }),
  )

  it.effect("may say anything in its body, which is not signed", () =>
    Effect.gen(function* () {
      const verdict = yield* judged(yield* arriving({ body: '{"state":"success","creations":[]}' }))
      // Genuine means no more than: there is a reason to poll.
      assert.strictEqual(verdict._tag, "Genuine")
    }),
  )
})

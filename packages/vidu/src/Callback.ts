/**
 * Callbacks of Vidu: whether a request really comes from it, and which start it is about. Owns the
 * signature exactly as documented. The body is not signed, so a genuine callback is only the reason to
 * poll: nothing in it is believed.
 *
 * @see https://platform.vidu.cn/docs/callback-signature (read 2026-11-20)
 */
import type { CallbackRequest, CallbackVerdict } from "@zoetrope/core/Provider"
import { parseObject } from "@zoetrope/core/WireJson"
import { Effect, Redacted } from "effect"
import { Base64 } from "effect/encoding"
import { keyInQuery } from "./Mark.ts"
import { readCreations } from "./Schema.ts"

/** Stands in the string that is signed, and in a header. */
const accessKey = "vidu"
const algorithm = "hmac-sha256"

/**
 * Whether a request was signed with the API key that made the task, and is fresh. A genuine one may be
 * sent again by whoever saw it: the receiver remembers the nonce for as long as the tolerance lasts.
 *
 * Path, query and header values count as they were received, header names in any case. Its date may lie
 * `toleranceSeconds` from `now`, before or after. Refusals are answers and say why; nothing fails.
 */
export const verify = Effect.fn("vidu.Callback.verify")(function* (
  apiKey: Redacted.Redacted,
  request: CallbackRequest,
  now: Date,
  toleranceSeconds: number,
) {
  const headers = lowerCased(request.headers)
  const date = headers.get("date")
  const nonce = headers.get("x-request-nonce")
  const names = headers.get("x-hmac-signed-headers")?.split(";")
  const signature = Base64.decode(headers.get("x-hmac-signature") ?? "")
  if (date === undefined) return refused("it has no Date")
  if (nonce === undefined || nonce === "") return refused("it has no x-request-nonce")
  if (headers.get("x-hmac-algorithm")?.toLowerCase() !== algorithm) {
    return refused(`its X-HMAC-ALGORITHM is not ${algorithm}`)
  }
  if (headers.get("x-hmac-access-key") !== accessKey) {
    return refused(`its X-HMAC-ACCESS-KEY is not ${accessKey}`)
  }
  if (names === undefined || signature._tag === "Failure" || signature.success.length === 0) {
    return refused("it has no signature that can be read")
  }
  if (!names.some((name) => name.toLowerCase() === "x-request-nonce")) {
    return refused("its nonce is not signed, so anyone could have changed it")
  }
  const signed: Array<readonly [string, string]> = []
  for (const name of names) {
    const value = headers.get(name.toLowerCase())
    if (value === undefined) return refused("a header that it names as signed is missing")
    signed.push([name, value])
  }
  const text = signingString({ ...request, date, signed })
  if (!(yield* matches(apiKey, text, Uint8Array.from(signature.success)))) {
    return refused(
      "its signature is wrong: another API key made the task, or method, path, query or a signed header was changed on the way",
    )
  }
  const offBySeconds = Math.abs(now.getTime() - Date.parse(date)) / 1000
  if (!(offBySeconds <= toleranceSeconds)) {
    return refused(
      Number.isNaN(offBySeconds)
        ? "its Date cannot be read"
        : `its Date is ${Math.round(offBySeconds)} s off, and ${toleranceSeconds} s are accepted`,
    )
  }
  const body = readCreations(parseObject(new TextDecoder().decode(request.body)))
  const genuine: CallbackVerdict = {
    _tag: "Genuine",
    nonce,
    key: keyInQuery(request.query),
    // The document says `status`, its sample `state`.
    state: body?.state ?? body?.status,
  }
  return genuine
})

const refused = (why: string): CallbackVerdict => ({ _tag: "Refused", why })

/** What a callback to be signed is made of. */
export interface Unsigned {
  readonly apiKey: Redacted.Redacted
  /** Where it will be sent. */
  readonly url: string
  readonly date: Date
  readonly nonce: string
  /** Default `Date` and `x-request-nonce`, as Vidu does. */
  readonly signedHeaders?: ReadonlyArray<"Date" | "x-request-nonce">
}

/** The headers of a callback as Vidu would send it by POST: for tests of a receiver. */
export const sign = Effect.fn("vidu.Callback.sign")(function* (callback: Unsigned) {
  const { apiKey, date, nonce, signedHeaders = ["Date", "x-request-nonce"], url } = callback
  const values = { Date: date.toUTCString(), "x-request-nonce": nonce }
  const [, path = "", query = ""] = /^https?:\/\/[^/?#]*([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? []
  const text = signingString({
    method: "POST",
    path,
    query,
    date: values.Date,
    signed: signedHeaders.map((name) => [name, values[name]]),
  })
  const signature = yield* Effect.promise(async () =>
    crypto.subtle.sign("HMAC", await keyOf(apiKey, "sign"), new TextEncoder().encode(text)),
  )
  return {
    ...values,
    "X-HMAC-SIGNED-HEADERS": signedHeaders.join(";"),
    "X-HMAC-ALGORITHM": algorithm,
    "X-HMAC-ACCESS-KEY": accessKey,
    "X-HMAC-SIGNATURE": Base64.encode(new Uint8Array(signature)),
  }
})

/** The text that is signed: an empty path is `/`, the query stands as it was written, Date comes twice. */
export const signingString = (parts: {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly date: string
  /** Names as `X-HMAC-SIGNED-HEADERS` spells them, in its order. */
  readonly signed: ReadonlyArray<readonly [name: string, value: string]>
}): string =>
  [
    parts.method.toUpperCase(),
    parts.path === "" ? "/" : parts.path,
    parts.query,
    accessKey,
    parts.date,
    ...parts.signed.map(([name, value]) => `${name}:${value}`),
  ]
    .map((line) => `${line}\n`)
    .join("")

/** WebCrypto compares in constant time. */
const matches = (
  apiKey: Redacted.Redacted,
  text: string,
  signature: Uint8Array<ArrayBuffer>,
): Effect.Effect<boolean> =>
  Effect.promise(async () =>
    crypto.subtle.verify(
      "HMAC",
      await keyOf(apiKey, "verify"),
      signature,
      new TextEncoder().encode(text),
    ),
  )

const keyOf = (apiKey: Redacted.Redacted, usage: "sign" | "verify"): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(Redacted.value(apiKey)),
    { name: "HMAC", hash: "SHA-256" },
    false,
    [usage],
  )

const lowerCased = (headers: CallbackRequest["headers"]): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), value] as const],
    ),
  )

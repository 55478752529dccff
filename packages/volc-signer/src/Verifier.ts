/**
 * Verifies a signed request from what was received: the wire query, the headers that `SignedHeaders`
 * names, the bytes of the body. It demands no set of headers of its own, since SDKs sign different ones.
 *
 * Hostile input gives a refusal and never an exception. Clock, tolerance and secrets are arguments;
 * replays within the tolerance are not this module's business.
 */
import { timingSafeEqual } from "node:crypto"
import { parseAuthorization, type Authorization, type AuthorizationPart } from "./Authorization.ts"
import {
  canonicalPath,
  canonicalRequest,
  collapseBlanks,
  joinQuery,
  parseWireQuery,
  textToSign,
  trimBlanks,
  type CanonicalHeader,
  type ValueOrder,
} from "./Canonical.ts"
import { scopeText, signature, type Scope } from "./Credential.ts"
import { sha256Hex } from "./Hash.ts"
import { SignInputError, shown } from "./SignInputError.ts"
import { parseTimestamp } from "./Timestamp.ts"

/** A record as Node gives it (`request.headers`), or pairs, such as fetch's `Headers`. */
export type ReceivedHeaders =
  | Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  | Iterable<readonly [name: string, value: string]>

export interface ReceivedRequest {
  readonly method: string
  /** As it stands in the request line, before `?`. */
  readonly path: string
  /** As it stands in the request line, behind `?`. */
  readonly query?: string | undefined
  readonly headers: ReceivedHeaders
  readonly body?: string | Uint8Array | undefined
  /** SHA-256 of the body received, in lower-case hex, if it was taken while the body was read. */
  readonly bodySha256?: string | undefined
}

export interface VerifyOptions {
  /** The secret of an access key, or `undefined` for a key that is not known. */
  readonly secretFor: (accessKeyId: string) => string | undefined
  /** The time at which the request is judged. */
  readonly now: Date
  /** How far `X-Date` may be from `now`, either way. Volcengine publishes no number for the header form. */
  readonly windowSeconds: number
  /** Refuse every other region. */
  readonly region?: string | undefined
  /** Refuse every other service. */
  readonly service?: string | undefined
  /** Refuse a request that did not sign these. */
  readonly requiredHeaders?: ReadonlyArray<string> | undefined
}

export interface Verified {
  readonly _tag: "Verified"
  readonly accessKeyId: string
  readonly scope: Scope
  /** Lower case, as signed. */
  readonly signedHeaders: ReadonlyArray<string>
  /** When the request says that it was signed. */
  readonly date: Date
}

/** Why a request is refused. Each `message` says what was expected, and holds no secret. */
export type Refusal = { readonly message: string } & (
  | { readonly _tag: "MissingAuthorization" }
  | { readonly _tag: "MalformedAuthorization"; readonly part: AuthorizationPart }
  | { readonly _tag: "InvalidDate" }
  | {
      readonly _tag: "Skewed"
      /** Positive: the sender's clock is ahead. */ readonly skewSeconds: number
    }
  | { readonly _tag: "WrongScope"; readonly part: "day" | "region" | "service" }
  | { readonly _tag: "HeaderNotSigned"; readonly header: string }
  | { readonly _tag: "SignedHeaderMissing"; readonly header: string }
  | { readonly _tag: "UnknownAccessKey"; readonly accessKeyId: string }
  | { readonly _tag: "BodyHashMismatch" }
  | {
      readonly _tag: "SignatureMismatch"
      /** As rebuilt from the request received, to be compared with the sender's; the session token is hidden. */
      readonly canonicalRequest: string
    }
)

export type Verification = Verified | Refusal

/**
 * Verifies the signature of a request received.
 *
 * @throws SignInputError for `now` or `windowSeconds` that are no date or number; never for the request.
 */
export const verify = (request: ReceivedRequest, options: VerifyOptions): Verification => {
  checkClock(options)
  const headers = receivedHeaders(request.headers)
  const given = headers.get("authorization")
  if (given === undefined) {
    return {
      _tag: "MissingAuthorization",
      message: "The request has no Authorization header.",
    }
  }
  const authorization = parseAuthorization(given)
  if ("part" in authorization) return { _tag: "MalformedAuthorization", ...authorization }

  const text = headers.get("x-date")?.join(",") ?? ""
  const date = parseTimestamp(text)
  if (date === undefined) {
    return {
      _tag: "InvalidDate",
      message: `X-Date is ${text === "" ? "missing" : shown(text)}; expected UTC as YYYYMMDDTHHMMSSZ.`,
    }
  }
  return (
    refuseScope(authorization.scope, text, options) ??
    refuseSkew(date, options) ??
    refuseHeaders(authorization, headers, options) ??
    refuseSignature(request, authorization, text, headers, options) ?? {
      _tag: "Verified",
      accessKeyId: authorization.accessKeyId,
      scope: authorization.scope,
      signedHeaders: authorization.signedHeaders,
      date,
    }
  )
}

type Headers = ReadonlyMap<string, ReadonlyArray<string>>

const checkClock = (options: VerifyOptions): void => {
  // NaN compares as "within the window", so it must not get there.
  if (Number.isNaN(options.now.getTime())) {
    throw new SignInputError("options.now", "is not a valid Date")
  }
  if (!(options.windowSeconds >= 0)) {
    throw new SignInputError(
      "options.windowSeconds",
      `${shown(options.windowSeconds)} is not a number of seconds, 0 or more`,
    )
  }
}

const receivedHeaders = (headers: ReceivedHeaders): Headers => {
  const received = new Map<string, Array<string>>()
  const pairs = Symbol.iterator in headers ? headers : Object.entries(headers)
  for (const [name, value] of pairs as Iterable<
    readonly [string, string | ReadonlyArray<string> | undefined]
  >) {
    if (value === undefined) continue
    const lower = name.toLowerCase()
    const values = received.get(lower) ?? []
    received.set(lower, values.concat(value))
  }
  return received
}

const refuseScope = (scope: Scope, date: string, options: VerifyOptions): Refusal | undefined => {
  const expected = {
    day: date.slice(0, 8),
    region: options.region ?? scope.region,
    service: options.service ?? scope.service,
  }
  for (const part of ["day", "region", "service"] as const) {
    if (scope[part] !== expected[part]) {
      return {
        _tag: "WrongScope",
        part,
        message: `The ${part} of the Credential is ${shown(scope[part])}; expected ${shown(expected[part])}${part === "day" ? ", the day of X-Date" : ""}.`,
      }
    }
  }
  return undefined
}

const refuseSkew = (date: Date, options: VerifyOptions): Refusal | undefined => {
  const skewSeconds = Math.round((date.getTime() - options.now.getTime()) / 1000)
  if (Math.abs(skewSeconds) <= options.windowSeconds) return undefined
  return {
    _tag: "Skewed",
    skewSeconds,
    message: `X-Date is ${Math.abs(skewSeconds)} s ${skewSeconds < 0 ? "behind" : "ahead of"} this side's clock; allowed are ${options.windowSeconds} s. Set the sender's clock.`,
  }
}

const refuseHeaders = (
  authorization: Authorization,
  headers: Headers,
  options: VerifyOptions,
): Refusal | undefined => {
  for (const name of options.requiredHeaders ?? []) {
    const header = name.toLowerCase()
    if (!authorization.signedHeaders.includes(header)) {
      return {
        _tag: "HeaderNotSigned",
        header,
        message: `SignedHeaders does not name ${shown(header)}, which must be signed here.`,
      }
    }
  }
  for (const header of authorization.signedHeaders) {
    if (!headers.has(header)) {
      return {
        _tag: "SignedHeaderMissing",
        header,
        message: `SignedHeaders names ${shown(header)}, but the request has no such header.`,
      }
    }
  }
  return undefined
}

const refuseSignature = (
  request: ReceivedRequest,
  authorization: Authorization,
  date: string,
  headers: Headers,
  options: VerifyOptions,
): Refusal | undefined => {
  const { accessKeyId, scope } = authorization
  const secretAccessKey: unknown = options.secretFor(accessKeyId)
  // A lookup in a plain object answers "constructor" with a function.
  if (typeof secretAccessKey !== "string" || secretAccessKey === "") {
    return {
      _tag: "UnknownAccessKey",
      accessKeyId,
      message: `The access key ${shown(accessKeyId)} is not known.`,
    }
  }
  const bodySha256 = request.bodySha256 ?? sha256Hex(request.body ?? "")
  const claimed = headers.get("x-content-sha256")?.join(",") ?? bodySha256
  if (claimed !== bodySha256) {
    return {
      _tag: "BodyHashMismatch",
      message: `X-Content-Sha256 is ${shown(claimed)}, but the body received (as bytes) has ${shown(bodySha256)}.`,
    }
  }
  const expected = Buffer.from(authorization.signature, "hex")
  const tried = new Set<string>()
  for (const reading of readings) {
    const canonical = rebuild(request, authorization, headers, bodySha256, reading)
    if (tried.has(canonical)) continue
    tried.add(canonical)
    const stringToSign = textToSign(date, scopeText(scope), canonical)
    const actual = signature({ accessKeyId, secretAccessKey }, scope, stringToSign)
    if (timingSafeEqual(Buffer.from(actual, "hex"), expected)) return undefined
  }
  const withoutToken = new Map(headers).set("x-security-token", ["…"])
  return {
    _tag: "SignatureMismatch",
    canonicalRequest: rebuild(request, authorization, withoutToken, bodySha256, ownReading),
    message:
      "The signature does not match. Compare the canonical request with the sender's; if they are the same, the secret key differs.",
  }
}

/**
 * How the sender may have spelled what the request no longer shows. Another reading never changes what
 * a request asks for: only runs of blanks, the order of values under one name, and a port.
 */
interface Reading {
  /** Runs of blanks in a header: collapsed by the JavaScript SDKs, kept by those in Go, Java and Python. */
  readonly blanks: (value: string) => string
  /** The port of the Host: kept by the JavaScript SDKs, dropped by Java, and by Go and Python if 80 or 443. */
  readonly port: "kept" | "dropped"
  /** Values under one name: as given says the document, sorted do the JavaScript SDKs. */
  readonly values: ValueOrder
}

const ownReading: Reading = { blanks: collapseBlanks, port: "kept", values: "sorted" }

const readings: ReadonlyArray<Reading> = [collapseBlanks, trimBlanks].flatMap((blanks) =>
  (["kept", "dropped"] as const).flatMap((port) =>
    (["sorted", "as given"] as const).map((values): Reading => ({ blanks, port, values })),
  ),
)

const rebuild = (
  request: ReceivedRequest,
  authorization: Authorization,
  headers: Headers,
  bodySha256: string,
  reading: Reading,
): string =>
  canonicalRequest({
    method: request.method.toUpperCase(),
    path: canonicalPath(request.path),
    query: joinQuery(parseWireQuery(request.query ?? ""), reading.values),
    headers: authorization.signedHeaders.map((name): CanonicalHeader => {
      const value = reading.blanks((headers.get(name) ?? []).join(","))
      return [
        name,
        name === "host" && reading.port === "dropped" ? value.replace(/:\d+$/, "") : value,
      ]
    }),
    signedHeaders: authorization.signedHeaders.join(";"),
    bodySha256,
  })

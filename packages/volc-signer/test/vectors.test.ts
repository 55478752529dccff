/**
 * Every request of `fixtures/vectors.json` gets the answer that Volcengine's SDKs gave, or is named below
 * with the reason why it does not. The rule behind the reasons: canonicalise, then send exactly what was
 * signed.
 */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import {
  presign,
  sign,
  SignInputError,
  verify,
  type Presigned,
  type Query,
  type Signed,
} from "../src/index.ts"
import { presignedHolds } from "./support/presignedHolds.ts"

interface Case {
  readonly id: string
  readonly form: "header" | "query"
  readonly request: {
    readonly method: string
    readonly path: string
    readonly query: Query
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string | { readonly bytes: string }
    readonly bodySha256?: string
  }
  readonly region: string
  readonly service: string
  readonly date: string
  readonly sessionToken?: string
  readonly expected: {
    readonly authorization?: string
    readonly query?: string
    readonly canonicalRequest?: string
  }
  readonly sent?: Readonly<Record<string, unknown>>
}

const fixture = JSON.parse(
  readFileSync(new URL("fixtures/vectors.json", import.meta.url), "utf8"),
) as {
  readonly about: { readonly credential: { accessKeyId: string; secretAccessKey: string } }
  readonly cases: ReadonlyArray<Case>
}
const { credential } = fixture.about
const headerCases = fixture.cases.filter(({ form }) => form === "header")
const presignedCases = fixture.cases.filter(({ form }) => form === "query")

/** What an exception leads to: the field of the refusal, or a signature that differs. */
type Exception = { readonly why: string } & (
  | { readonly refused: string }
  | { readonly differs: "path" | "query" | "headers" | "body hash" }
)

/** Answers that `sign` does not give. */
const notSigned: Readonly<Record<string, Exception>> = {
  "h11-query-non-string": {
    refused: 'request.query["o"]',
    why: "an object in the query became [object Object], which is never what was meant",
  },
  "h19-buffer-body-quirk": {
    differs: "body hash",
    why: "a Buffer was hashed as the JSON of its bytes; the bytes themselves are sent, so they are hashed",
  },
  "h25-path-not-encoded": {
    differs: "path",
    why: "the path was signed raw, but no client can send blanks and Chinese characters in it unencoded",
  },
  "h28-caller-content-sha256-no-body": {
    refused: "request.bodySha256",
    why: "UNSIGNED-PAYLOAD is no hash, and no document says that the gateway takes it for one",
  },
  "h29-caller-lowercase-content-sha256-dup": {
    refused: "request.bodySha256",
    why: "x-content-sha256 was signed twice with two values, of which one is no hash",
  },
  "h33-integer-like-query-keys": {
    differs: "query",
    why: "9 was sorted before 10 as a number; the document sorts names by byte, as the other SDKs do",
  },
  "h34-lone-surrogate": {
    refused: 'request.query["bad"]',
    why: "half a character was dropped without a word, and with it a parameter",
  },
  "x06-host-port-443/python": {
    differs: "headers",
    why: "port 443 was cut from the Host that is signed, not from the one that is sent; we sign what is sent",
  },
  "x07-header-spaces/python": {
    differs: "headers",
    why: "blanks at the ends of a value were signed; HTTP takes them away, the document trims them",
  },
  "x09-path/python2": {
    differs: "path",
    why: "the path was signed raw, but no client can send blanks and Chinese characters in it unencoded",
  },
  "x12-array-query/python": {
    differs: "query",
    why: "values of one name kept their order; we sort and send them sorted, which is right either way",
  },
  "x12-array-query/python2": {
    differs: "query",
    why: "a list became its Python source text, ['b', 'a', 'a']",
  },
}

const signedHeadersOf = (authorization: string): ReadonlyArray<string> =>
  /SignedHeaders=([^,]*)/.exec(authorization)![1]!.split(";")

const bodyOf = (vector: Case): string | Uint8Array | undefined => {
  const { body } = vector.request
  return typeof body === "object" ? Buffer.from(body.bytes) : body
}

const signVector = (vector: Case): Signed =>
  sign(
    { ...vector.request, body: bodyOf(vector) },
    {
      ...credential,
      region: vector.region,
      service: vector.service,
      date: new Date(vector.date),
      // Which headers an SDK signs is its own choice and no part of the rule.
      signedHeaders: [...new Set(signedHeadersOf(vector.expected.authorization!))],
    },
  )

/** The part of the canonical request in which two answers first differ. */
const difference = (actual: string, expected: string): string => {
  const [left, right] = [actual.split("\n"), expected.split("\n")]
  const index = left.findIndex((line, at) => line !== right[at])
  if (index === left.length - 1) return "body hash"
  if (left[index]!.startsWith("x-content-sha256:")) return "body hash"
  return ["method", "path", "query"][index] ?? "headers"
}

describe("sign, for every vector", () => {
  it("has the whole set", () => {
    expect([headerCases.length, presignedCases.length]).toEqual([48, 20])
    const unknown = Object.keys(notSigned).filter(
      (id) => !headerCases.some((each) => each.id === id),
    )
    expect(unknown).toEqual([])
  })

  it.each(headerCases.filter(({ id }) => notSigned[id] === undefined))("$id", (vector) => {
    const signed = signVector(vector)
    expect(signed.canonicalRequest).toBe(vector.expected.canonicalRequest)
    expect(signed.authorization).toBe(vector.expected.authorization)
  })

  it.each(headerCases.filter(({ id }) => notSigned[id] !== undefined))("not $id", (vector) => {
    const exception = notSigned[vector.id]!
    if ("refused" in exception) {
      expect(() => signVector(vector)).toThrow(SignInputError)
      expect(() => signVector(vector)).toThrow(`${exception.refused}: `)
    } else {
      const signed = signVector(vector)
      expect(signed.authorization).not.toBe(vector.expected.authorization)
      expect(difference(signed.canonicalRequest, vector.expected.canonicalRequest!)).toBe(
        exception.differs,
      )
    }
  })
})

/** Requests as the SDKs send them that `verify` does not accept. */
const notVerified: Readonly<Record<string, { readonly tag: string; readonly why: string }>> = {
  "h19-buffer-body-quirk": {
    tag: "BodyHashMismatch",
    why: "the hash is not that of the bytes sent",
  },
  "h25-path-not-encoded": { tag: "SignatureMismatch", why: "the path was signed raw" },
  "h28-caller-content-sha256-no-body": { tag: "BodyHashMismatch", why: "there is no hash" },
  "h29-caller-lowercase-content-sha256-dup": {
    tag: "MalformedAuthorization",
    why: "SignedHeaders names a header twice",
  },
  "h33-integer-like-query-keys": { tag: "SignatureMismatch", why: "9 was sorted before 10" },
  "x07-header-spaces/python": {
    tag: "SignatureMismatch",
    why: "blanks at the ends were signed, but never arrive",
  },
  "x09-path/python2": { tag: "SignatureMismatch", why: "the path was signed raw" },
}

/** The same query in the spelling of another client: `+` for a space, lower-case hex, what need not be escaped left alone. */
const otherwiseSpelled = (query: string): string =>
  query
    .replaceAll("%20", "+")
    .replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
    .replaceAll(/%(2a|21|27|28|29|3a|40)/g, decodeURIComponent)
    .replaceAll("~", "%7E")

describe("verify, for every vector as it is sent", () => {
  it("knows every exception", () => {
    const ids = new Set(headerCases.map(({ id }) => id))
    expect(Object.keys(notVerified).filter((id) => !ids.has(id))).toEqual([])
  })

  it.each(headerCases)("$id", (vector) => {
    const [, path, query] = vector.expected.canonicalRequest!.split("\n")
    const result = verify(
      {
        method: vector.request.method,
        path: encodeURI(decodeURI(path!)),
        query: otherwiseSpelled(query!),
        headers: Object.entries({
          ...vector.sent,
          Authorization: vector.expected.authorization,
        }).map(([name, value]) => [name, String(value)] as const),
        body: bodyOf(vector),
      },
      {
        secretFor: (id) => (id === credential.accessKeyId ? credential.secretAccessKey : undefined),
        now: new Date(vector.date),
        windowSeconds: 0,
        region: vector.region,
        service: vector.service,
      },
    )
    expect(result._tag).toBe(notVerified[vector.id]?.tag ?? "Verified")
  })
})

const unlisted =
  "the list of signed names is not signed itself; with it listed, a service that signs whatever it finds reads the same"

/** Presigned queries that `presign` does not give: refused, or another list of signed names. */
const notPresigned: Readonly<Record<string, { readonly refused?: string; readonly why: string }>> =
  {
    "q01-presign-basic": { why: unlisted },
    "q04-presign-post-no-body": { why: unlisted },
    "q05-presign-headers-ignored": { why: unlisted },
    "q06-presign-string-body-quirk": {
      refused: "request.body",
      why: "a body was hashed as 0=a&1=b; a presigned query signs none",
    },
    "q07-presign-x-expires": { why: unlisted },
    "xq1-presign/core102": { why: unlisted },
    "xq1-presign/core102+host": { why: unlisted },
    "xq2-presign-token/python": { why: "X-Security-Token was signed but not listed" },
    "xq2-presign-token/python2": { why: "X-Security-Token was not signed" },
    "xq2-presign-token/python2+host": { why: "X-Security-Token was not signed" },
    "xq2-presign-token/core102": { why: "X-Security-Token was not signed" },
    "xq2-presign-token/core102+host": { why: "X-Security-Token was not signed" },
    "xq3-presign-special/core102": { why: unlisted },
    "xq3-presign-special/core102+host": { why: unlisted },
  }

const presignVector = (vector: Case): Presigned => {
  return presign(
    // A program without types may give a body.
    { ...vector.request, body: vector.request.body as undefined, bodySha256: undefined },
    {
      ...credential,
      region: vector.region,
      service: vector.service,
      date: new Date(vector.date),
      sessionToken: vector.sessionToken,
      // Whether the Host is signed is an SDK's own choice.
      signedHeaders: new URLSearchParams(vector.expected.query)
        .get("X-SignedHeaders")!
        .split(";")
        .filter((name) => name !== ""),
    },
  )
}

const namesAndValues = (query: string): ReadonlyArray<readonly [string, string]> =>
  [...new URLSearchParams(query)].toSorted(([left], [right]) => (left < right ? -1 : 1))

describe("presign, for every vector", () => {
  it("knows every exception", () => {
    const ids = new Set(presignedCases.map(({ id }) => id))
    expect(Object.keys(notPresigned).filter((id) => !ids.has(id))).toEqual([])
  })

  it.each(presignedCases.filter(({ id }) => notPresigned[id] === undefined))("$id", (vector) => {
    const presigned = presignVector(vector)
    expect(presigned.canonicalRequest).toBe(vector.expected.canonicalRequest)
    expect(namesAndValues(presigned.query)).toEqual(namesAndValues(vector.expected.query!))
  })

  it.each(presignedCases.filter(({ id }) => notPresigned[id] !== undefined))(
    "not $id",
    (vector) => {
      const { refused } = notPresigned[vector.id]!
      if (refused !== undefined) {
        expect(() => presignVector(vector)).toThrow(SignInputError)
        expect(() => presignVector(vector)).toThrow(`${refused}: `)
        return
      }
      const theirs = namesAndValues(vector.expected.query!)
      const differing = namesAndValues(presignVector(vector).query).filter(
        ([name, value], index) => theirs[index]![0] !== name || theirs[index]![1] !== value,
      )
      expect(differing.map(([name]) => name)).toEqual(["X-Signature", "X-SignedQueries"])
    },
  )
})

/** Presigned queries of an SDK that do not hold by the rule of `X-SignedQueries`. */
const notHolding: Readonly<Record<string, string>> = {
  "q06-presign-string-body-quirk": "the body was hashed as 0=a&1=b",
  "xq2-presign-token/python": "X-Security-Token is signed but not listed",
  "xq3-presign-special/core102": "!'()* were signed as they are, not escaped",
  "xq3-presign-special/core102+host": "!'()* were signed as they are, not escaped",
}

describe("the reader of presigned queries that our tests check with", () => {
  it("knows every exception", () => {
    const ids = new Set(presignedCases.map(({ id }) => id))
    expect(Object.keys(notHolding).filter((id) => !ids.has(id))).toEqual([])
  })

  it.each(presignedCases)("$id", (vector) => {
    const { method, path, headers } = vector.request
    const request = { method, path, headers, query: vector.expected.query! }
    const holds = presignedHolds(request, credential.secretAccessKey)
    expect(holds).toBe(notHolding[vector.id] === undefined)
  })
})

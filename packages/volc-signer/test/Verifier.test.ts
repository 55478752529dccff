import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { signature } from "../src/Credential.ts"
import {
  sha256Hex,
  sign,
  SignInputError,
  verify,
  type ReceivedRequest,
  type SignOptions,
  type SignRequest,
  type VerifyOptions,
} from "../src/index.ts"

const now = new Date("2025-08-05T14:49:38Z")
const credential = { accessKeyId: "AKLTexample", secretAccessKey: "c2VjcmV0" }
const signOptions: SignOptions = {
  ...credential,
  region: "cn-north-1",
  service: "cv",
  date: now,
}
const options: VerifyOptions = {
  secretFor: (id) => (id === credential.accessKeyId ? credential.secretAccessKey : undefined),
  now,
  windowSeconds: 900,
}

/** What a server receives when exactly the signed request is sent. */
const sent = (request: SignRequest, overrides: Partial<SignOptions> = {}): ReceivedRequest => {
  const { method, path, query, headers } = sign(request, { ...signOptions, ...overrides })
  return { method, path, query, headers, body: request.body }
}

const submit: SignRequest = {
  method: "POST",
  query: { Action: "CVSync2AsyncSubmitTask", Version: "2022-08-31" },
  headers: { Host: "127.0.0.1:8080", "Content-Type": "application/json" },
  body: '{"req_key":"jimeng_ti2v_v30_pro"}',
}

const requests: fc.Arbitrary<SignRequest> = fc.record({
  method: fc.constantFrom("GET", "POST", "put"),
  path: fc
    .string({ unit: fc.constantFrom(..."ab/ ~*中é:+&=;".split("")), maxLength: 10 })
    .map((path) => `/${path}`),
  query: fc.array(
    fc.tuple(
      fc.oneof(fc.constantFrom("a", "b"), fc.string({ unit: "grapheme", minLength: 1 })),
      fc.string({ unit: "grapheme" }),
    ),
    { maxLength: 6 },
  ),
  headers: fc.record(
    {
      "Content-Type": fc.constantFrom("application/json", "text/plain"),
      "X-Custom": fc.string({ unit: fc.constantFrom(..."ab \t,;:".split("")) }),
    },
    { noNullPrototype: true },
  ),
  host: fc.constantFrom("visual.volcengineapi.com", "127.0.0.1:8080", "[::1]:8080"),
  body: fc.oneof(fc.constant(undefined), fc.string({ unit: "grapheme" }), fc.uint8Array()),
})

describe("verify", () => {
  it("accepts what sign signed", () => {
    fc.assert(
      fc.property(requests, fc.boolean(), fc.boolean(), (request, withToken, withCustom) => {
        const received = sent(request, {
          ...(withToken ? { sessionToken: "STS2example" } : {}),
          ...(withCustom ? { signedHeaders: ["x-date", "x-custom"] } : {}),
        })
        expect(verify(received, options)).toMatchObject({
          _tag: "Verified",
          accessKeyId: "AKLTexample",
          scope: { day: "20250805", region: "cn-north-1", service: "cv" },
          date: now,
        })
      }),
    )
  })

  it("refuses it when any signed part of it was changed", () => {
    const changes: Readonly<Record<string, (request: ReceivedRequest) => ReceivedRequest>> = {
      method: (request) => ({ ...request, method: "DELETE" }),
      path: (request) => ({ ...request, path: `${request.path}x` }),
      "a parameter more": (request) => ({ ...request, query: `${request.query}&tampered=1` }),
      "the query gone": (request) => ({ ...request, query: "" }),
      "a signed header": (request) => withHeader(request, "Content-Type", "text/html"),
      host: (request) => withHeader(request, "Host", "evil.example"),
      body: (request) => ({ ...request, body: "other" }),
      "body and its hash": (request) =>
        withHeader({ ...request, body: "" }, "X-Content-Sha256", emptySha256),
      "date in the window": (request) => withHeader(request, "X-Date", "20250805T144939Z"),
      signature: (request) =>
        withAuthorization(
          request,
          /Signature=(.)/,
          (_, digit) => `Signature=${digit === "0" ? "1" : "0"}`,
        ),
      region: (request) => withAuthorization(request, /cn-north-1/, () => "cn-beijing"),
      service: (request) => withAuthorization(request, /\/cv\//, () => "/iam/"),
      "a header taken from the list": (request) =>
        withAuthorization(request, /content-type;/, () => ""),
    }
    const emptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    const withHeader = (
      request: ReceivedRequest,
      name: string,
      value: string,
    ): ReceivedRequest => ({
      ...request,
      headers: { ...(request.headers as Record<string, string>), [name]: value },
    })
    const withAuthorization = (
      request: ReceivedRequest,
      pattern: RegExp,
      replace: (...match: ReadonlyArray<string>) => string,
    ): ReceivedRequest =>
      withHeader(
        request,
        "Authorization",
        (request.headers as Record<string, string>)["Authorization"]!.replace(pattern, replace),
      )
    fc.assert(
      fc.property(requests, fc.constantFrom(...Object.keys(changes)), (request, change) => {
        const received = sent({
          ...request,
          query: { Action: "X" },
          headers: { "Content-Type": "application/json" },
          body: `not empty ${String(request.body)}`,
        })
        expect(verify(received, options)._tag).toBe("Verified")
        expect(verify(changes[change]!(received), options)._tag).toBe(
          change === "body" ? "BodyHashMismatch" : "SignatureMismatch",
        )
      }),
    )
  })

  it("never throws, and never accepts, whatever arrives", () => {
    const part = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "HMAC-SHA256 ",
        "Credential=",
        "SignedHeaders=",
        "Signature=",
        ", ",
        "/",
        ";",
        "%",
        "%zz",
        "request",
        "a".repeat(64),
      ),
    )
    const hostile = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""))
    const authorization = fc.oneof(
      hostile,
      fc
        .tuple(hostile, hostile, hostile)
        .map(
          ([key, names, hex]) =>
            `HMAC-SHA256 Credential=${key}/20250805/cn-north-1/cv/request, SignedHeaders=${names}, Signature=${hex}`,
        ),
      fc
        .constantFrom("AKLTexample", "__proto__", "constructor")
        .map(
          (key) =>
            `HMAC-SHA256 Credential=${key}/20250805/cn-north-1/cv/request, SignedHeaders=x-date, Signature=${"a".repeat(64)}`,
        ),
    )
    fc.assert(
      fc.property(
        hostile,
        hostile,
        hostile,
        authorization,
        fc.dictionary(hostile, fc.oneof(hostile, fc.array(hostile))),
        fc.oneof(hostile, fc.uint8Array()),
        (method, path, query, given, headers, body) => {
          const received = {
            method,
            path,
            query,
            headers: { "X-Date": "20250805T144938Z", ...headers, Authorization: given },
            body,
          }
          expect(verify(received, options)._tag).not.toBe("Verified")
        },
      ),
      { numRuns: 500 },
    )
  })

  it("reads records, arrays, pairs and fetch's Headers alike", () => {
    const { headers, ...received } = sent(submit)
    const pairs = Object.entries(headers as Record<string, string>)
    const forms: ReadonlyArray<ReceivedRequest["headers"]> = [
      Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value])),
      Object.fromEntries(pairs.map(([name, value]) => [name, [value]])),
      pairs,
      new Headers(pairs),
      new Map(pairs),
      { ...Object.fromEntries(pairs), "x-absent": undefined },
    ]
    for (const form of forms) {
      expect(verify({ ...received, headers: form }, options)._tag).toBe("Verified")
    }
  })

  it("joins a signed header that was sent in several lines", () => {
    const { headers, ...received } = sent(
      { ...submit, headers: { ...submit.headers, "X-Custom": ["a", "b"] } },
      { signedHeaders: ["x-custom", "x-date"] },
    )
    const pairs = Object.entries(headers as Record<string, string>).filter(
      ([name]) => name !== "X-Custom",
    )
    const lines: ReadonlyArray<[string, string]> = [
      ["X-Custom", "a"],
      ["x-custom", "b"],
    ]
    expect(verify({ ...received, headers: [...pairs, ...lines] }, options)._tag).toBe("Verified")
    expect(verify({ ...received, headers: [...pairs, ...lines.toReversed()] }, options)._tag).toBe(
      "SignatureMismatch",
    )
  })

  it("takes the body's hash from whoever read it", () => {
    const { body, ...received } = sent(submit)
    const claimed = (received.headers as Record<string, string>)["X-Content-Sha256"]!
    expect(verify({ ...received, bodySha256: claimed }, options)._tag).toBe("Verified")
    expect(verify({ ...received, bodySha256: "0".repeat(64) }, options)._tag).toBe(
      "BodyHashMismatch",
    )
    expect(verify({ ...received, body: Buffer.from(body!) }, options)._tag).toBe("Verified")
  })

  it.each([
    [
      "+ for a space, lower-case hex, what need not be escaped left alone",
      "v=a+%2b*(~)%e4%b8%ad&w=x",
    ],
    ["another order of names", "w=x&v=a%20%2B%2A%28~%29%E4%B8%AD"],
    ["empty parts", "&&v=a%20%2B%2A%28~%29%E4%B8%AD&w=x&"],
    ["escapes in a name", "%76=a%20%2B%2A%28%7E%29%E4%B8%AD&w=x"],
  ])("reads another spelling of the query: %s", (_, query) => {
    const received = sent({ ...submit, query: { v: "a +*(~)中", w: "x" } })
    expect(received.query).not.toBe(query)
    expect(verify({ ...received, query }, options)._tag).toBe("Verified")
  })

  it("reads bytes in the query that are no UTF-8", () => {
    const received = sent({ ...submit, query: "v=%FF%fe&w" })
    expect(received.query).toBe("v=%FF%FE&w=")
    expect(verify({ ...received, query: "v=%ff%fe&w" }, options)._tag).toBe("Verified")
    expect(verify({ ...received, query: "v=%ff%fd&w" }, options)._tag).toBe("SignatureMismatch")
  })

  it("accepts a Host that was signed without the port it is sent with", () => {
    for (const port of ["", ":80", ":443", ":8080"]) {
      const received = sent({ ...submit, headers: { Host: "visual.volcengineapi.com" } })
      const headers = {
        ...(received.headers as Record<string, string>),
        Host: `visual.volcengineapi.com${port}`,
      }
      expect(verify({ ...received, headers }, options)._tag).toBe("Verified")
    }
    const received = sent({ ...submit, headers: { Host: "127.0.0.1:8080" } })
    const headers = { ...(received.headers as Record<string, string>), Host: "127.0.0.1" }
    expect(verify({ ...received, headers }, options)._tag).toBe("SignatureMismatch")
  })
})

describe("verify reads other senders", () => {
  // The SDKs in Go, Java and Python sign runs of blanks within a value as they are.
  const signedAsIs = (value: string): ReceivedRequest => {
    const canonical = `GET\n/\n\nx-custom:${value}\nx-date:20250805T144938Z\n\nx-custom;x-date\n${sha256Hex("")}`
    const scope = { day: "20250805", region: "cn-north-1", service: "cv" }
    const stringToSign = `HMAC-SHA256\n20250805T144938Z\n20250805/cn-north-1/cv/request\n${sha256Hex(canonical)}`
    return {
      method: "GET",
      path: "/",
      headers: {
        "X-Date": "20250805T144938Z",
        "X-Custom": value,
        Authorization: `HMAC-SHA256 Credential=AKLTexample/20250805/cn-north-1/cv/request, SignedHeaders=x-custom;x-date, Signature=${signature(credential, scope, stringToSign)}`,
      },
    }
  }

  it("who keep runs of blanks in a header", () => {
    expect(verify(signedAsIs("a   b"), options)._tag).toBe("Verified")
  })

  it("but takes a port from no header other than Host", () => {
    const received = signedAsIs("a")
    expect(verify(received, options)._tag).toBe("Verified")
    const headers = { ...(received.headers as Record<string, string>), "X-Custom": "a:80" }
    expect(verify({ ...received, headers }, options)._tag).toBe("SignatureMismatch")
  })
})

describe("verify says why it refuses", () => {
  const received = sent(submit)
  const headers = received.headers as Record<string, string>
  const authorization = headers["Authorization"]!
  const given = (
    changed: Record<string, string | ReadonlyArray<string> | undefined>,
  ): ReceivedRequest => ({
    ...received,
    headers: { ...headers, ...changed },
  })
  const tag = (request: ReceivedRequest, changed: Partial<VerifyOptions> = {}): unknown =>
    verify(request, { ...options, ...changed })

  it("no Authorization", () => {
    expect(tag(given({ Authorization: undefined }))).toMatchObject({ _tag: "MissingAuthorization" })
  })

  it.each([
    ["algorithm", "Bearer abc"],
    ["algorithm", authorization.replace("HMAC-SHA256", "AWS4-HMAC-SHA256")],
    ["Credential", authorization.replace(/Credential=[^,]*, /, "")],
    ["Credential", authorization.replace("/request", "/aws4_request")],
    ["Credential", authorization.replace("AKLTexample", "AKLT/example")],
    ["Credential", authorization.replace("/request", "/request/request")],
    ["SignedHeaders", authorization.replace(/SignedHeaders=[^,]*, /, "")],
    ["SignedHeaders", authorization.replace("host", "Host")],
    ["SignedHeaders", authorization.replace("host", "host;host")],
    ["SignedHeaders", authorization.replace("host", "")],
    ["Signature", authorization.replace(/, Signature=.*/, "")],
    ["Signature", authorization.slice(0, -1)],
    ["Signature", authorization.replace(/[0-9a-f]{64}/, (hex) => hex.toUpperCase())],
  ])("a malformed %s: %s", (part, value) => {
    expect(tag(given({ Authorization: value }))).toMatchObject({
      _tag: "MalformedAuthorization",
      part,
      message: expect.stringContaining(`${part} of the Authorization header`),
    })
  })

  it("two Authorizations", () => {
    expect(tag(given({ Authorization: [authorization, authorization] }))).toMatchObject({
      _tag: "MalformedAuthorization",
    })
  })

  it.each([
    undefined,
    "",
    "20250805T144938+08:00",
    "2025-08-05T14:49:38Z",
    "20250230T000000Z",
    "20250805T250000Z",
  ])("X-Date %s", (date) => {
    expect(tag(given({ "X-Date": date }))).toMatchObject({ _tag: "InvalidDate" })
  })

  it.each([
    [900, "Verified"],
    [901, "Skewed"],
    [-900, "Verified"],
    [-901, "Skewed"],
  ])("a clock that is %i s ahead", (skewSeconds, expected) => {
    const date = new Date(now.getTime() + skewSeconds * 1000)
    const result = verify(sent(submit, { date }), options)
    expect(result._tag).toBe(expected)
    expect(result).toMatchObject(expected === "Skewed" ? { skewSeconds } : { date })
  })

  it("a scope of another day, region or service", () => {
    const yesterday = authorization.replace("/20250805/", "/20250804/")
    expect(tag(given({ Authorization: yesterday }))).toMatchObject({
      _tag: "WrongScope",
      part: "day",
    })
    expect(tag(received, { region: "cn-beijing" })).toMatchObject({
      _tag: "WrongScope",
      part: "region",
    })
    expect(tag(received, { service: "iam" })).toMatchObject({ _tag: "WrongScope", part: "service" })
    expect(tag(received, { region: "cn-north-1", service: "cv" })).toMatchObject({
      _tag: "Verified",
    })
  })

  it("a header that must be signed", () => {
    const few = sent(submit, { signedHeaders: ["x-date"] })
    expect(tag(few)).toMatchObject({ _tag: "Verified", signedHeaders: ["x-date"] })
    expect(tag(few, { requiredHeaders: ["X-Date", "Host"] })).toMatchObject({
      _tag: "HeaderNotSigned",
      header: "host",
    })
    expect(tag(received, { requiredHeaders: ["X-Date", "Host"] })).toMatchObject({
      _tag: "Verified",
    })
  })

  it("a signed header that did not arrive", () => {
    expect(tag(given({ "Content-Type": undefined }))).toMatchObject({
      _tag: "SignedHeaderMissing",
      header: "content-type",
    })
  })

  it("an unknown key, also where secrets are looked up in a plain object", () => {
    const secrets: Record<string, string> = {}
    for (const id of ["AKLTexample", "constructor", "__proto__", "toString"]) {
      const changed = given({ Authorization: authorization.replace("AKLTexample", id) })
      expect(tag(changed, { secretFor: (key) => secrets[key] })).toMatchObject({
        _tag: "UnknownAccessKey",
        accessKeyId: id,
      })
    }
  })

  it("a wrong secret, with the canonical request to compare", () => {
    const { canonicalRequest } = sign(submit, signOptions)
    expect(tag(received, { secretFor: () => "another" })).toMatchObject({
      _tag: "SignatureMismatch",
      canonicalRequest,
    })
  })

  it("without showing the secret or the session token", () => {
    const sessionToken = "STS2-to-look-for"
    const withToken = sent(submit, { sessionToken })
    const refused = verify(
      { ...withToken, method: "GET" },
      { ...options, secretFor: () => "secret-to-look-for" },
    )
    expect(refused).toMatchObject({
      _tag: "SignatureMismatch",
      canonicalRequest: expect.stringContaining("x-security-token:…"),
    })
    expect(JSON.stringify(refused)).not.toContain("to-look-for")
  })

  it("throws only for a clock of its own that is none", () => {
    expect(() => tag(received, { now: new Date(Number.NaN) })).toThrow(SignInputError)
    expect(() => tag(received, { windowSeconds: Number.NaN })).toThrow(SignInputError)
    expect(() => tag(received, { windowSeconds: -1 })).toThrow(SignInputError)
  })
})

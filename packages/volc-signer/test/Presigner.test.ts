import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  presign,
  SignInputError,
  type PresignOptions,
  type PresignRequest,
  type Query,
} from "../src/index.ts"
import { presignedHolds, type PresignedRequest } from "./support/presignedHolds.ts"

const secretAccessKey = "c2VjcmV0"
const options: PresignOptions = {
  accessKeyId: "AKLTexample",
  secretAccessKey,
  region: "cn-north-1",
  service: "cv",
  date: new Date("2025-08-05T14:49:38Z"),
}
const request: PresignRequest = {
  method: "GET",
  path: "/",
  query: { Action: "CVSync2AsyncGetResult", Version: "2022-08-31" },
}
const host = "visual.volcengineapi.com"

const namesOf = (query: string): ReadonlyArray<string> => [...new URLSearchParams(query).keys()]
const listOf = (query: string): ReadonlyArray<string> =>
  new URLSearchParams(query).get("X-SignedQueries")!.split(";")

describe("presign", () => {
  it("gives the query that SDKs for Python give (vector xq1)", () => {
    const { method, path, query, stringToSign } = presign(
      { ...request, query: { Action: "CVSync2AsyncSubmitTask", Version: "2022-08-31" } },
      options,
    )
    expect([method, path]).toEqual(["GET", "/"])
    expect(query.split("&")).toEqual([
      "Action=CVSync2AsyncSubmitTask",
      "Version=2022-08-31",
      "X-Algorithm=HMAC-SHA256",
      "X-Credential=AKLTexample%2F20250805%2Fcn-north-1%2Fcv%2Frequest",
      "X-Date=20250805T144938Z",
      "X-NotSignBody=",
      "X-SignedHeaders=",
      "X-SignedQueries=Action%3BVersion%3BX-Algorithm%3BX-Credential%3BX-Date%3BX-NotSignBody%3BX-SignedHeaders%3BX-SignedQueries",
      "X-Signature=f10107fe4e92aaad150b59e3d7324196da521d2a2bda4040b88f0bfa807d2027",
    ])
    expect(stringToSign.split("\n").slice(0, 3)).toEqual([
      "HMAC-SHA256",
      "20250805T144938Z",
      "20250805/cn-north-1/cv/request",
    ])
  })

  it("signs the session token, and lists it", () => {
    const { query } = presign(request, { ...options, sessionToken: "STS2+/=token" })
    expect(new URLSearchParams(query).get("X-Security-Token")).toBe("STS2+/=token")
    expect(listOf(query)).toContain("X-Security-Token")
    const headers = { "X-Security-Token": "STS2+/=token" }
    expect(presign({ ...request, headers }, options).query).toBe(query)
  })

  it("signs the expiry, from the options or from the query", () => {
    const { query } = presign(request, { ...options, expiresSeconds: 300 })
    expect(new URLSearchParams(query).get("X-Expires")).toBe("300")
    expect(listOf(query)).toContain("X-Expires")
    const inQuery: Query = { ...(request.query as Record<string, string>), "X-Expires": 300 }
    expect(presign({ ...request, query: inQuery }, options).query).toBe(query)
    expect(namesOf(presign(request, options).query)).not.toContain("X-Expires")
  })

  it("signs no header but those that are listed", () => {
    const headers = { Host: host, "X-Custom": "1" }
    const { query } = presign({ ...request, headers }, options)
    expect(query).toBe(presign(request, options).query)
    const listing = { ...options, signedHeaders: ["host"] }
    const withHost = presign({ ...request, headers }, listing)
    expect(withHost.query).toContain("&X-SignedHeaders=host&")
    expect(withHost.canonicalRequest).toContain(`\nhost:${host}\n\nhost\n`)
    expect(presign({ ...request, host }, listing).query).toBe(withHost.query)
  })

  it("presigns now when it is given no date", () => {
    const { date: _, ...undated } = options
    const [before, after] = [Date.now() - 1000, Date.now() + 1000]
    const text = new URLSearchParams(presign(request, undated).query).get("X-Date")!
    const iso = text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z")
    expect(Date.parse(iso)).toBeGreaterThan(before)
    expect(Date.parse(iso)).toBeLessThan(after)
  })

  it("lists a repeated name once, and names that are no UTF-8 as they are escaped", () => {
    const { query } = presign({ ...request, query: "b=2&a=1&b=1&%ff=x" }, options)
    expect(query).toContain("a=1&b=1&b=2&%FF=x&")
    expect(query).toContain("%3Ba%3Bb%3B%FF&")
  })
})

const text = fc.string({ unit: fc.constantFrom(..."abZ9 ~*!'()/+%&=:中é-_.".split(""), "🎞") })
const parameters = fc.uniqueArray(fc.tuple(text, text), {
  selector: ([name]) => name,
  maxLength: 5,
})
const requests = fc.record({
  method: fc.constantFrom("GET", "post", "DELETE"),
  path: fc.constantFrom("/", "/a%20b", "/中/~x"),
  query: parameters.map((pairs) => pairs.map(([name, value]) => [`p${name}`, value] as const)),
})
const choices = fc.record(
  {
    expiresSeconds: fc.integer({ min: 1, max: 604_800 }),
    sessionToken: fc.base64String({ minLength: 4, maxLength: 40 }),
    signedHeaders: fc.constant(["host"]),
  },
  { requiredKeys: [] },
)

describe("an independent reader", () => {
  const sent = (given: PresignRequest, chosen: Partial<PresignOptions>): PresignedRequest => {
    const { method, path, query } = presign({ ...given, host }, { ...options, ...chosen })
    return { method, path, query, headers: { Host: host } }
  }

  it("finds every presigned query good, and every parameter but the signature listed", () => {
    fc.assert(
      fc.property(requests, choices, (given, chosen) => {
        const received = sent(given, chosen)
        expect(presignedHolds(received, secretAccessKey)).toBe(true)
        expect(presignedHolds(received, "another")).toBe(false)
        const signed = namesOf(received.query).filter((name) => name !== "X-Signature")
        expect(listOf(received.query)).toEqual([...new Set(signed)])
      }),
    )
  })

  it("finds it bad when anything signed was changed", () => {
    const changes: Readonly<Record<string, (received: PresignedRequest) => PresignedRequest>> = {
      method: (received) => ({ ...received, method: "PUT" }),
      path: (received) => ({ ...received, path: `${received.path}x` }),
      host: (received) => ({ ...received, headers: { Host: "example.com" } }),
      "a value": (received) => withQuery(received, /Action=X/, "Action=Y"),
      "a parameter taken away": (received) => withQuery(received, /Action=X&/, ""),
      "a parameter given again": (received) => withQuery(received, /Action=X/, "Action=X&Action=Y"),
      expiry: (received) => withQuery(received, /X-Expires=60/, "X-Expires=61"),
      date: (received) => withQuery(received, /T144938Z/, "T144939Z"),
      token: (received) => withQuery(received, /Security-Token=STS/, "Security-Token=STT"),
      "the list of names": (received) => withQuery(received, /=Action%3B/, "="),
      scope: (received) => withQuery(received, /%2Fcv%2F/, "%2Fiam%2F"),
    }
    const withQuery = (
      received: PresignedRequest,
      pattern: RegExp,
      replacement: string,
    ): PresignedRequest => {
      expect(received.query).toMatch(pattern)
      return { ...received, query: received.query.replace(pattern, replacement) }
    }
    const received = sent(
      { method: "GET", query: { Action: "X" } },
      { expiresSeconds: 60, sessionToken: "STS2", signedHeaders: ["host"] },
    )
    expect(presignedHolds(received, secretAccessKey)).toBe(true)
    const unnoticed = Object.keys(changes).filter((what) =>
      presignedHolds(changes[what]!(received), secretAccessKey),
    )
    expect(unnoticed).toEqual([])
  })
})

describe("presign refuses", () => {
  /** The field that is named, and the request and options at fault. */
  const cases: ReadonlyArray<readonly [string, Partial<PresignRequest>, Partial<PresignOptions>]> =
    [
      ["request.body", { body: "{}" as never }, {}],
      ["request.bodySha256", { bodySha256: "0" as never }, {}],
      ["request.method", { method: "G T" }, {}],
      ["request.path", { path: "a" }, {}],
      ["request.query", { query: { "a;b": "1" } }, {}],
      ["request.query", { query: "=1" }, {}],
      ['request.query["X-Date"]', { query: { "X-Date": "20250805T144938Z" } }, {}],
      ['request.query["X-Signature"]', { query: "X-Signature=0" }, {}],
      ['request.query["X-Security-Token"]', { query: { "X-Security-Token": "STS2" } }, {}],
      ['request.query["X-Expires"]', { query: { "X-Expires": "soon" } }, {}],
      ['request.query["X-Expires"]', { query: { "X-Expires": [60, 61] } }, {}],
      ["options.expiresSeconds", { query: { "X-Expires": 60 } }, { expiresSeconds: 60 }],
      ["options.expiresSeconds", {}, { expiresSeconds: 0 }],
      ["options.expiresSeconds", {}, { expiresSeconds: 1.5 }],
      ["options.expiresSeconds", {}, { expiresSeconds: Number.POSITIVE_INFINITY }],
      ["options.expiresSeconds", {}, { expiresSeconds: "60" as never }],
      ["options.sessionToken", {}, { sessionToken: "" }],
      ["options.sessionToken", {}, { sessionToken: "STS2\n" }],
      ["options.signedHeaders", {}, { signedHeaders: ["host"] }],
      ["options.secretAccessKey", {}, { secretAccessKey: "" }],
      ["options.region", {}, { region: "cn/north" }],
      ["options.date", {}, { date: new Date("never") }],
    ]

  it.each(cases)("%s in %j, %j", (field, given, chosen) => {
    const attempt = () => presign({ ...request, ...given }, { ...options, ...chosen })
    expect(attempt).toThrow(SignInputError)
    expect(attempt).toThrow(`${field}: `)
  })

  it("without showing the secret or the token", () => {
    for (const [, given, chosen] of cases) {
      const secrets = { secretAccessKey: "hidden-secret", sessionToken: "hidden-token" }
      try {
        presign({ ...request, ...given }, { ...options, ...secrets, ...chosen })
      } catch (error) {
        expect(String(error)).not.toContain("hidden")
      }
    }
  })
})

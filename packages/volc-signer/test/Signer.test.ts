import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  sha256Hex,
  sign,
  SignInputError,
  type SignOptions,
  type SignRequest,
} from "../src/index.ts"

const body =
  '{"req_key":"jimeng_ti2v_v30_pro","prompt":"a cat","seed":-1,"frames":121,"aspect_ratio":"16:9"}'
const request: SignRequest = {
  method: "POST",
  path: "/",
  query: { Action: "CVSync2AsyncSubmitTask", Version: "2022-08-31" },
  headers: { Host: "visual.volcengineapi.com", "Content-Type": "application/json" },
  body,
}
const options: SignOptions = {
  accessKeyId: "AKLTexample",
  secretAccessKey: "c2VjcmV0",
  region: "cn-north-1",
  service: "cv",
  date: new Date("2025-08-05T14:49:38Z"),
}

describe("sign", () => {
  it("signs the documented four headers (vector x01)", () => {
    const sha256 = "b5404fc5994739c650e5f720911fb52e631b3df43cf274aad712577a7d511052"
    const authorization =
      "HMAC-SHA256 Credential=AKLTexample/20250805/cn-north-1/cv/request, SignedHeaders=content-type;host;x-content-sha256;x-date, Signature=5aa0b2fc3dce4bec42dbe227bdd5ad43f170a3b49581a4e10a5592804e87cd90"
    const canonicalRequest = [
      "POST",
      "/",
      "Action=CVSync2AsyncSubmitTask&Version=2022-08-31",
      "content-type:application/json",
      "host:visual.volcengineapi.com",
      `x-content-sha256:${sha256}`,
      "x-date:20250805T144938Z",
      "",
      "content-type;host;x-content-sha256;x-date",
      sha256,
    ].join("\n")
    expect(sign(request, options)).toStrictEqual({
      authorization,
      signedHeaders: "content-type;host;x-content-sha256;x-date",
      canonicalRequest,
      stringToSign: `HMAC-SHA256\n20250805T144938Z\n20250805/cn-north-1/cv/request\n${sha256Hex(canonicalRequest)}`,
      headers: {
        Host: "visual.volcengineapi.com",
        "Content-Type": "application/json",
        "X-Date": "20250805T144938Z",
        "X-Content-Sha256": sha256,
        Authorization: authorization,
      },
      method: "POST",
      path: "/",
      query: "Action=CVSync2AsyncSubmitTask&Version=2022-08-31",
    })
  })

  it("signs an explicit list instead (vector h01)", () => {
    const signed = sign(request, {
      ...options,
      signedHeaders: ["X-Date", "host", "X-Content-Sha256"],
    })
    expect(signed.authorization).toBe(
      "HMAC-SHA256 Credential=AKLTexample/20250805/cn-north-1/cv/request, SignedHeaders=host;x-content-sha256;x-date, Signature=ac6a624956670ce4be1fddf4b12a44734b8d136238ddc4e7d72f16c36c1a41c2",
    )
    expect(signed.headers["Content-Type"]).toBe("application/json")
  })

  it("adds and signs the session token", () => {
    const signed = sign(request, { ...options, sessionToken: "STS2example==" })
    expect(signed.signedHeaders).toBe("content-type;host;x-content-sha256;x-date;x-security-token")
    expect(signed.headers["X-Security-Token"]).toBe("STS2example==")
    const asHeader = { ...request.headers, "x-security-token": "STS2example==" }
    expect(sign({ ...request, headers: asHeader }, options)).toStrictEqual(signed)
  })

  it("signs now when it is given no date", () => {
    const { date: _, ...undated } = options
    const before = Math.floor(Date.now() / 1000) * 1000
    const text = sign(request, undated).headers["X-Date"]!
    const [, ...fields] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)!
    const [year, month, day, hour, minute, second] = fields.map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const signedAt = Date.UTC(year, month - 1, day, hour, minute, second)
    expect(signedAt).toBeGreaterThanOrEqual(before)
    expect(signedAt).toBeLessThanOrEqual(Date.now())
  })

  it.each([
    ["2025-08-05T14:49:38.999Z", "20250805T144938Z"],
    ["1969-12-31T23:59:59.999Z", "19691231T235959Z"],
    ["9999-12-31T23:59:59.999Z", "99991231T235959Z"],
  ])("cuts %s to the second", (date, text) => {
    expect(sign(request, { ...options, date: new Date(date) }).headers["X-Date"]).toBe(text)
  })

  it("takes the Host from the request where the headers lack it", () => {
    const { Host: host, ...headers } = request.headers as Record<string, string>
    const signed = sign({ ...request, headers, host }, options)
    expect(signed.headers["Host"]).toBe("visual.volcengineapi.com")
    expect(signed.authorization).toBe(sign(request, options).authorization)
  })

  it("hashes text as UTF-8, bytes as they are, and neither if it is given the hash", () => {
    const { authorization } = sign(request, options)
    const variants: ReadonlyArray<SignRequest> = [
      { ...request, body: new TextEncoder().encode(body) },
      { ...request, body: Buffer.from(body) },
      { ...request, body: undefined, bodySha256: sha256Hex(body) },
      { ...request, body: "not looked at", bodySha256: sha256Hex(body) },
      { ...request, headers: { ...request.headers, "x-content-sha256": sha256Hex(body) } },
    ]
    for (const variant of variants) {
      expect(sign(variant, options).authorization).toBe(authorization)
    }
  })

  it("replaces the date and the signature of a former attempt", () => {
    const former = { authorization: "HMAC-SHA256 old", "x-date": "19700101T000000Z" }
    expect(sign({ ...request, headers: { ...request.headers, ...former } }, options)).toStrictEqual(
      sign(request, options),
    )
    const first = sign(request, { ...options, date: new Date(0) })
    expect(sign({ ...request, headers: first.headers }, options).headers).toStrictEqual(
      sign(request, options).headers,
    )
  })

  it.each<[string, SignRequest["query"], string]>([
    ["nothing", undefined, ""],
    [
      "names by byte, not by letter or UTF-16 unit",
      { b: 1, B: 2, "\u{1F600}": 3, "\uFF5E": 4 },
      "B=2&b=1&%EF%BD%9E=4&%F0%9F%98%80=3",
    ],
    ["repeated names by value", { ids: ["b", "a", "a"] }, "ids=a&ids=a&ids=b"],
    [
      "pairs as a record",
      [
        ["b", "1"],
        ["a", "2"],
      ],
      "a=2&b=1",
    ],
    ["URLSearchParams", new URLSearchParams("q=a+b&p=%2B"), "p=%2B&q=a%20b"],
    ["a Map", new Map([["a", [2, 1]]]), "a=1&a=2"],
    ["a string as in a URL", "q=a+b&p=%2b&e", "e=&p=%2B&q=a%20b"],
    ["escapes", { q: " +~*!'()/:@&=%中" }, "q=%20%2B~%2A%21%27%28%29%2F%3A%40%26%3D%25%E4%B8%AD"],
    [
      "null and undefined left out, empty values kept",
      { a: null, b: undefined, c: "", d: [] },
      "c=&d=",
    ],
    [
      "names of the object prototype",
      JSON.parse('{"__proto__":"1","constructor":"2"}'),
      "__proto__=1&constructor=2",
    ],
  ])("writes the query: %s", (_, query, text) => {
    const signed = sign({ ...request, query }, options)
    expect(signed.query).toBe(text)
    expect(signed.canonicalRequest.split("\n")[2]).toBe(text)
  })

  it.each([
    ["", "/"],
    ["/a b/中", "/a%20b/%E4%B8%AD"],
    ["/a%20b/%e4%b8%ad", "/a%20b/%E4%B8%AD"],
    ["/a%2Fb//~*/", "/a%2Fb//~%2A/"],
  ])("writes the path %s", (path, text) => {
    const signed = sign({ ...request, path }, options)
    expect(signed.path).toBe(text)
    expect(signed.canonicalRequest.split("\n")[1]).toBe(text)
  })

  it.each([
    ["  a   b\t\tc ", "a b c"],
    ["a\tb", "a b"],
    ["", ""],
    ["   ", ""],
  ])("sends the header value %j as it is signed", (value, text) => {
    const headers = { ...request.headers, "X-Custom": value }
    const signed = sign(
      { ...request, headers },
      { ...options, signedHeaders: ["host", "x-custom", "x-date"] },
    )
    expect(signed.headers["X-Custom"]).toBe(text)
    expect(signed.canonicalRequest.split("\n")[4]).toBe(`x-custom:${text}`)
  })

  it("sends what it signed: its own result, given back, is signed the same", () => {
    const pathText = fc.string({
      unit: fc.constantFrom(..."ab/ %~*中é:+&=;".split("")),
      maxLength: 10,
    })
    fc.assert(
      fc.property(
        pathText.map((path) => `/${path.replaceAll("%", "%25")}`),
        fc.dictionary(
          fc.string({ unit: "grapheme", minLength: 1 }),
          fc.string({ unit: "grapheme" }),
          { noNullPrototype: true },
        ),
        fc.string({ unit: fc.constantFrom(..."a \tb".split("")) }),
        (path, query, custom) => {
          const signedHeaders = ["host", "x-custom", "x-date"]
          const headers = { Host: "h:8080", "X-Custom": custom }
          const first = sign({ method: "get", path, query, headers }, { ...options, signedHeaders })
          expect(sign(first, { ...options, signedHeaders })).toStrictEqual(first)
        },
      ),
    )
  })
})

describe("sign refuses", () => {
  type Bad = [
    problem: string,
    field: string,
    request: { readonly [Key in keyof SignRequest]?: unknown },
    options: { readonly [Key in keyof SignOptions]?: unknown },
  ]
  const cases: ReadonlyArray<Bad> = [
    ["no Host", "request.host", { headers: {} }, {}],
    ["an empty Host", "request.host", { headers: { Host: " " } }, {}],
    [
      "a URL as Host",
      "request.host",
      { headers: {}, host: "https://visual.volcengineapi.com" },
      {},
    ],
    ["two Hosts", "request.host", { host: "other.volcengineapi.com" }, {}],
    ["no method", "request.method", { method: undefined }, {}],
    ["a method with a space", "request.method", { method: "GET /" }, {}],
    ["a relative path", "request.path", { path: "a" }, {}],
    ["a path with a query", "request.path", { path: "/?Action=X" }, {}],
    ["a path with a fragment", "request.path", { path: "/#a" }, {}],
    ["a path with a bare percent", "request.path", { path: "/100%" }, {}],
    ["a path with ..", "request.path", { path: "/a/../b" }, {}],
    ["a path with an escaped ..", "request.path", { path: "/a/%2e%2E" }, {}],
    ["a path with half a character", "request.path", { path: "/\ud800" }, {}],
    ["a query string with its ?", "request.query", { query: "?a=1" }, {}],
    ["a query string with a bare percent", "request.query", { query: "a=100%" }, {}],
    ["a query that is no record", "request.query", { query: 5 }, {}],
    ["an object in the query", 'request.query["o"]', { query: { o: { a: 1 } } }, {}],
    ["null in an array in the query", 'request.query["o"]', { query: { o: [null] } }, {}],
    ["NaN in the query", 'request.query["n"]', { query: { n: Number.NaN } }, {}],
    ["half a character in a value", 'request.query["v"]', { query: { v: "\udc00" } }, {}],
    [
      "half a character in a name",
      String.raw`request.query["\ud800"]`,
      { query: { "\ud800": "1" } },
      {},
    ],
    ["an empty name in the query", "request.query", { query: { "": "1" } }, {}],
    [
      "a line break in a header",
      'request.headers["X-A"]',
      { headers: { "X-A": "a\r\nX-B: c" } },
      {},
    ],
    ["a header beyond ASCII", 'request.headers["X-A"]', { headers: { "X-A": "é" } }, {}],
    ["null as a header", 'request.headers["X-A"]', { headers: { "X-A": null } }, {}],
    ["an object as a header", 'request.headers["X-A"]', { headers: { "X-A": {} } }, {}],
    ["a header name with a colon", "request.headers", { headers: { "X:A": "a" } }, {}],
    ["a header name with a line break", "request.headers", { headers: { "X\nA": "a" } }, {}],
    [
      "a header that no record holds",
      "request.headers",
      { headers: JSON.parse('{"__proto__":"a"}') },
      {},
    ],
    ["a header given twice", 'request.headers["x-a"]', { headers: { "X-A": "a", "x-a": "a" } }, {}],
    ["a hash that is none", "request.bodySha256", { bodySha256: "UNSIGNED-PAYLOAD" }, {}],
    ["a hash in upper case", "request.bodySha256", { bodySha256: "A".repeat(64) }, {}],
    ["a body that is an object", "request.body", { body: { a: 1 } }, {}],
    ["a body with half a character", "request.body", { body: "\ud800" }, {}],
    ["an empty access key", "options.accessKeyId", {}, { accessKeyId: "" }],
    ["an access key with a slash", "options.accessKeyId", {}, { accessKeyId: "a/b" }],
    ["no secret key", "options.secretAccessKey", {}, { secretAccessKey: undefined }],
    ["an empty secret key", "options.secretAccessKey", {}, { secretAccessKey: "" }],
    [
      "a secret key with a line end",
      "options.secretAccessKey",
      {},
      { secretAccessKey: "c2VjcmV0\n" },
    ],
    ["an empty session token", "options.sessionToken", {}, { sessionToken: "" }],
    ["a session token with a line end", "options.sessionToken", {}, { sessionToken: "a\nb" }],
    [
      "two session tokens",
      "options.sessionToken",
      { headers: { Host: "h", "X-Security-Token": "a" } },
      { sessionToken: "b" },
    ],
    ["an empty region", "options.region", {}, { region: "" }],
    ["a region with a slash", "options.region", {}, { region: "cn/north" }],
    ["a service with a space", "options.service", {}, { service: "c v" }],
    ["an invalid date", "options.date", {}, { date: new Date(Number.NaN) }],
    ["a date that is text", "options.date", {}, { date: "20250805T144938Z" }],
    [
      "a date past the year 9999",
      "options.date",
      {},
      { date: new Date("+010000-01-01T00:00:00Z") },
    ],
    [
      "to sign a header that is not sent",
      "options.signedHeaders",
      {},
      { signedHeaders: ["x-date", "x-a"] },
    ],
    [
      "to sign a header twice",
      "options.signedHeaders",
      {},
      { signedHeaders: ["x-date", "X-Date"] },
    ],
    ["to leave X-Date unsigned", "options.signedHeaders", {}, { signedHeaders: ["host"] }],
  ]

  it.each(cases)("%s", (_, field, badRequest, badOptions) => {
    const attempt = (): unknown =>
      sign(
        { ...request, ...badRequest } as SignRequest,
        { ...options, ...badOptions } as SignOptions,
      )
    expect(attempt).toThrow(SignInputError)
    expect(attempt).toThrow(expect.objectContaining({ _tag: "SignInputError", field }))
    expect(attempt).toThrow(`${field}: `)
  })

  it("without showing a secret, a token or the value of a header", () => {
    const secret = "hush-hush"
    const attempts: ReadonlyArray<() => unknown> = [
      () => sign(request, { ...options, secretAccessKey: `${secret} ` }),
      () => sign(request, { ...options, sessionToken: `${secret}\n` }),
      () => sign({ ...request, headers: { ...request.headers, "X-A": `${secret}\n` } }, options),
      () =>
        sign(
          { ...request, headers: { ...request.headers, "X-Security-Token": secret } },
          { ...options, sessionToken: "other" },
        ),
    ]
    for (const attempt of attempts) {
      expect(attempt).toThrow(SignInputError)
      expect(attempt).not.toThrow(secret)
    }
  })
})

/**
 * Against `@volcengine/openapi`, wherever that SDK is sound: both sign the same requests alike.
 *
 * Left out are the inputs for which it is not, each with its vector in `vectors.test.ts`: names that look
 * like integers (h33), objects (h11), Buffers (h19), raw paths (h25), lone surrogates (h34), its own hash
 * header in lower case (h29).
 */
import { createRequire } from "node:module"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { sha256Hex, sign } from "../src/index.ts"

const { default: Signer } = createRequire(import.meta.url)(
  "@volcengine/openapi/lib/base/sign",
) as typeof import("@volcengine/openapi/lib/base/sign.js")

const text = fc.string({ unit: "grapheme", maxLength: 12 })
// Beyond U+D7FF the SDK sorts by UTF-16 code unit, the document by byte.
const name = fc
  .string({
    unit: fc.integer({ min: 0x20, max: 0xd7ff }).map((code) => String.fromCodePoint(code)),
    minLength: 1,
    maxLength: 8,
  })
  .filter((each) => !/^(0|[1-9]\d*)$/.test(each) && each !== "__proto__")
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const query = fc.dictionary(
  name,
  fc.oneof(scalar, fc.constant(null), fc.array(text, { maxLength: 4 })),
  {
    maxKeys: 6,
    noNullPrototype: true,
  },
)
const headerValue = fc.string({
  unit: fc.constantFrom(...'abz019 \t,;:=/"()-_'.split("")),
  maxLength: 12,
})
const extraHeaders = fc.dictionary(fc.stringMatching(/^X-[A-Z][a-z]{0,5}$/), headerValue, {
  maxKeys: 3,
  noNullPrototype: true,
})
const key = fc.stringMatching(/^[A-Za-z0-9+/=]{1,40}$/)
const part = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/)

describe("@volcengine/openapi", () => {
  it("signs as we do", () => {
    fc.assert(
      fc.property(
        fc.record({
          method: fc.constantFrom("GET", "POST", "put", "DELETE"),
          query,
          headers: extraHeaders,
          body: fc.option(fc.oneof(fc.string({ unit: "grapheme" }), fc.json()), { nil: undefined }),
          accessKeyId: fc.stringMatching(/^AKLT[A-Za-z0-9_-]{0,20}$/),
          secretKey: key,
          sessionToken: fc.option(key, { nil: undefined }),
          region: part,
          service: part,
          date: fc.date({
            min: new Date(0),
            max: new Date("9999-12-31T23:59:59Z"),
            noInvalidDate: true,
          }),
        }),
        (given) => {
          const headers = { Host: "visual.volcengineapi.com", ...given.headers }
          const theirs = {
            region: given.region,
            method: given.method as "GET",
            pathname: "/",
            params: { ...given.query },
            headers: { ...headers } as Record<string, string>,
            ...(given.body === undefined ? {} : { body: given.body }),
          }
          new Signer(theirs, given.service).addAuthorization(
            {
              accessKeyId: given.accessKeyId,
              secretKey: given.secretKey,
              sessionToken: given.sessionToken ?? "",
            },
            given.date,
          )
          const authorization = theirs.headers["Authorization"]!
          const ours = sign(
            { method: given.method, query: given.query, headers, body: given.body },
            {
              accessKeyId: given.accessKeyId,
              secretAccessKey: given.secretKey,
              sessionToken: given.sessionToken,
              region: given.region,
              service: given.service,
              date: given.date,
              signedHeaders: /SignedHeaders=([^,]*)/.exec(authorization)![1]!.split(";"),
            },
          )
          expect(ours.authorization).toBe(authorization)
        },
      ),
      { numRuns: 300 },
    )
  })

  it("signs bytes as we do, once it is given their hash", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        const theirs = {
          region: "cn-north-1",
          method: "POST" as const,
          pathname: "/",
          headers: { Host: "visual.volcengineapi.com" } as Record<string, string>,
          body: Buffer.from(bytes),
        }
        const date = new Date("2025-08-05T14:49:38Z")
        new Signer(theirs, "cv", { bodySha256: sha256Hex(bytes) }).addAuthorization(
          { accessKeyId: "AKLTexample", secretKey: "c2VjcmV0", sessionToken: "" },
          date,
        )
        const ours = sign(
          { method: "POST", host: "visual.volcengineapi.com", body: bytes },
          {
            accessKeyId: "AKLTexample",
            secretAccessKey: "c2VjcmV0",
            region: "cn-north-1",
            service: "cv",
            date,
            signedHeaders: ["host", "x-content-sha256", "x-date"],
          },
        )
        expect(ours.authorization).toBe(theirs.headers["Authorization"])
      }),
      { numRuns: 100 },
    )
  })
})

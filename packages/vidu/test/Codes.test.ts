import { assert, describe, it } from "@effect/vitest"
import { Codes } from "../src/index.ts"
import * as documents from "./fixtures/documents.ts"

describe("Codes", () => {
  it("holds the page row by row, in its order", () => {
    assert.deepStrictEqual(
      Codes.published.rows.map((row) => [row.http, row.code, row.message]),
      documents.codes.map((row) => [...row]),
    )
  })

  it("says of no code that it may be tried again, since the page does not", () => {
    assert.deepStrictEqual(
      [...new Set(Codes.published.rows.map((row) => row.retryable))],
      ["undocumented"],
    )
  })

  it("says what each code means in both languages", () => {
    for (const { code, meaning } of Codes.published.rows) {
      assert.isAbove(meaning.en.length, 3, code)
      assert.match(meaning.zh, /\p{Script=Han}/u, code)
    }
  })

  it("finds a row by its code, and nothing by another", () => {
    assert.strictEqual(Codes.lookup("CreditInsufficient")?.http, 400)
    assert.isUndefined(Codes.lookup("creditinsufficient"))
    assert.isUndefined(Codes.lookup("PhotoLimitExceeded"))
  })

  it("believes a refusal with a 4xx, and never with another status", () => {
    assert.isTrue(Codes.refuses("CreditInsufficient", 400))
    assert.isTrue(Codes.refuses("SomethingNew", 422))
    for (const status of [undefined, 200, 302, 399, 500, 503]) {
      assert.isFalse(Codes.refuses("CreditInsufficient", status), String(status))
    }
  })

  it("leaves a submit open by six codes, each with its reason", () => {
    assert.deepStrictEqual(
      Codes.published.rows.filter((row) => row.undecided !== undefined).map((row) => row.code),
      [
        "OperationInProcess",
        "UserCancelled",
        "Conflict",
        "Canceled",
        "InternalServiceFailure",
        "Unknown",
      ],
    )
  })
})

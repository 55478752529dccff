import { assert, describe, it } from "@effect/vitest"
import { Codes } from "../src/index.ts"
import * as documents from "./fixtures/documents.ts"

const retryColumn = { 不需要: "no", 可重试: "yes" } as const

describe("Codes", () => {
  it("holds the Jimeng video table row by row, retry column included", () => {
    assert.deepStrictEqual(
      Codes.jimengVideo.rows.map((row) => [
        row.http,
        row.code,
        row.message,
        row.meaning.zh,
        row.retryable,
      ]),
      documents.jimengVideo.map(([http, code, message, meaning, retry]) => [
        http,
        code,
        message,
        meaning,
        retryColumn[retry],
      ]),
    )
  })

  it("holds the sibling Jimeng rows, retry column included", () => {
    assert.deepStrictEqual(
      Codes.jimengFamily.rows.map((row) => [row.http, row.code, row.message, row.retryable]),
      documents.jimengFamily.map((row) => [...row]),
    )
  })

  it("holds the lip-sync table row by row, advice included; it has no retry column", () => {
    assert.deepStrictEqual(
      Codes.lipSync.rows.map((row) => [
        row.http,
        row.code,
        row.message,
        row.meaning.zh,
        row.advice?.zh ?? "-",
        row.retryable,
      ]),
      documents.lipSync.map((row) => [...row, "undocumented"]),
    )
  })

  it("holds the common table row by row; it has no retry column", () => {
    assert.deepStrictEqual(
      Codes.general.rows.map((row) => [row.http, row.code, row.message, row.retryable]),
      documents.general.map((row) => [...row, "undocumented"]),
    )
  })

  it("holds the gateway's table row by row; it has no retry column", () => {
    assert.deepStrictEqual(
      Codes.gateway.rows.map((row) => [row.code, row.codeN, row.http, row.retryable]),
      documents.gateway.map(([code, codeN, http]) => [code, codeN, http, "undocumented"]),
    )
  })

  it("deviates from a document in three rows only, each with its reason", () => {
    const tables = [
      Codes.jimengVideo,
      Codes.jimengFamily,
      Codes.lipSync,
      Codes.general,
      Codes.gateway,
    ]
    const deviating = tables.flatMap((table) =>
      table.rows
        .filter((row) => row.deviation !== undefined)
        .map((row) => [table.id, row.code, row.deviation?.retryable]),
    )
    assert.deepStrictEqual(deviating, [
      ["lip-sync", "50429", "yes"],
      ["general", "50429", "yes"],
      ["general", "50430", "yes"],
    ])
    for (const table of tables) {
      for (const row of table.rows) assert.notStrictEqual(row.deviation?.why, "")
    }
  })

  it("records that sources disagree about 50209, 50210, 50211, 50213, 50429, 50500 and 50501", () => {
    const conflicting = (table: Codes.Table) =>
      table.rows.filter((row) => row.conflict !== undefined).map((row) => row.code)
    assert.includeMembers(conflicting(Codes.lipSync), [
      "50209",
      "50210",
      "50211",
      "50213",
      "50429",
      "50500",
    ])
    assert.includeMembers(conflicting(Codes.general), ["50209", "50210", "50211", "50213"])
    assert.includeMembers(conflicting(Codes.jimengVideo), ["50429", "50500", "50501"])
    assert.include(conflicting(Codes.gateway), "InvalidTimestamp")
  })

  it("names each source by an address and a date", () => {
    for (const table of [Codes.jimengVideo, Codes.lipSync, Codes.general, Codes.gateway]) {
      assert.match(table.source, /^https:\/\/www\.volcengine\.com\/docs\/\d+\/\d+$/)
      assert.match(table.read, /^\d{4}-\d\d-\d\d$/)
    }
  })
})

describe("Codes.lookup", () => {
  it("lets the model's own document speak first", () => {
    assert.strictEqual(Codes.lookup("lip-sync", "50429")?.row.http, 404)
    assert.strictEqual(Codes.lookup("jimeng-video", "50429")?.row.http, 429)
    assert.strictEqual(Codes.lookup("single-image-driving", "50429")?.table.id, "general")
  })

  it("borrows a meaning from another product's document, but never its retry", () => {
    const found = Codes.lookup("lip-sync", "50511")
    assert.strictEqual(found?.row.meaning.zh, "输出图片后审核未通过")
    assert.strictEqual(found?.retryable, "undocumented")
    assert.strictEqual(Codes.lookup("jimeng-video", "50511")?.retryable, "yes")
  })

  it("marks 50500 as retryable for the Jimeng video models only", () => {
    assert.strictEqual(Codes.lookup("jimeng-video", "50500")?.retryable, "yes")
    assert.strictEqual(Codes.lookup("lip-sync", "50500")?.retryable, "undocumented")
    assert.strictEqual(Codes.lookup("single-image-driving", "50500")?.retryable, "undocumented")
  })

  it("knows no code that no document names", () => {
    assert.isUndefined(Codes.lookup("jimeng-video", "59999"))
    assert.isUndefined(Codes.lookupGateway("SomethingElse"))
  })
})

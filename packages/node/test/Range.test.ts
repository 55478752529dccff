import { assert, describe, it } from "vitest"
import * as Range from "../src/internal/Range.ts"

const answer = (status: number, headers: Record<string, string> = {}, unpacked = false) => ({
  status,
  header: (name: string) => headers[name],
  unpacked,
})
const etag = `"v1"`
const remote: Range.Remote = { validator: etag, total: 100 }

describe("what is asked for", () => {
  it("the whole, unless there is something to continue and proof that it is the same file", () => {
    assert.deepStrictEqual(Range.headersFor(0, remote), {})
    assert.deepStrictEqual(Range.headersFor(40, { total: 100 }), {})
    assert.deepStrictEqual(Range.headersFor(40, remote), { range: "bytes=40-", "if-range": etag })
  })
})

describe("what proves two answers to be of one file", () => {
  const validator = (headers: Record<string, string>) => {
    const step = Range.read(answer(200, headers), 0, {})
    return step._tag === "Take" ? step.remote.validator : "not taken"
  }
  const modified = "Fri, 20 Nov 2026 10:00:00 GMT"
  it.each([
    ["a strong ETag", { etag }, etag],
    ["not a weak one", { etag: `W/"v1"` }, undefined],
    ["not an unquoted one", { etag: "v1" }, undefined],
    [
      "a date in the past",
      { "last-modified": modified, date: "Fri, 20 Nov 2026 10:00:01 GMT" },
      modified,
    ],
    ["not a date of this second", { "last-modified": modified, date: modified }, undefined],
    ["not without the server's clock", { "last-modified": modified }, undefined],
    [
      "a weak ETag, but a date",
      { etag: "W/1", "last-modified": modified, date: "Fri, 20 Nov 2026 11:00:00 GMT" },
      modified,
    ],
    ["nothing", {}, undefined],
  ] as ReadonlyArray<[string, Record<string, string>, string | undefined]>)(
    "%s",
    (_, headers, expected) => assert.strictEqual(validator(headers), expected),
  )
})

describe("what an answer means", () => {
  const rows: ReadonlyArray<
    [string, number, Range.Remote, ReturnType<typeof answer>, Range.Step["_tag"], boolean?]
  > = [
    ["200 at first", 0, {}, answer(200, { "content-length": "100" }), "Take", false],
    ["200 though a part is there", 40, remote, answer(200), "Take", false],
    [
      "206 from there on",
      40,
      remote,
      answer(206, { "content-range": "bytes 40-99/100" }),
      "Take",
      true,
    ],
    [
      "206 of unknown length",
      40,
      remote,
      answer(206, { "content-range": "bytes 40-99/*" }),
      "Take",
      true,
    ],
    [
      "206 from the start, not asked for",
      0,
      {},
      answer(206, { "content-range": "bytes 0-9/100" }),
      "Take",
      false,
    ],
    [
      "206 from elsewhere",
      40,
      remote,
      answer(206, { "content-range": "bytes 0-99/100" }),
      "Restart",
    ],
    [
      "206 in several parts",
      40,
      remote,
      answer(206, { "content-type": "multipart/byteranges" }),
      "Restart",
    ],
    [
      "206 of another length",
      40,
      remote,
      answer(206, { "content-range": "bytes 40-99/101" }),
      "Restart",
    ],
    [
      "206 of another version",
      40,
      remote,
      answer(206, { "content-range": "bytes 40-99/100", etag: `"v2"` }),
      "Restart",
    ],
    [
      "206 though nothing proves it to be the same file",
      40,
      { total: 100 },
      answer(206, { "content-range": "bytes 40-99/100" }),
      "Restart",
    ],
    [
      "206 packed",
      40,
      remote,
      answer(206, { "content-range": "bytes 40-99/100" }, true),
      "Restart",
    ],
    ["416, all there", 100, remote, answer(416, { "content-range": "bytes */100" }), "Whole"],
    ["416, shorter there", 100, remote, answer(416, { "content-range": "bytes */90" }), "Restart"],
    ["416 without a word", 100, remote, answer(416), "Restart"],
    ["416 for nothing", 0, {}, answer(416), "Again"],
    ["304", 0, {}, answer(304), "Again"],
    [
      "100,000,000,000,000,000 bytes",
      0,
      {},
      answer(200, { "content-length": "1".repeat(18) }),
      "Take",
      false,
    ],
  ]
  it.each(rows)("%s", (_, have, known, given, tag, resumes) => {
    const step = Range.read(given, have, known)
    assert.strictEqual(step._tag, tag)
    if (step._tag === "Take") assert.strictEqual(step.resumes, resumes)
  })

  it("a 206 without validator keeps the one that is known", () => {
    const step = Range.read(answer(206, { "content-range": "bytes 40-99/100" }), 40, remote)
    assert.deepStrictEqual(step, { _tag: "Take", resumes: true, remote })
  })

  it("a packed body has no length and cannot be continued", () => {
    const step = Range.read(answer(200, { etag, "content-length": "100" }, true), 0, {})
    assert.deepStrictEqual(step, { _tag: "Take", resumes: false, remote: {} })
  })

  it.each([
    ["120", 120_000],
    ["soon", 0],
    ["-1", 0],
    [undefined, 0],
  ])("Retry-After: %s", (given, millis) => {
    const headers = given === undefined ? undefined : { "retry-after": given }
    assert.deepStrictEqual(Range.read(answer(503, headers), 0, {}), Range.again("HTTP 503", millis))
  })
})

describe("what the end of a body means", () => {
  it.each([
    [100, { total: 100 }, "Whole"],
    [99, { total: 100 }, "Again"],
    [101, { total: 100 }, "Restart"],
    [7, {}, "Whole"],
    [0, { total: 0 }, "Whole"],
  ] as const)("%i bytes of %o: %s", (bytes, known, tag) =>
    assert.strictEqual(Range.afterBody(bytes, known)._tag, tag),
  )
})

import { describe, expect, it } from "vitest"
import { fileAnswer } from "../src/fileAnswer.ts"

const file = { bytes: Buffer.from("0123456789"), mediaType: "video/mp4", tag: "t" }

const cases: ReadonlyArray<
  readonly [
    headers: Record<string, string>,
    status: number,
    body: string,
    range: string | undefined,
  ]
> = [
  [{}, 200, "0123456789", undefined],
  [{ range: "bytes=0-3" }, 206, "0123", "bytes 0-3/10"],
  [{ range: "bytes=4-" }, 206, "456789", "bytes 4-9/10"],
  [{ range: "bytes=8-99" }, 206, "89", "bytes 8-9/10"],
  [{ range: "bytes=-3" }, 206, "789", "bytes 7-9/10"],
  [{ range: "bytes=-99" }, 206, "0123456789", "bytes 0-9/10"],
  [{ range: "bytes=10-" }, 416, "", "bytes */10"],
  [{ range: "bytes=-0" }, 416, "", "bytes */10"],
  [{ range: "bytes=5-4" }, 200, "0123456789", undefined],
  [{ range: "bytes=-" }, 200, "0123456789", undefined],
  [{ range: "bytes=0-1,4-5" }, 200, "0123456789", undefined],
  [{ range: "seconds=0-1" }, 200, "0123456789", undefined],
  [{ range: "bytes=4-", "if-range": '"t"' }, 206, "456789", "bytes 4-9/10"],
  [{ range: "bytes=4-", "if-range": '"other"' }, 200, "0123456789", undefined],
  [{ range: "bytes=4-", "if-range": 'W/"t"' }, 200, "0123456789", undefined],
]

describe("fileAnswer", () => {
  it.each(cases)("%j gets %d", (headers, status, body, range) => {
    const answer = fileAnswer({ headers }, file)
    expect(answer.status).toBe(status)
    expect(Buffer.from(answer.body).toString()).toBe(body)
    expect(answer.headers?.["content-range"]).toBe(range)
    expect(answer.headers?.["etag"]).toBe('"t"')
  })

  it("offers and honours no range where ranges are off", () => {
    const answer = fileAnswer({ headers: { range: "bytes=4-" } }, file, { ranges: false })
    expect(answer.status).toBe(200)
    expect(answer.headers?.["accept-ranges"]).toBeUndefined()
  })
})

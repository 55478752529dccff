import { describe, expect, it } from "vitest"
import { makeLinks } from "../src/Links.ts"

const makeWorld = () => {
  let now = Date.parse("2026-08-01T12:00:00.900Z")
  const links = makeLinks({ clock: { now: () => now }, base: "http://127.0.0.1:1" })
  const make = (form: "x-expires" | "x-amz") =>
    new URL(links.make({ taskId: "1", file: "video.mp4", lifeSeconds: 60, form }))
  const read = (url: URL) => links.read(url.pathname, url.search.slice(1))
  const pass = (seconds: number) => {
    now += seconds * 1000
  }
  return { links, make, read, pass }
}

describe.each(["x-expires", "x-amz"] as const)("a link of the form %s", (form) => {
  it("names one file of one task and dies when it says", () => {
    const { make, read, pass } = makeWorld()
    const link = make(form)
    expect(link.href).not.toBe(make(form).href)
    expect(read(link)).toEqual({ _tag: "Valid", taskId: "1", file: "video.mp4" })
    pass(59)
    expect(read(link)?._tag).toBe("Valid")
    pass(1)
    expect(read(link)).toEqual({ _tag: "Expired" })
  })

  it("is worth nothing with any character changed", () => {
    const { make, read, links } = makeWorld()
    const { pathname, search } = make(form)
    for (let place = 1; place < search.length; place += 1) {
      const other = search[place] === "0" ? "1" : "0"
      const query = search.slice(1, place) + other + search.slice(place + 1)
      expect([query, links.read(pathname, query)]).toEqual([query, { _tag: "Forged" }])
    }
    expect(links.read(pathname.replace("video.mp4", "cover.jpeg"), search.slice(1))).toEqual({
      _tag: "Forged",
    })
    expect(links.read("/other/1/video.mp4", search.slice(1))).toBeUndefined()
    expect(read(make(form))?._tag).toBe("Valid")
  })
})

describe("the form x-amz", () => {
  it("has the parameters by which clients of Amazon S3 read an expiry", () => {
    const { searchParams } = makeWorld().make("x-amz")
    expect(Object.fromEntries(searchParams)).toMatchObject({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": "SIMULATOR/20260801/cn-northwest-1/s3/aws4_request",
      "X-Amz-Date": "20260801T120000Z",
      "X-Amz-Expires": "60",
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })
})

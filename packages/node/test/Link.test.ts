import { assert, describe, it } from "vitest"
import * as Link from "../src/internal/Link.ts"

describe("parse", () => {
  it.each([
    ["https://h/p?a=%2f~!'()*+b&c=1%20", "/p?a=%2f~!'()*+b&c=1%20"],
    ["https://h?a=1", "/?a=1"],
    ["https://h", "/"],
    ["https://h#top", "/"],
    ["HTTPS://H:8443/%7Euser/../x?y#z", "/%7Euser/../x?y"],
    ["https://h/猫.mp4?n=é 1", "/%E7%8C%AB.mp4?n=%C3%A9%201"],
    ["https://h/?a=b?c=d/e", "/?a=b?c=d/e"],
  ])("%s goes out as %s", (text, target) => {
    assert.strictEqual(Link.parse(text)?.target, target)
  })

  it("is shown without query and fragment", () => {
    assert.strictEqual(
      Link.parse("https://h:8443/p/v.mp4?X-Signature=abc#f")?.shown,
      "https://h:8443/p/v.mp4",
    )
  })

  it.each([
    "",
    "h/p",
    "//h/p",
    "https:h/p",
    "https:///h/p",
    "https://",
    "ftp://h/p",
    "https://h\\@evil/p",
    "https://h/p\r\nX: y",
    "https://h/\t",
    " https://h/p",
    "https://h:99999/",
  ])("%j is no link", (text) => assert.isUndefined(Link.parse(text)))
})

describe("follow", () => {
  const from = Link.parse("https://h:8443/a/b?x=1")!
  it.each([
    ["https://other/p?q='", "https://other", "/p?q='"],
    ["//other/p?q='", "https://other", "/p?q='"],
    ["/c?q='", "https://h:8443", "/c?q='"],
    ["c", "https://h:8443", "/a/c"],
    ["?y=2", "https://h:8443", "/a/b?y=2"],
    ["/\u00e7\u008c\u00ab", "https://h:8443", "/%E7%8C%AB"],
  ])("%s", (location, origin, target) => {
    const to = Link.follow(from, location)
    assert.strictEqual(to?.url.origin, origin)
    assert.strictEqual(to?.target, target)
  })
  it.each(["mailto:a@b", "javascript:1", "https://", "//"])("%s leads nowhere", (location) =>
    assert.isUndefined(Link.follow(from, location)),
  )
})

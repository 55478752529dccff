import { Effect, Result } from "effect"
import { describe, expect, it } from "vitest"
import { callbackUrl, readPublicUrl, signedPath } from "../../src/callbacks/PublicUrl.ts"
import { start } from "../../src/index.ts"
import { temporaryDirectory } from "../support/testServer.ts"

const task = { id: "k3f9x0a7mq2z", token: "0b0e2f0c-7f0c-4a53-9a39-0f7f2a6f3c11" }

describe("a public URL", () => {
  it.each([
    ["https://videos.example.com", "https://videos.example.com"],
    ["https://videos.example.com/", "https://videos.example.com"],
    ["HTTPS://Videos.Example.com:8443/zoe//", "https://videos.example.com:8443/zoe"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["https://[2001:db8::1]/a_b-c.d", "https://[2001:db8::1]/a_b-c.d"],
  ])("may be %s", (text, read) => {
    expect(readPublicUrl(text)).toEqual(Result.succeed(read))
  })

  it.each([
    "",
    "videos.example.com",
    "ftp://videos.example.com",
    "https://user:secret@videos.example.com",
    "https://videos.example.com/?a=b",
    "https://videos.example.com/#a",
    "https://videos.example.com?",
    "https://videos.example.com/a%20b",
    "https://videos.example.com/视频",
    "https://videos.example.com/a b",
  ])("is not %j, and no server starts with it", async (publicUrl) => {
    const read = readPublicUrl(publicUrl)
    const why = Result.isFailure(read) ? read.failure : expect.fail("it was taken")
    expect(why).not.toContain("secret")
    const dataDir = await temporaryDirectory()
    const started = start({ providers: [], dataDir, port: 0, publicUrl })
    const error = await Effect.runPromise(Effect.scoped(Effect.flip(started)))
    expect(error.message).toBe(why)
  })

  it("has an address for each task, whose path is signed as the provider sees it", () => {
    const own = `/callbacks/${task.id}/${task.token}`
    expect(callbackUrl("https://a.example", task)).toBe(`https://a.example${own}`)
    expect(signedPath("https://a.example", task)).toBe(own)
    expect(signedPath("https://a.example/zoe", task)).toBe(`/zoe${own}`)
  })
})

/** What a client is told of a video that is undecided, failed, not its own; and of a server that refuses. */
import { Effect, Redacted } from "effect"
import {
  AuthenticationError,
  ConflictError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from "openai"
import { describe, expect, it } from "vitest"
import { Keys } from "../../src/index.ts"
import { simulate, temporaryDirectory, testServer } from "../support/testServer.ts"
import { checkedFetch, clientOf, reaches } from "./support.ts"

const model = "volc-cv/jimeng-video-3.0-pro"

describe("an undecided video", () => {
  it("is in progress, is not asked for again, and cannot be deleted", async () => {
    const simulator = await simulate()
    const server = await testServer({ simulator })
    const client = clientOf(server)
    simulator.faults.add("submit:lost-answer")
    const { id } = await client.videos.create({ model, prompt: "lost" })
    await expect
      .poll(async () => (await server.ask(`/api/v1/generations/${id}`)).json.state, {
        timeout: 15_000,
      })
      .toBe("undecided")
    const { data, response } = await client.videos.retrieve(id).withResponse()
    expect(data).toMatchObject({ status: "in_progress", error: null, completed_at: null })
    expect(response.headers.get("x-should-retry")).toBe("false")
    let attempts = 0
    const counting = clientOf(server, {
      fetch: (...args) => {
        attempts += 1
        return checkedFetch(...args)
      },
    })
    const refused = await counting.videos.delete(id).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ConflictError)
    expect(refused).toMatchObject({ code: "not-now" })
    expect(attempts).toBe(1)
    expect(simulator.ledger().totals.accepted).toBe(1)
  })
})

describe("a video that failed", () => {
  it("says so with a code, and is no longer worth asking about", async () => {
    const simulator = await simulate()
    const client = clientOf(await testServer({ simulator }))
    simulator.faults.add("submit:code=50412")
    const { id } = await client.videos.create({ model, prompt: "refused" })
    const failed = await reaches(client, id, "failed")
    expect(failed.error).toMatchObject({
      code: "moderated",
      message: expect.stringContaining("50412"),
    })
    const { response } = await client.videos.retrieve(id).withResponse()
    expect(response.headers.get("openai-poll-after-ms")).toBeNull()
    await expect(client.videos.downloadContent(id)).rejects.toMatchObject({ code: "not-kept" })
  })

  it("is also one that was cancelled", async () => {
    const simulator = await simulate()
    const server = await testServer({ simulator })
    const client = clientOf(server)
    const videos = await Promise.all(
      [1, 2, 3].map(() => client.videos.create({ model, prompt: "crowd" })),
    )
    const answers = await Promise.all(
      videos.map(({ id }) =>
        server.ask(`/api/v1/generations/${id}/cancel`, { method: "POST", json: undefined }),
      ),
    )
    const cancelled = answers.find(({ json }) => json.state === "cancelled")?.json.id ?? ""
    expect(await reaches(client, cancelled, "failed")).toMatchObject({
      error: { code: "cancelled" },
    })
  })
})

describe("keys", async () => {
  const dataDir = await temporaryDirectory()
  const keyOf = async (scope: "read" | "create") => {
    const { secret } = await Effect.runPromise(Keys.make(dataDir, { scope }))
    return Redacted.value(secret)
  }
  const [one, another, reader] = [await keyOf("create"), await keyOf("create"), await keyOf("read")]
  const simulator = await simulate()
  const server = await testServer({ dataDir, simulator, rate: { perSecond: 1, burst: 12 } })

  it("tell whose a video is, and what their holders may do", async () => {
    const client = clientOf(server, { apiKey: one })
    const { id } = await client.videos.create({ model, prompt: "mine" })
    const foreign = clientOf(server, { apiKey: another })
    await expect(foreign.videos.retrieve(id)).rejects.toBeInstanceOf(NotFoundError)
    await expect(foreign.videos.delete(id)).rejects.toBeInstanceOf(NotFoundError)
    expect((await foreign.videos.list()).data).toEqual([])
    const readOnly = clientOf(server, { apiKey: reader })
    await expect(readOnly.videos.create({ model, prompt: "no" })).rejects.toBeInstanceOf(
      PermissionDeniedError,
    )
    const unknown = clientOf(server, { apiKey: "zk_nobody" })
    const refused = await unknown.videos.list().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(AuthenticationError)
    expect(refused).toMatchObject({ code: "unauthorized", type: "authentication_error" })
  })

  it("keep retries apart: another caller's is a new video", async () => {
    const retry = { headers: { "x-stainless-retry-count": "1" } }
    const asked = { model, prompt: "the same of two" }
    const [mine, theirs] = await Promise.all(
      [one, another].map((apiKey) => clientOf(server, { apiKey }).videos.create(asked, retry)),
    )
    expect(mine?.id).not.toBe(theirs?.id)
  })

  it("are slowed down with words", async () => {
    const client = clientOf(server, { apiKey: reader, maxRetries: 0 })
    const asked = await Promise.allSettled(
      Array.from({ length: 40 }, () => client.videos.list({ limit: 1 })),
    )
    const slowed = asked.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []))
    expect(slowed.length).toBeGreaterThan(0)
    for (const error of slowed) {
      expect(error).toBeInstanceOf(RateLimitError)
      expect(error.headers.get("retry-after")).toMatch(/^\d+$/)
    }
  })
})

it("a page of another origin is refused in words that the client reads", async () => {
  const server = await testServer()
  const client = clientOf(server, { maxRetries: 0 })
  const refused = await client.videos
    .list({}, { headers: { origin: "https://evil.example" } })
    .catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(PermissionDeniedError)
  expect(refused).toMatchObject({
    code: "foreign-page",
    message: expect.stringContaining("another origin"),
  })
})

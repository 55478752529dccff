import { toFile } from "openai"
import { describe, expect, it } from "vitest"
import { picture, simulate, temporaryDirectory, testServer } from "../support/testServer.ts"
import { makeProxy, type Proxy } from "./proxy.ts"
import { clientOf, reaches } from "./support.ts"

const model = "volc-cv/jimeng-video-3.0-pro"

const setUp = async () => {
  const simulator = await simulate()
  const dataDir = await temporaryDirectory()
  const server = await testServer({ simulator, dataDir })
  const proxy = await makeProxy(server.url)
  return { simulator, dataDir, server, proxy, client: clientOf(proxy) }
}

const retriesOf = ({ passed }: Proxy) =>
  passed.flatMap(({ headers, method }) =>
    method === "POST" ? [headers["x-stainless-retry-count"]] : [],
  )

const allDone = async (client: ReturnType<typeof clientOf>, ids: ReadonlyArray<string>) => {
  await Promise.all(ids.map((id) => reaches(client, id, "completed")))
}

describe("a create whose answer is lost", () => {
  it("is replayed to the client that sends it again, and paid once", async () => {
    const { client, proxy, simulator } = await setUp()
    proxy.lose = 1
    const { id } = await client.videos.create({ model, prompt: "lost" })
    expect(retriesOf(proxy)).toEqual(["0", "1"])
    await allDone(client, [id])
    expect(simulator.ledger().totals.accepted).toBe(1)
    expect((await client.videos.list()).data.map((video) => video.id)).toEqual([id])
  })

  it("is replayed also with a file, and when the replay is lost too", async () => {
    const { client, proxy, simulator } = await setUp()
    proxy.lose = 2
    const { id } = await client.videos.create({
      model: "vidu/img2video",
      prompt: "lost twice",
      input_reference: await toFile(picture, "picture.jpg", { type: "image/jpeg" }),
    })
    expect(retriesOf(proxy)).toEqual(["0", "1", "2"])
    await allDone(client, [id])
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("is replayed by the server that comes after", async () => {
    const { client, dataDir, proxy, server, simulator } = await setUp()
    proxy.lose = 1
    proxy.beforeLoss = async () => {
      await server.stop()
      proxy.target = (await testServer({ simulator, dataDir })).url
    }
    const { id } = await client.videos.create({ model, prompt: "restarted" })
    await allDone(client, [id])
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("is each client's own where several alike are lost at once", async () => {
    const { client, proxy, simulator } = await setUp()
    proxy.lose = 3
    const videos = await Promise.all(
      [1, 2, 3].map(() => client.videos.create({ model, prompt: "three alike" })),
    )
    const ids = new Set(videos.map(({ id }) => id))
    expect(ids.size).toBe(3)
    expect(proxy.passed).toHaveLength(6)
    await allDone(client, [...ids])
    expect(simulator.ledger().totals.accepted).toBe(3)
  })

  it("never reached the server: then the retry asks for it", async () => {
    const { client, proxy, server, simulator } = await setUp()
    proxy.target = "http://127.0.0.1:1"
    const asked = client.videos.create({ model, prompt: "unreached" })
    while (proxy.passed.length === 0) {
      // oxlint-disable-next-line no-await-in-loop -- until the first has failed
      await new Promise((resolve) => setImmediate(resolve))
    }
    proxy.target = server.url
    const { id } = await asked
    await allDone(client, [id])
    expect(simulator.ledger().totals.accepted).toBe(1)
  })
})

it("knows a request again by what it asks for, whatever its bytes are", async () => {
  const { client, server } = await setUp()
  const { id } = await client.videos.create({ model, prompt: "the same", seconds: "5" as "4" })
  const form = new FormData()
  form.set("seconds", "5.0")
  form.set("prompt", "the same")
  form.set("model", "jimeng_ti2v_v30_pro")
  const asJson = JSON.stringify({ model, prompt: "the same", frames: 121, size: null })
  for (const body of [form, asJson]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const answer = await fetch(`${server.url}/v1/videos`, {
      method: "POST",
      headers: {
        "x-stainless-retry-count": body === form ? "1" : "2",
        ...(body === form ? {} : { "content-type": "application/json" }),
      },
      body,
    })
    // oxlint-disable-next-line no-await-in-loop
    expect(await answer.json()).toMatchObject({ id })
  }
})

describe("what is no retry", () => {
  it("is a new video, however alike", async () => {
    const { client, simulator } = await setUp()
    const asked = { model, prompt: "twice on purpose" }
    const first = await client.videos.create(asked)
    const second = await client.videos.create(asked)
    expect(second.id).not.toBe(first.id)
    await allDone(client, [first.id, second.id])
    expect(simulator.ledger().totals.accepted).toBe(2)
  })

  it("finds no video of another request, and of two alike the newer one", async () => {
    const { client } = await setUp()
    const retry = { headers: { "x-stainless-retry-count": "1" } }
    const older = await client.videos.create({ model, prompt: "alike" })
    const newer = await client.videos.create({ model, prompt: "alike" })
    expect((await client.videos.create({ model, prompt: "alike" }, retry)).id).toBe(newer.id)
    const other = await client.videos.create({ model, prompt: "other" }, retry)
    expect([older.id, newer.id]).not.toContain(other.id)
  })

  it("has a key of its own: the same video at every time, and another request is refused", async () => {
    const { client } = await setUp()
    const keyed = { headers: { "Idempotency-Key": "mine" } }
    const first = await client.videos.create({ model, prompt: "keyed" }, keyed)
    expect((await client.videos.create({ model, prompt: "keyed" }, keyed)).id).toBe(first.id)
    await expect(client.videos.create({ model, prompt: "else" }, keyed)).rejects.toMatchObject({
      status: 422,
      code: "key-reused",
    })
  })
})

import { randomUUID } from "node:crypto"
import type { Provider } from "@zoetrope/core/Provider"
import { demoAccount } from "@zoetrope/simulator"
import { Callback } from "@zoetrope/vidu"
import { Effect, Exit, Logger, Redacted, Scope } from "effect"
import { afterAll, describe, expect, it } from "vitest"
import { start } from "../../src/index.ts"
import { providersOf } from "../support/providersOf.ts"
import { send } from "../support/raw.ts"
import { pictureUrl, simulate, temporaryDirectory } from "../support/testServer.ts"
import { makeProxy } from "../videos/proxy.ts"

const scope = Effect.runSync(Scope.make())
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

/** No poll comes by itself while a test runs. */
const patient = (provider: Provider): Provider => ({
  ...provider,
  models: provider.models.map((model) => ({
    ...model,
    timing: { ...model.timing, usual: 3600, poll: { floor: 600, ceiling: 1200 } },
  })),
})

/** A server behind a proxy that takes off a prefix, as `--public-url https://host/video` has it. */
const setUp = async (options: { readonly speed?: number; readonly isPublic?: boolean } = {}) => {
  const simulator = await simulate({ speed: options.speed ?? 500 })
  const proxy = await makeProxy("", "/video")
  const dataDir = await temporaryDirectory()
  const { url } = await Effect.gen(function* () {
    const providers = (yield* providersOf(simulator)).map(patient)
    return yield* start({
      providers,
      dataDir,
      port: 0,
      allow: { loopback: true },
      ...(options.isPublic === false ? {} : { publicUrl: `${proxy.url}/` }),
    })
  }).pipe(Scope.provide(scope), Effect.provide(Logger.layer([])), Effect.runPromise)
  proxy.target = url
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init)
    // oxlint-disable-next-line typescript/no-explicit-any -- other tests check what it is
    return (await response.json()) as any
  }
  const create = async (): Promise<string> => {
    const body = { model: "vidu/img2video", input: { image: pictureUrl(simulator) } }
    const { id } = await ask("/api/v1/generations", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    })
    return id
  }
  const reaches = async (id: string, state: string) => {
    for (let tries = 0; tries < 150; tries++) {
      // oxlint-disable-next-line no-await-in-loop -- asked again and again
      const record = await ask(`/api/v1/generations/${id}`)
      if (record.state === state) return
      // oxlint-disable-next-line no-await-in-loop
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`it did not become ${state}`)
  }
  return { simulator, proxy, url, create, reaches, ledger: () => simulator.ledger().tasks }
}

describe("a callback", () => {
  it("is the reason to ask the provider, through a proxy that takes off a prefix", async () => {
    const { create, ledger, proxy, reaches } = await setUp()
    const id = await create()
    await reaches(id, "done")
    const [task] = ledger()
    expect(task?.callbacks?.map(({ outcome }) => outcome)).toEqual(["delivered", "delivered"])
    expect(task?.polls).toBeLessThanOrEqual(3)
    const [first] = proxy.passed
    expect(first?.url).toMatch(new RegExp(`^/video/callbacks/${id}/[0-9a-f-]{36}\\?zoetrope=`))
  })

  it("is refused where it is signed with another key, and taken when it comes again", async () => {
    const { create, ledger, reaches, simulator } = await setUp()
    simulator.faults.add("callback:forged:n=2")
    await reaches(await create(), "done")
    const outcomes = ledger()[0]?.callbacks?.map(({ outcome, status }) => [outcome, status])
    expect(outcomes?.slice(0, 2)).toEqual([
      ["refused", 403],
      ["refused", 403],
    ])
    expect(outcomes?.at(-1)).toEqual(["delivered", 204])
  })

  it("has an address of its own for each task, and none without a public URL", async () => {
    const { create, ledger, reaches: _, simulator, url } = await setUp({ isPublic: false })
    await create()
    await expect.poll(() => ledger().length).toBe(1)
    simulator.clock.advance(600)
    await simulator.settled()
    expect(ledger()[0]?.state).toBe("succeeded")
    expect(ledger()[0]?.callbacks ?? []).toEqual([])
    const answer = await send(`${url}/callbacks/000000000000/${randomUUID()}`, { method: "POST" })
    expect(answer.status).toBe(404)
  })
})

describe("a request to the address of a task", async () => {
  // Too slow to end by itself, and its provider's own callbacks say so much only.
  const { create, ledger, proxy, url } = await setUp({ speed: 1 })
  const id = await create()
  // Its first callback comes when the work begins.
  while (proxy.passed.length === 0) {
    // oxlint-disable-next-line no-await-in-loop -- until it has come
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const address = new URL(proxy.passed[0]?.url ?? "", proxy.url).href
  const polls = () => ledger()[0]?.polls ?? 0
  const apiKey = Redacted.make(demoAccount.secret)
  const signed = (
    options: {
      readonly of?: string
      readonly date?: Date
      readonly nonce?: string
      readonly apiKey?: Redacted.Redacted
    } = {},
  ) =>
    Effect.runPromise(
      Callback.sign({
        apiKey: options.apiKey ?? apiKey,
        url: options.of ?? address,
        date: options.date ?? new Date(),
        nonce: options.nonce ?? randomUUID(),
      }),
    )
  const post = (to: string, headers: Readonly<Record<string, string>>, body = "{}") =>
    send(to, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body })

  it("asks the provider once, however often it is sent", async () => {
    const before = polls()
    const headers = await signed()
    expect((await post(address, headers)).status).toBe(204)
    await expect.poll(polls).toBe(before + 1)
    expect((await post(address, headers)).status).toBe(204)
    expect((await post(address, headers)).status).toBe(204)
    expect((await post(address, await signed())).status).toBe(204)
    await expect.poll(polls).toBe(before + 2)
  })

  it("is believed in nothing: a body that says it has failed changes nothing", async () => {
    const before = polls()
    const body = JSON.stringify({ state: "failed", err_code: "CreationPolicyViolation" })
    expect((await post(address, await signed(), body)).status).toBe(204)
    await expect.poll(polls).toBe(before + 1)
    const record = await (await fetch(`${url}/api/v1/generations/${id}`)).json()
    expect(record).toMatchObject({ state: "running" })
  })

  it("is refused where anything about it is wrong, and nothing is asked for it", async () => {
    const before = polls()
    const otherToken = address.replaceAll(/[0-9a-f]{8}(?=-)/g, "00000000")
    const otherKey = Redacted.make("somebody-elses")
    const late = new Date(Date.now() - 301_000)
    const wrong: ReadonlyArray<readonly [string, Readonly<Record<string, string>>, number]> = [
      [address, {}, 403],
      [address, await signed({ apiKey: otherKey }), 403],
      [address, await signed({ date: late }), 403],
      [`${address}&more=1`, await signed(), 403],
      [address.replace(/\?.*/, ""), await signed(), 403],
      [otherToken, await signed({ of: otherToken }), 404],
      [address.replace(id, "000000000000"), await signed(), 404],
    ]
    for (const [to, headers, status] of wrong) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect({ to, status: (await post(to, headers)).status }).toEqual({ to, status })
    }
    const huge = await post(address, await signed(), "x".repeat(128 * 1024))
    expect(huge.status).toBe(413)
    expect((await send(address)).status).toBe(404)
    expect(polls()).toBe(before)
  })
})

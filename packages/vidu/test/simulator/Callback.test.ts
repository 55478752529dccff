import { createHmac } from "node:crypto"
import type { Simulator } from "@zoetrope/simulator"
import { makeDialect } from "@zoetrope/vidu/simulator"
import { describe, expect, it } from "vitest"
import { signedHeaders } from "../../simulator/Callback.ts"
import {
  accounts,
  call,
  created,
  creationOf,
  creations,
  customer,
  type Fields,
  type Heard,
  pass,
  record,
  start,
  steady,
} from "./support.ts"

/**
 * Computed from the documented formula with Python, Node and OpenSSL, which agree; the document
 * prints the text that is signed and no signature.
 *
 * @see https://platform.vidu.com/docs/callback-signature (copy of 2026-08)
 */
const vectors: ReadonlyArray<readonly [address: string, key: string, signature: string]> = [
  [
    "http://127.0.0.1:8080/vidu/callback?name=james&age=36",
    "your_secret_token",
    "PrO4+kG4W+b3HOSimdHMHn8pnQ6YXQTseBDC/8yvvNA=",
  ],
  [
    "http://127.0.0.1:8080/vidu/callback",
    "your_secret_token",
    "gEBIvkJCV/xfho8jV9zQGe8t/K8ewRatRNaIiHzsOo0=",
  ],
  ["http://127.0.0.1:8080", "your_secret_token", "jEcWM2v0K1wNyFI6/qKzNyjUN7lBHWiq7L0oaEK366o="],
  [
    "https://studio.example.com/hooks/vidu?job=42&x=%E4%BD%A0",
    "vda_test_key_0000000000",
    "zVpY5V6N3Eq0Od+NNnEVZAn94oVyaBHoKIM0Vk9Laa0=",
  ],
]

describe("signedHeaders", () => {
  it.each(vectors)("signs %s", (address, key, signature) => {
    const date = "Tue, 06 May 2025 12:09:42 GMT"
    const nonce = "123e4567-e89b-12d3-a456-426614174000"
    expect(signedHeaders(address, { key, date, nonce })).toEqual({
      Date: date,
      "x-request-nonce": nonce,
      "X-HMAC-SIGNED-HEADERS": "Date;x-request-nonce",
      "X-HMAC-ALGORITHM": "hmac-sha256",
      "X-HMAC-ACCESS-KEY": "vidu",
      "X-HMAC-SIGNATURE": signature,
    })
  })
})

/** Whether what arrived was signed with a key; written out once more from the document. */
const isSignedWith = (key: string, { path, headers }: Heard): boolean => {
  const at = path.indexOf("?")
  const date = String(headers["date"])
  const nonce = String(headers["x-request-nonce"])
  const text = `POST\n${path.slice(0, at)}\n${path.slice(at + 1)}\nvidu\n${date}\nDate:${date}\nx-request-nonce:${nonce}\n`
  const signature = createHmac("sha256", key).update(text).digest("base64")
  return signature === headers["x-hmac-signature"]
}

const bodies = (heard: ReadonlyArray<Heard>): ReadonlyArray<Fields> =>
  heard.map(({ body }) => record(JSON.parse(body)))

const attempts = (simulator: Simulator) =>
  simulator
    .ledger()
    .tasks[0]?.callbacks?.map(({ state, attempt, outcome, status, fault }) =>
      [state, attempt, outcome, status, fault].filter((one) => one !== undefined).join(" "),
    )

describe("callbacks", () => {
  it("tell of processing and success, signed with the key of the create", async () => {
    const simulator = await start(steady)
    const { url, heard } = await customer()
    const key = accounts[1].secret
    const { json } = await call(simulator, "POST img2video", {
      key,
      body: {
        model: "viduq2-turbo",
        images: [`${simulator.url}/inputs/sample.jpg`],
        callback_url: url,
        payload: "mine",
      },
    })
    await pass(simulator, 10)
    expect(heard).toHaveLength(0)
    await pass(simulator, 5)
    expect(bodies(heard)).toEqual([{ state: "processing", err_code: "", creations: [] }])
    await pass(simulator, 40)
    expect(heard.map((one) => [one.path, isSignedWith(key, one)])).toEqual([
      ["/hooks/vidu?job=42", true],
      ["/hooks/vidu?job=42", true],
    ])
    const [, done = {}] = bodies(heard)
    expect(Object.keys(done)).toEqual(["state", "err_code", "creations"])
    expect(done).toMatchObject({ state: "success", creations: [{ id: expect.any(String) }] })
    const asked = creationOf(await creations(simulator, json["task_id"], { key }))
    const told = creationOf({ json: done })
    expect(told["id"]).toBe(asked["id"])
    expect((await fetch(String(told["url"]))).status).toBe(200)
    const [first, second] = heard
    expect(first?.rawHeaders).toEqual(expect.arrayContaining(["Date", "X-HMAC-SIGNATURE"]))
    expect(first?.headers["x-request-nonce"]).not.toBe(second?.headers["x-request-nonce"])
    expect(simulator.ledger().tasks[0]?.callbacks).toMatchObject([
      { to: new URL(url).host + "/hooks/vidu", state: "processing", outcome: "delivered" },
      { to: new URL(url).host + "/hooks/vidu", state: "success", outcome: "delivered" },
    ])
  })

  it("come without anyone asking, on the simulator's clock", async () => {
    const { url, heard, hears } = await customer()
    const pace = { queuedSeconds: 0, scheduledSeconds: 0, generatingSeconds: 10 }
    const simulator = await start({ speed: 200, pace: { "*": pace } })
    await created(simulator, { prompt: "[[CreationPolicyViolation]]", callback_url: url })
    await hears(2)
    expect(bodies(heard)).toEqual([
      { state: "processing", err_code: "", creations: [] },
      { state: "failed", err_code: "CreationPolicyViolation", creations: [] },
    ])
  })

  it("come as soon as the clock is advanced", async () => {
    const { url, heard, hears } = await customer()
    const simulator = await start(steady)
    await created(simulator, { callback_url: url })
    simulator.clock.advance(15)
    await hears(1)
    expect(bodies(heard)).toMatchObject([{ state: "processing" }])
  })

  it("tell of a cancel", async () => {
    const simulator = await start(steady)
    const { url, heard } = await customer()
    const id = await created(simulator, { callback_url: url })
    await call(simulator, `POST tasks/${id}/cancel`)
    await simulator.settled()
    expect(bodies(heard)).toEqual([{ state: "failed", err_code: "UserCancelled", creations: [] }])
  })

  it("name the state as the settings say", async () => {
    const dialects = [makeDialect({ callbackState: "status" })]
    const simulator = await start({ ...steady, dialects })
    const { url, heard } = await customer()
    await created(simulator, { callback_url: url })
    await pass(simulator, 15)
    expect(bodies(heard)).toEqual([{ status: "processing", err_code: "", creations: [] }])
  })

  it("of the end are tried three times more, each signed anew; of processing not", async () => {
    const dialects = [makeDialect({ callbackRetrySeconds: 60 })]
    const simulator = await start({ ...steady, dialects })
    const { url, heard } = await customer(500, 500, 302, 404, 500, 500)
    await created(simulator, { callback_url: url })
    await pass(simulator, 55)
    expect(attempts(simulator)).toEqual(["processing 1 refused 500", "success 1 refused 500"])
    await pass(simulator, 59)
    expect(heard).toHaveLength(2)
    await pass(simulator, 1)
    expect(heard).toHaveLength(3)
    await pass(simulator, 60)
    await pass(simulator, 60)
    await pass(simulator, 3600)
    expect(attempts(simulator)).toEqual([
      "processing 1 refused 500",
      "success 1 refused 500",
      "success 2 refused 302",
      "success 3 refused 404",
      "success 4 refused 500",
    ])
    expect(new Set(heard.map(({ headers }) => headers["x-request-nonce"])).size).toBe(5)
    expect(heard.every((one) => isSignedWith(accounts[0].secret, one))).toBe(true)
  })

  it("stop being tried once they arrive, also where nobody listened at first", async () => {
    const simulator = await start({ ...steady, faults: ["callback:reset-before:2:skip=1"] })
    const { url, heard } = await customer()
    await created(simulator, { callback_url: url })
    await pass(simulator, 55)
    await pass(simulator, 30)
    await pass(simulator, 30)
    await pass(simulator, 3600)
    expect(attempts(simulator)).toEqual([
      "processing 1 delivered 200",
      "success 1 failed ResetBefore",
      "success 2 failed ResetBefore",
      "success 3 delivered 200",
    ])
    expect(heard).toHaveLength(2)
  })

  it("fail where nobody listens", async () => {
    const simulator = await start(steady)
    await created(simulator, { callback_url: "http://127.0.0.1:1/" })
    await pass(simulator, 15)
    expect(attempts(simulator)).toEqual(["processing 1 failed"])
  })

  it("never leave this machine", async () => {
    const simulator = await start(steady)
    const address = "https://hooks.example.com/vidu?token=secret"
    await created(simulator, { callback_url: address })
    await pass(simulator, 60)
    await pass(simulator, 60)
    expect(attempts(simulator)).toEqual(["processing 1 not sent", "success 1 not sent"])
    expect(JSON.stringify(simulator.ledger())).not.toContain("token=secret")
  })
})

describe("faults of callbacks", () => {
  const told = async (fault: string, prompt = "a cat") => {
    const simulator = await start({ ...steady, faults: [`${fault}:skip=1`] })
    const { url, heard } = await customer()
    await created(simulator, { prompt, callback_url: url })
    await pass(simulator, 55)
    return { simulator, heard: heard.slice(1) as ReadonlyArray<Heard>, all: heard }
  }
  const { secret } = accounts[0]

  it("never-sent: nothing arrives, now or later", async () => {
    const { simulator, heard, all } = await told("callback:never-sent")
    await pass(simulator, 3600)
    expect([heard, all.length]).toEqual([[], 1])
    expect(attempts(simulator)?.[1]).toBe("success 1 not sent NeverSent")
  })

  it("twice: the same bytes, nonce and all", async () => {
    const { heard } = await told("callback:twice")
    expect(heard).toHaveLength(2)
    expect(heard[0]).toEqual(heard[1])
  })

  it("lost-answer: it arrives and is sent again, signed anew", async () => {
    const { simulator, all } = await told("callback:lost-answer")
    await pass(simulator, 30)
    expect(bodies(all).map(({ state }) => state)).toEqual(["processing", "success", "success"])
    expect(all[1]?.headers["x-request-nonce"]).not.toBe(all[2]?.headers["x-request-nonce"])
  })

  it("forged: another key signed it", async () => {
    const { heard } = await told("callback:forged")
    expect(heard.map((one) => isSignedWith(secret, one))).toEqual([false])
    expect(bodies(heard)[0]?.["state"]).toBe("success")
  })

  it("corrupt: one byte of the body differs, which the signature does not tell", async () => {
    const { heard } = await told("callback:corrupt", "[[AuditFailed]]")
    const sent = `{"state":"failed","err_code":"AuditFailed","creations":[]}`
    const [{ body }] = heard as readonly [Heard]
    expect(body).toHaveLength(sent.length)
    const changed = Buffer.from(body).filter((byte, place) => byte !== sent.charCodeAt(place))
    expect(changed).toHaveLength(1)
    expect(heard.map((one) => isSignedWith(secret, one))).toEqual([true])
  })

  it("state=: it tells what is not true", async () => {
    const { heard } = await told("callback:state=failed")
    expect(bodies(heard)[0]?.["state"]).toBe("failed")
    expect(heard.map((one) => isSignedWith(secret, one))).toEqual([true])
  })

  it("delay=: it leaves later on the simulator's clock", async () => {
    const { simulator, heard, all } = await told("callback:delay=10m")
    await pass(simulator, 599)
    expect([heard.length, all.length]).toEqual([0, 1])
    await pass(simulator, 1)
    expect(all).toHaveLength(2)
  })
})

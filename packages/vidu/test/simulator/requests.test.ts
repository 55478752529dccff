import { demoAccount } from "@zoetrope/simulator"
import { dialect, makeDialect } from "@zoetrope/vidu/simulator"
import { describe, expect, it } from "vitest"
import {
  accounts,
  call,
  create,
  created,
  creationOf,
  creations,
  outcome,
  pass,
  record,
  start,
} from "./support.ts"

describe("a key", () => {
  it("stands behind the word Token", async () => {
    const simulator = await start()
    const [{ secret }] = accounts
    const withHeader = async (authorization: string) =>
      outcome(await call(simulator, "GET credits", { headers: { authorization } }))
    expect(await withHeader(`Token ${secret}`)).toEqual([200, undefined])
    for (const wrong of [
      `Bearer ${secret}`,
      `token ${secret}`,
      `Token ${secret}x`,
      "Token vda_wrong",
      `Token ${accounts[0].id}`,
      "Token",
      secret,
      "",
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- a few requests on loopback
      expect([wrong, await withHeader(wrong)]).toEqual([wrong, [401, "Unauthorized"]])
    }
  })

  it("stands behind Bearer at a relay, and only there", async () => {
    const simulator = await start({ dialects: [makeDialect({ relay: true })] })
    const authorization = `Bearer ${accounts[0].secret}`
    const relayed = await call(simulator, "GET credits", { headers: { authorization } })
    expect(relayed.status).toBe(200)
    expect(outcome(await call(simulator, "GET credits"))).toEqual([401, "Unauthorized"])
  })

  it("may be forbidden, or have only some models", async () => {
    const simulator = await start({
      accounts: [
        { ...demoAccount, denied: true },
        { id: "some", secret: "some-secret", models: ["viduq1"] },
      ],
    })
    const forbidden = await create(simulator, {}, { key: demoAccount.secret })
    expect(outcome(forbidden)).toEqual([403, "Forbidden"])
    const other = await create(simulator, {}, { key: "some-secret" })
    expect(outcome(other)).toEqual([400, "ModelUnavailable"])
    const fields = { model: "viduq1", duration: 5 }
    expect((await create(simulator, fields, { key: "some-secret" })).status).toBe(200)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, refused: 2 })
  })
})

describe("an error", () => {
  it("has the documented body, and its trace id in a header too", async () => {
    const { status, headers, json } = await creations(await start(), "1")
    expect(status).toBe(404)
    const traceId = headers.get("x-md-trace-id")
    expect(traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(json).toEqual({
      code: 404,
      reason: "TaskNotFound",
      message: "task not found",
      metadata: { trace_id: traceId },
    })
  })
})

describe("the order of checks", () => {
  const wrongKey = { key: "vda_wrong" }

  it("reads the id before it looks at the key, and the task after it", async () => {
    const simulator = await start()
    const id = await created(simulator)
    for (const [text, why] of [
      ["abc", "invalid syntax"],
      ["9e3", "invalid syntax"],
      ["9223372036854775808", "value out of range"],
    ]) {
      for (const options of [{}, wrongKey]) {
        // oxlint-disable-next-line no-await-in-loop -- a few requests on loopback
        const answer = await creations(simulator, text, options)
        expect(outcome(answer)).toEqual([400, "CODEC"])
        expect(answer.json["message"]).toContain(`"${text}": ${why}`)
      }
    }
    expect(outcome(await creations(simulator, id, wrongKey))).toEqual([401, "Unauthorized"])
    expect(outcome(await creations(simulator, "0", wrongKey))).toEqual([401, "Unauthorized"])
    expect(outcome(await creations(simulator, "0"))).toEqual([404, "TaskNotFound"])
    expect((await creations(simulator, `+${id}`)).json["id"]).toBe(id)
  })

  it("reads the body before it looks at the key", async () => {
    const simulator = await start()
    for (const body of ["{", "[]", '"text"', "null", "", "[".repeat(1_000_000)]) {
      // oxlint-disable-next-line no-await-in-loop -- a few requests on loopback
      const answer = await call(simulator, "POST img2video", { body, ...wrongKey })
      expect(outcome(answer)).toEqual([400, "CODEC"])
    }
    const plain = { headers: { "content-type": "text/plain" }, body: {} }
    expect(outcome(await call(simulator, "POST img2video", plain))).toEqual([400, "CODEC"])
    const empty = await call(simulator, "POST img2video", { body: {}, ...wrongKey })
    expect(outcome(empty)).toEqual([401, "Unauthorized"])
    expect(outcome(await call(simulator, "POST img2video", { body: {} }))).toEqual([
      400,
      "FieldLacking",
    ])
  })
})

describe("a task", () => {
  it("is its organisation's, whichever of its keys asks", async () => {
    const simulator = await start()
    const id = await created(simulator)
    const [, colleague, stranger] = accounts
    expect((await creations(simulator, id, { key: colleague.secret })).status).toBe(200)
    expect(outcome(await creations(simulator, id, { key: stranger.secret }))).toEqual([
      404,
      "TaskNotFound",
    ])
    const cancel = await call(simulator, `POST tasks/${id}/cancel`, { key: stranger.secret })
    expect(outcome(cancel)).toEqual([404, "TaskNotFound"])
  })

  it("is forgotten only where the options say so", async () => {
    expect(dialect.retentionSeconds).toBe(Number.POSITIVE_INFINITY)
    const simulator = await start({ retentionSeconds: 60 })
    const id = await created(simulator)
    simulator.clock.advance(60)
    expect(outcome(await creations(simulator, id))).toEqual([404, "TaskNotFound"])
  })
})

describe("other paths", () => {
  it.each(["GET img2video", "POST text2video", "GET tasks/1", "PUT tasks/1/cancel"] as const)(
    "%s is not found",
    async (route) => {
      expect(outcome(await call(await start(), route))).toEqual([404, "NotFound"])
    },
  )
})

describe("limits of calls and tasks", () => {
  it("count for the organisation", async () => {
    const simulator = await start({ limits: { "viduq2-turbo": { callsPerSecond: 2 } } })
    const id = await created(simulator)
    expect((await creations(simulator, id, { key: accounts[1].secret })).status).toBe(200)
    expect(outcome(await create(simulator))).toEqual([429, "TooManyRequests"])
    expect(outcome(await creations(simulator, id))).toEqual([429, "TooManyRequests"])
    expect((await create(simulator, {}, { key: accounts[2].secret })).status).toBe(200)
    simulator.clock.advance(1)
    expect((await creations(simulator, id)).status).toBe(200)
  })

  it("refuse tasks where the options set a number", async () => {
    const simulator = await start({ limits: { "*": { inFlight: 1 } } })
    await created(simulator)
    const second = await create(simulator, {}, { key: accounts[1].secret })
    expect(outcome(second)).toEqual([429, "QuotaExceeded"])
    expect((await create(simulator, {}, { key: accounts[2].secret })).status).toBe(200)
  })

  it("refuse when the simulator holds no more", async () => {
    const simulator = await start({ maxTasks: 1 })
    await created(simulator)
    expect(outcome(await create(simulator))).toEqual([429, "SystemThrottling"])
  })
})

describe("settings", () => {
  it.each([
    [{ concurrency: 0 }, "concurrency"],
    [{ credits: -1 }, "credits"],
    [{ offPeakSeconds: Number.NaN }, "offPeakSeconds"],
    [{ callbackRetrySeconds: -1 }, "callbackRetrySeconds"],
  ])("%j are refused by name", (settings, field) => {
    expect(() => makeDialect(settings)).toThrow(expect.objectContaining({ field }))
  })
})

describe("faults in the service's own words", () => {
  it("answers codes, states and statuses as its documents have them", async () => {
    const simulator = await start({
      faults: [
        "submit:code=QuotaExceeded",
        "submit:code=CreditInsufficient",
        "submit:429:retry-after=7",
        "submit:no-task-id",
        "poll:state=preparing:model=viduq2-turbo",
        "poll:code=InternalServiceFailure",
        "cancel:code=Conflict",
        "list:500",
        "credits:503:body=html",
      ],
    })
    expect(outcome(await create(simulator))).toEqual([429, "QuotaExceeded"])
    const broke = await create(simulator)
    expect(outcome(broke)).toEqual([400, "CreditInsufficient"])
    expect(broke.json["message"]).toBe("insufficient credits")
    const throttled = await create(simulator)
    expect(outcome(throttled)).toEqual([429, "TooManyRequests"])
    expect(throttled.headers.get("retry-after")).toBe("7")
    expect(Object.keys((await create(simulator)).json)).not.toContain("task_id")
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, refused: 3, answersLost: 1 })

    const id = simulator.ledger().tasks[0]?.id
    const unknown = await creations(simulator, id)
    expect(unknown.json).toMatchObject({ id, state: "preparing", err_code: "", creations: [] })
    expect(outcome(await creations(simulator, id))).toEqual([500, "InternalServiceFailure"])
    expect((await creations(simulator, id)).json["state"]).toBe("created")
    expect(outcome(await call(simulator, `POST tasks/${id}/cancel`))).toEqual([409, "Conflict"])
    expect(outcome(await call(simulator, "GET tasks"))).toEqual([500, "InternalServiceFailure"])
    const credits = await call(simulator, "GET credits")
    expect([credits.status, record(credits.json)]).toEqual([503, {}])
  })
})

describe("secrets", () => {
  it("are in no line of the log and nowhere in the ledger", async () => {
    const lines: Array<unknown> = []
    const simulator = await start({ log: (entry) => lines.push(entry) })
    const hidden = "hidden-0123"
    const id = await created(simulator, {
      payload: hidden,
      callback_url: `http://127.0.0.1:1/hook?token=${hidden}`,
      images: [`https://example.com/cat.png?X-Amz-Signature=${hidden}`],
      prompt: hidden,
    })
    await pass(simulator, 600)
    const { url } = creationOf(await creations(simulator, id))
    await (await fetch(String(url))).arrayBuffer()
    await call(simulator, `GET tasks?pager.page_token=${hidden}`)
    await call(simulator, "GET credits", { key: hidden })
    expect(lines).toHaveLength(5)
    const told = JSON.stringify([lines, simulator.ledger(), simulator.faults.list()])
    expect(told).toContain(id)
    const signature = new URL(String(url)).searchParams.get("X-Amz-Signature")
    for (const secret of [hidden, accounts[0].secret, String(signature)]) {
      expect(told).not.toContain(secret)
    }
  })
})

import { makeDialect } from "@zoetrope/vidu/simulator"
import { describe, expect, it } from "vitest"
import {
  call,
  create,
  created,
  creations,
  outcome,
  pass,
  record,
  sample,
  start,
  stateOf,
  steady,
} from "./support.ts"

const cancel = (simulator: Parameters<typeof call>[0], id: unknown, body?: object) =>
  call(
    simulator,
    `POST tasks/${String(id)}/cancel`,
    body === undefined ? {} : { body: { ...body } },
  )

const remains = async (simulator: Parameters<typeof call>[0]) => {
  const { json } = await call(simulator, "GET credits")
  return Array.isArray(json["remains"]) ? record(json["remains"][0]) : {}
}

describe("a task", () => {
  it("goes from created over queueing and processing to success", async () => {
    const simulator = await start(steady)
    const id = await created(simulator, { payload: "mine", bgm: true })
    const early = await creations(simulator, id)
    expect(early.json).toEqual({
      id,
      state: "created",
      err_code: "",
      credits: 8,
      payload: "mine",
      bgm: true,
      off_peak: false,
      creations: [],
    })
    const states: Array<unknown> = []
    for (const seconds of [1, 8.9, 0.1, 4.9, 0.1, 39.9, 0.1]) {
      // oxlint-disable-next-line no-await-in-loop -- one moment after another
      await pass(simulator, seconds)
      // oxlint-disable-next-line no-await-in-loop -- one moment after another
      states.push(await stateOf(simulator, id))
    }
    expect(states).toEqual([
      "queueing",
      "queueing",
      "queueing",
      "queueing",
      "processing",
      "processing",
      "success",
    ])
    const { json } = await creations(simulator, id)
    expect(json).toMatchObject({ id, err_code: "", credits: 8, payload: "mine" })
    expect(simulator.ledger().tasks).toMatchObject([{ state: "succeeded", credits: 8, polls: 9 }])
  })

  it("that fails says why, costs nothing and is refunded", async () => {
    const simulator = await start(steady)
    const id = await created(simulator, { prompt: "a cat [[CreationPolicyViolation]]" })
    expect((await remains(simulator))["credit_remain"]).toBe(999_992)
    await pass(simulator, 55)
    expect((await creations(simulator, id)).json).toMatchObject({
      state: "failed",
      err_code: "CreationPolicyViolation",
      credits: 0,
      creations: [],
    })
    expect((await remains(simulator))["credit_remain"]).toBe(1_000_000)
    expect(simulator.ledger().totals).toMatchObject({ credits: 0, billedSeconds: 0, failed: 1 })
  })
})

describe("an organisation", () => {
  it("has so many tasks worked on at once, the others in the order of their creation", async () => {
    const simulator = await start({ ...steady, dialects: [makeDialect({ concurrency: 2 })] })
    const ids: Array<string> = []
    for (const prompt of ["a", "b", "c", "d", "e"]) {
      // oxlint-disable-next-line no-await-in-loop -- the order is the point
      ids.push(await created(simulator, { prompt }))
    }
    const states = async () => Promise.all(ids.map((id) => stateOf(simulator, id)))
    await pass(simulator, 20)
    const [p, q, s] = ["processing", "queueing", "success"]
    expect(await states()).toEqual([p, p, q, q, q])
    expect(await remains(simulator)).toMatchObject({
      concurrency_limit: 2,
      current_concurrency: 2,
      queue_count: 3,
    })
    // The first two end after 55 s, the next are scheduled for 5 s.
    await pass(simulator, 36)
    expect(await states()).toEqual([s, s, q, q, q])
    await pass(simulator, 5)
    expect(await states()).toEqual([s, s, p, p, q])
    // All at once: what happens in an hour happens in its order.
    await pass(simulator, 3600)
    expect(await states()).toEqual([s, s, s, s, s])
  })

  it("does not wait for another one", async () => {
    const simulator = await start({ ...steady, dialects: [makeDialect({ concurrency: 1 })] })
    const mine = await created(simulator)
    const key = "vda_test_key_0000000003"
    const theirs = String((await create(simulator, {}, { key })).json["task_id"])
    await pass(simulator, 20)
    expect(await stateOf(simulator, mine)).toBe("processing")
    expect((await creations(simulator, theirs, { key })).json["state"]).toBe("processing")
  })

  it("has the place of a task that is over or taken back", async () => {
    const simulator = await start({ ...steady, dialects: [makeDialect({ concurrency: 1 })] })
    const first = await created(simulator, { prompt: "[[AuditFailed]]" })
    const second = await created(simulator)
    const third = await created(simulator)
    await pass(simulator, 20)
    expect((await cancel(simulator, second)).status).toBe(200)
    await pass(simulator, 41)
    expect(await stateOf(simulator, first)).toBe("failed")
    expect(await stateOf(simulator, third)).toBe("processing")
  })
})

describe("a cancel", () => {
  it.each([undefined, {}, "its id"] as const)(
    "with the body %j ends a task that waits",
    async (body) => {
      const simulator = await start(steady)
      const id = await created(simulator)
      const answer = await cancel(simulator, id, body === "its id" ? { id } : body)
      expect([answer.status, answer.json]).toEqual([200, {}])
      expect((await creations(simulator, id)).json).toMatchObject({
        state: "failed",
        err_code: "UserCancelled",
        credits: 0,
        creations: [],
      })
      expect((await remains(simulator))["credit_remain"]).toBe(1_000_000)
      expect(simulator.ledger().tasks).toMatchObject([{ state: "failed", code: "UserCancelled" }])
    },
  )

  it.each([
    [12, "scheduled"],
    [20, "processing"],
    [60, "success"],
  ])("is refused after %d s: the task is %s", async (seconds, state) => {
    const simulator = await start(steady)
    const id = await created(simulator)
    await pass(simulator, seconds)
    const answer = await cancel(simulator, id)
    expect(outcome(answer)).toEqual([400, "BadRequest"])
    expect(answer.json["message"]).toBe(`task state is ${state}, can not cancel`)
    await pass(simulator, 60)
    expect(await stateOf(simulator, id)).toBe("success")
  })

  it("is refused the second time", async () => {
    const simulator = await start(steady)
    const id = await created(simulator)
    await cancel(simulator, id)
    const again = await cancel(simulator, id)
    expect(again.json["message"]).toBe("task state is failed, can not cancel")
  })

  it("names a task that is there, and only one", async () => {
    const simulator = await start(steady)
    const id = await created(simulator)
    expect(outcome(await cancel(simulator, "1"))).toEqual([404, "TaskNotFound"])
    expect(outcome(await cancel(simulator, "x"))).toEqual([400, "CODEC"])
    expect(outcome(await cancel(simulator, id, { id: "1" }))).toEqual([400, "FieldInvalid"])
    expect(await stateOf(simulator, id)).toBe("created")
  })
})

describe("off-peak", () => {
  it("waits longer for half of the price, beside the others", async () => {
    const dialects = [makeDialect({ offPeakSeconds: 7200, concurrency: 1 })]
    const simulator = await start({ ...steady, dialects })
    const id = await created(simulator, { off_peak: true })
    const other = await created(simulator)
    await pass(simulator, 60)
    expect(await stateOf(simulator, other)).toBe("success")
    const { json } = await creations(simulator, id)
    expect(json).toMatchObject({ state: "queueing", credits: 4, off_peak: true })
    await pass(simulator, 7200)
    expect(await stateOf(simulator, id)).toBe("success")
  })

  it("takes no place from the others", async () => {
    const dialects = [makeDialect({ offPeakSeconds: 10, concurrency: 1 })]
    const simulator = await start({ ...steady, dialects })
    const ids = [await created(simulator, { off_peak: true }), await created(simulator)]
    await pass(simulator, 20)
    expect(await Promise.all(ids.map((id) => stateOf(simulator, id)))).toEqual([
      "processing",
      "processing",
    ])
  })

  it("can be cancelled", async () => {
    const simulator = await start(steady)
    const id = await created(simulator, { off_peak: true })
    await pass(simulator, 600)
    expect((await cancel(simulator, id)).status).toBe(200)
  })

  it("is cancelled after 48 hours and refunded", async () => {
    const dialects = [makeDialect({ offPeakSeconds: 49 * 3600 })]
    const simulator = await start({ ...steady, dialects })
    const id = await created(simulator, { off_peak: true })
    await pass(simulator, 48 * 3600 - 1)
    expect(await stateOf(simulator, id)).toBe("queueing")
    await pass(simulator, 1)
    expect((await creations(simulator, id)).json).toMatchObject({
      state: "failed",
      err_code: "Canceled",
      credits: 0,
    })
    expect((await remains(simulator))["credit_remain"]).toBe(1_000_000)
    // What was over stays over.
    await pass(simulator, 3 * 3600)
    expect(await stateOf(simulator, id)).toBe("failed")
  })
})

describe("words that order how a task goes", () => {
  it.each([
    ["TaskPromptPolicyViolation", 400],
    ["AuditSubmitIllegal", 400],
    ["OperationInProcess", 400],
    ["SystemThrottling", 429],
    ["CreationPolicyViolation refuse", 400],
    ["SomethingNew refuse", 400],
  ])("[[%s]] refuses the create with HTTP %d", async (words, status) => {
    const simulator = await start()
    const answer = await create(simulator, { prompt: `a cat [[${words}]]` })
    expect(outcome(answer)).toEqual([status, words.split(" ")[0]])
    expect(simulator.ledger().totals).toMatchObject({ accepted: 0, refused: 1 })
  })

  it.each([
    "CreationPolicyViolation",
    "ImageCheckFaceFailed",
    "SomethingNew",
    "QuotaExceeded fail",
  ])("[[%s]] fails the task", async (words) => {
    const simulator = await start(steady)
    const id = await created(simulator, { prompt: `[[${words}]]` })
    await pass(simulator, 55)
    expect((await creations(simulator, id)).json).toMatchObject({
      state: "failed",
      err_code: words.split(" ")[0],
    })
  })

  it("create lets the create itself answer with a task that has failed", async () => {
    const simulator = await start(steady)
    const { status, json } = await create(simulator, {
      prompt: "[[CreationPolicyViolation create]]",
    })
    expect(status).toBe(200)
    expect(json).toMatchObject({ state: "failed", credits: 0 })
    const { json: polled } = await creations(simulator, json["task_id"])
    expect(polled).toMatchObject({ state: "failed", err_code: "CreationPolicyViolation" })
    expect((await remains(simulator))["credit_remain"]).toBe(1_000_000)
  })

  it("once fails the first task of a request only, whatever it carries for the caller", async () => {
    const simulator = await start(steady)
    const prompt = "a dog [[CreationPolicyViolation once]]"
    const ids = [
      await created(simulator, { prompt, payload: "1" }),
      await created(simulator, { prompt, payload: "2", callback_url: "https://example.com/2" }),
      await created(simulator, { prompt, seed: 7 }),
    ]
    await pass(simulator, 60)
    expect(await Promise.all(ids.map((id) => stateOf(simulator, id)))).toEqual([
      "failed",
      "success",
      "failed",
    ])
  })

  it("state= shows a state that no document names in place of success", async () => {
    const simulator = await start(steady)
    const id = await created(simulator, { prompt: "[[state=preparation]]" })
    await pass(simulator, 60)
    expect((await creations(simulator, id)).json).toMatchObject({
      state: "preparation",
      creations: [],
    })
  })

  it("are read in the address of the picture too", async () => {
    const simulator = await start()
    const bytes = Buffer.from(await (await fetch(sample(simulator))).arrayBuffer())
    const url = simulator.inputs.add("cat [[AuditSubmitIllegal]].jpg", bytes, "image/jpeg")
    expect(outcome(await create(simulator, { images: [url] }))).toEqual([400, "AuditSubmitIllegal"])
  })
})

describe("a picture at an address", () => {
  it.each<readonly [name: string, bytes: Buffer | undefined, code: string]>([
    ["none.png", undefined, "ImageDownloadFailure"],
    ["text.png", Buffer.from("no picture"), "ImageFormatInvalid"],
    ["dot.gif", Buffer.from("R0lGODlhAQABAAAAACw=", "base64"), "ImageFormatInvalid"],
  ])("%s is looked at when the work begins", async (name, bytes, code) => {
    const simulator = await start(steady)
    if (bytes !== undefined) simulator.inputs.add(name, bytes, "image/png")
    const id = await created(simulator, { images: [`${simulator.url}/inputs/${name}`] })
    await pass(simulator, 55)
    expect((await creations(simulator, id)).json).toMatchObject({ state: "failed", err_code: code })
  })

  it("of another host is not fetched, and the ledger says so without its query", async () => {
    const simulator = await start(steady)
    await created(simulator, { images: ["https://example.com/cat.png?Signature=secret"] })
    expect(simulator.ledger().tasks[0]?.notes).toEqual([
      "picture at example.com/cat.png was not fetched",
    ])
  })
})

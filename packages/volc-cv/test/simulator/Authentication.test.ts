import { createHash } from "node:crypto"
import { demoAccount } from "@zoetrope/simulator"
import { describe, expect, it } from "vitest"
import {
  call,
  type CallOptions,
  data,
  gatewayError,
  outcome,
  start,
  submit,
  submits,
} from "./support.ts"

const action = "CVSync2AsyncSubmitTask"
const body = { req_key: "jimeng_ti2v_v30_pro", prompt: "a cat" }

describe("a request that passes", () => {
  it.each<readonly [name: string, options: CallOptions]>([
    ["the documented set of headers", {}],
    ["what the Node SDK signs", { sign: { signedHeaders: ["x-content-sha256", "x-date"] } }],
    ["X-Date alone", { sign: { signedHeaders: ["x-date"] } }],
    [
      "another header beside",
      {
        request: { headers: { "Content-Type": "application/json", "X-Trace": "a  b" } },
        sign: { signedHeaders: ["content-type", "host", "x-content-sha256", "x-date", "x-trace"] },
      },
    ],
    ["the Host signed without its port", { request: { host: "127.0.0.1" } }],
    [
      "a wire query in another spelling",
      {
        request: { query: { Action: action, Version: "2022-08-31", note: "a b*c" } },
        tamper: (sent) => {
          sent.path = `/?note=a+b*c&Version=2022%2D08%2D31&Action=${action}`
        },
      },
    ],
    ["a charset", { request: { headers: { "Content-Type": "application/json; charset=utf-8" } } }],
  ])("signed with %s", async (_name, options) => {
    const simulator = await start()
    const { port } = new URL(simulator.url)
    const answer = await call(simulator, action, body, {
      ...options,
      tamper: (sent) => {
        options.tamper?.(sent)
        // As every HTTP client sends it, whatever was signed.
        sent.headers["Host"] = `127.0.0.1:${port}`
      },
    })
    expect(outcome(answer)).toEqual([200, 10000])
  })

  it("carries the token of a temporary key", async () => {
    const account = { ...demoAccount, sessionToken: "token of the hour" }
    const simulator = await start({ accounts: [account] })
    const answer = await call(simulator, action, body, {
      sign: { sessionToken: account.sessionToken },
    })
    expect(outcome(answer)).toEqual([200, 10000])
  })
})

describe("secrets", () => {
  it("are in no answer, no log and no ledger", async () => {
    const account = { ...demoAccount, sessionToken: "token-of-the-hour" }
    const written: Array<unknown> = []
    const simulator = await start({ accounts: [account], log: (entry) => written.push(entry) })
    const signatures: Array<string> = []
    const tamper: CallOptions["tamper"] = ({ headers }) => {
      signatures.push(/Signature=(\w+)/.exec(headers["Authorization"] ?? "")![1]!)
    }
    const { sessionToken } = account
    const answers = [
      await call(simulator, action, body, { sign: { sessionToken }, tamper }),
      await call(simulator, action, body, { sign: { sessionToken: "another-token" }, tamper }),
      await call(simulator, action, body, { sign: { sessionToken, region: "us" }, tamper }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 401])
    expect(written).toHaveLength(3)
    const seen = JSON.stringify([answers, written, simulator.ledger()])
    for (const secret of [account.secret, sessionToken, "another-token", ...signatures]) {
      expect(secret.length).toBeGreaterThan(8)
      expect(seen).not.toContain(secret)
    }
  })
})

const minutes = (count: number) => new Date(Date.now() + count * 60_000)

describe("a request that the gateway refuses", () => {
  it.each<readonly [name: string, status: number, code: string, codeN: unknown, CallOptions]>([
    [
      "no Authorization",
      401,
      "MissingAuthenticationToken",
      100003,
      { tamper: ({ headers }) => delete headers["Authorization"] },
    ],
    [
      "another scheme",
      400,
      "InvalidAuthorization",
      undefined,
      {
        tamper: ({ headers }) => {
          headers["Authorization"] = "Bearer abc"
        },
      },
    ],
    [
      "a credential without a scope",
      400,
      "InvalidCredential",
      undefined,
      {
        tamper: ({ headers }) => {
          headers["Authorization"] =
            `HMAC-SHA256 Credential=${demoAccount.id}, SignedHeaders=x-date`
        },
      },
    ],
    [
      "no signature",
      401,
      "MissingSignature",
      100005,
      {
        tamper: ({ headers }) => {
          headers["Authorization"] = headers["Authorization"]!.replace(/, Signature=.*/, "")
        },
      },
    ],
    ["an unknown key", 401, "InvalidAccessKey", 100009, { sign: { accessKeyId: "AKLTnobody" } }],
    [
      "a wrong secret",
      401,
      "SignatureDoesNotMatch",
      100010,
      { sign: { secretAccessKey: "wrong" } },
    ],
    ["another region", 401, "SignatureDoesNotMatch", 100010, { sign: { region: "cn-beijing" } }],
    ["another service", 401, "SignatureDoesNotMatch", 100010, { sign: { service: "iam" } }],
    [
      "another body than was signed",
      401,
      "SignatureDoesNotMatch",
      100010,
      {
        tamper: (sent) => {
          sent.body = sent.body.replace("cat", "dog")
          sent.headers["X-Content-Sha256"] = createHash("sha256").update(sent.body).digest("hex")
        },
      },
    ],
    [
      "another body than its hash",
      401,
      "SignatureDoesNotMatch",
      100010,
      {
        tamper: (sent) => {
          sent.body = sent.body.replace("cat", "dog")
        },
      },
    ],
    [
      "another query than was signed",
      401,
      "SignatureDoesNotMatch",
      100010,
      {
        tamper: (sent) => {
          sent.path += "&more=1"
        },
      },
    ],
    [
      "no date",
      400,
      "MissingRequestInfo",
      100004,
      { tamper: ({ headers }) => delete headers["X-Date"] },
    ],
    [
      "a date that is none",
      400,
      "InvalidTimestamp",
      100006,
      {
        tamper: ({ headers }) => {
          headers["X-Date"] = "yesterday"
        },
      },
    ],
    ["a date of 16 minutes ago", 400, "InvalidTimestamp", 100006, { sign: { date: minutes(-16) } }],
    ["a date in 16 minutes", 400, "InvalidTimestamp", 100006, { sign: { date: minutes(16) } }],
    [
      "a token that its key does not have",
      401,
      "InvalidSecretToken",
      100026,
      { sign: { sessionToken: "other" } },
    ],
  ])("%s", async (_name, status, code, codeN, options) => {
    const simulator = await start()
    const answer = await call(simulator, action, body, options)
    expect(answer.status).toBe(status)
    expect(gatewayError(answer)).toMatchObject({ Code: code, ...(codeN ? { CodeN: codeN } : {}) })
    expect(gatewayError(answer)["CodeN"]).toBe(codeN)
    expect(answer.json["code"]).toBeUndefined()
    const { totals, refused } = simulator.ledger()
    expect(totals).toMatchObject({ accepted: 0, refused: 1 })
    expect(refused).toMatchObject([{ status, code }])
  })

  it("a date within the window is taken", async () => {
    const simulator = await start()
    const answer = await call(simulator, action, body, { sign: { date: minutes(-14) } })
    expect(outcome(answer)).toEqual([200, 10000])
  })

  it("judges the date by its own clock and shows that clock", async () => {
    const simulator = await start({ skewSeconds: -7200 })
    const answer = await call(simulator, action, body)
    expect(gatewayError(answer)).toMatchObject({ Code: "InvalidTimestamp" })
    const behind = Date.now() - Date.parse(String(answer.headers["date"]))
    expect(Math.round(behind / 60_000)).toBe(120)
  })

  it("repeats action, version and the region that was signed for", async () => {
    const simulator = await start()
    const answer = await call(simulator, action, body, { sign: { region: "cn-beijing" } })
    expect(answer.json["ResponseMetadata"]).toMatchObject({
      RequestId: expect.stringMatching(/^\d{14}[0-9A-F]{20}$/),
      Action: action,
      Version: "2022-08-31",
      Service: "cv",
      Region: "cn-beijing",
    })
  })

  it("an account whose policy forbids the service, or without the model", async () => {
    const denied = { ...demoAccount, denied: true }
    const answer = await call(await start({ accounts: [denied] }), action, body)
    expect(answer.status).toBe(403)
    expect(gatewayError(answer)).toMatchObject({ CodeN: 100013, Code: "AccessDenied" })
    const poor = { ...demoAccount, models: ["realman_change_lips"] }
    const simulator = await start({ accounts: [poor] })
    expect(outcome(await call(simulator, action, body))).toEqual([401, 50400])
    expect(outcome(await submit(simulator, "realman_change_lips"))).toEqual([200, 10000])
  })

  it("keeps accounts apart", async () => {
    const other = { id: "AKLTother", secret: "other secret" }
    const simulator = await start({ accounts: [demoAccount, other] })
    const { task_id: id } = data(await submit(simulator, "jimeng_ti2v_v30_pro"))
    const answer = await call(
      simulator,
      submits(simulator).jimeng_ti2v_v30_pro.result,
      { req_key: "jimeng_ti2v_v30_pro", task_id: id },
      { sign: { accessKeyId: other.id, secretAccessKey: other.secret } },
    )
    expect(data(answer)).toEqual({ status: "not_found" })
  })
})

describe("the route", () => {
  it("knows its actions and its version", async () => {
    const simulator = await start()
    const ask = (query: Record<string, string>) => call(simulator, "", body, { request: { query } })
    const missing = await ask({ Version: "2022-08-31" })
    expect([missing.status, gatewayError(missing)["CodeN"]]).toEqual([400, 100002])
    expect(gatewayError(missing)["Message"]).toBe("The request is missing Action parameter.")
    for (const query of [
      { Action: action, Version: "2024-06-06" },
      { Action: "CVCancelTask", Version: "2022-08-31" },
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- two requests on loopback
      const unknown = await ask(query)
      expect([unknown.status, gatewayError(unknown)["CodeN"]]).toEqual([404, 100008])
    }
  })

  it("takes only POST with JSON", async () => {
    const simulator = await start()
    const get = await call(simulator, action, "", { request: { method: "GET" } })
    expect(outcome(get)).toEqual([400, 50402])
    const form = { "Content-Type": "application/x-www-form-urlencoded" }
    const typed = await call(simulator, action, body, { request: { headers: form } })
    expect(outcome(typed)).toEqual([400, 50200])
    for (const text of ["", "{", "[]", "null", `"text"`]) {
      // oxlint-disable-next-line no-await-in-loop -- a few requests on loopback
      expect(outcome(await call(simulator, action, text))).toEqual([400, 50204])
    }
  })
})

import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import * as R from "../src/Reason.ts"
import { TaskError, withRef } from "../src/TaskError.ts"
import { TaskState } from "../src/TaskState.ts"
import { failure, refOf, succeeded } from "./support/fakeProvider.ts"

const documented = {
  retryable: "yes",
  meaning: "m",
  advice: "Do this",
  retryAfterMillis: 5,
} as const
const reasons: ReadonlyArray<R.Reason> = [
  new R.InvalidInput({ issues: [{ path: "/prompt", message: "is required", allowed: "text" }] }),
  new R.NothingSent({ detail: "ENOTFOUND" }),
  new R.OutcomeUnknown({
    account: "a",
    model: "m",
    at: "1970-01-01T00:00:00.000Z",
    inputDigest: "d",
    detail: "reset",
    look: "Look there.",
  }),
  new R.Unavailable({ detail: "HTTP 503", retryAfterMillis: 7 }),
  new R.RateLimited(documented),
  new R.ConcurrencyLimited(documented),
  new R.ProviderFault(documented),
  new R.Unauthorized(documented),
  new R.Forbidden(documented),
  new R.InvalidRequest(documented),
  new R.Moderated({ ...documented, stage: "output" }),
  new R.GenerationFailed(documented),
  new R.UnknownCode({ detail: "99999" }),
  new R.Unproven({ state: "expired", detail: "expired" }),
  new R.Cancelled(),
  new R.CancelRefused({ detail: "scheduled" }),
  new R.ForeignHandle({ expected: "e", given: "g" }),
  new R.StillRunning({ waitedSeconds: 3, seen: ["Queued"], lastError: "HTTP 503" }),
  new R.Aborted(),
]

describe("errors as JSON", () => {
  const codec = Schema.toCodecJson(TaskError)

  it.each(reasons)("$_tag comes back with its words and its verdict", (reason) => {
    const error = withRef(failure("poll", reason, { requestId: "2025", code: "50500" }), refOf("1"))
    const json = JSON.parse(JSON.stringify(Schema.encodeSync(codec)(error)))
    const back = Schema.decodeUnknownSync(codec)(json)
    expect(back).toBeInstanceOf(TaskError)
    expect(back.message).toBe(error.message)
    expect(back.verdict).toBe(error.verdict)
    expect(back.ref).toEqual(refOf("1"))
    expect(Schema.encodeSync(codec)(back)).toEqual(json)
  })

  it("lists every reason there is", () => {
    expect(reasons.map((reason) => reason._tag)).toEqual(
      R.Reason.members.map((member) => member.fields._tag.schema.literal),
    )
  })

  it("keeps states with their errors inside", () => {
    const states = Schema.toCodecJson(TaskState)
    const failed: TaskState = { _tag: "Failed", error: failure("task", new R.Cancelled()) }
    for (const state of [failed, succeeded]) {
      const json = JSON.parse(JSON.stringify(Schema.encodeSync(states)(state)))
      expect(Schema.decodeUnknownSync(states)(json)).toEqual(state)
    }
  })
})

describe("what an error says", () => {
  it("names what happened, the provider's words and id, the advice and the cost", () => {
    const error = new TaskError({
      provider: "fake",
      account: "default",
      operation: "submit",
      reason: new R.RateLimited({
        retryable: "yes",
        meaning: "QPS limit reached",
        advice: "Slow down",
      }),
      code: "50429",
      providerMessage: "Request Has Reached API Limit",
      requestId: "2025",
    })
    expect(error.message).toBe(
      "too many calls per second for this account and model: QPS limit reached " +
        '(code 50429, "Request Has Reached API Limit", request id 2025). ' +
        "Slow down. No task was made and nothing was paid.",
    )
  })

  it("says of a failed poll that the task is untouched", () => {
    const error = withRef(failure("poll", new R.Unavailable({ detail: "HTTP 503" })), refOf("77"))
    expect(error.message).toContain("The task 77 is untouched by this")
  })

  it("says everything that is known of an undecided submit", () => {
    const reason = reasons.find((one) => one._tag === "OutcomeUnknown")
    if (reason === undefined) throw new Error("no such reason")
    const { message } = failure("submit", reason)
    for (const part of [
      "undecided",
      "account a",
      "1970-01-01",
      "may be billed",
      "Look there.",
      "d.",
    ]) {
      expect(message).toContain(part)
    }
    expect(message).not.toContain("nothing was paid")
  })
})

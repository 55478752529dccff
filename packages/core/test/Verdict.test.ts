import { describe, expect, it } from "vitest"
import * as R from "../src/Reason.ts"
import { type Verdict, verdictOf } from "../src/Verdict.ts"

const yes = { retryable: "yes" } as const
const no = { retryable: "no" } as const
const silent = { retryable: "undocumented" } as const

/** Every kind of reason, and what is done about it at a submit, at a poll, and as the task's end. */
const rows: ReadonlyArray<[string, R.Reason, submit: Verdict, poll: Verdict, task: Verdict]> = [
  ["an input refused here", new R.InvalidInput({ issues: [] }), "stop", "stop", "stop"],
  ["nothing sent", new R.NothingSent({ detail: "" }), "repeat", "wait", "stop"],
  [
    "an unknown outcome",
    new R.OutcomeUnknown({ account: "", model: "", at: "", inputDigest: "", detail: "", look: "" }),
    "ask",
    "ask",
    "ask",
  ],
  ["no usable answer", new R.Unavailable({ detail: "" }), "ask", "wait", "stop"],
  ["QPS, retryable", new R.RateLimited(yes), "repeat", "wait", "remake"],
  ["QPS, undocumented", new R.RateLimited(silent), "stop", "wait", "stop"],
  ["concurrency, retryable", new R.ConcurrencyLimited(yes), "repeat", "wait", "remake"],
  ["concurrency, not retryable", new R.ConcurrencyLimited(no), "stop", "wait", "stop"],
  ["an internal error, retryable", new R.ProviderFault(yes), "repeat", "wait", "remake"],
  ["an internal error, undocumented", new R.ProviderFault(silent), "stop", "wait", "stop"],
  ["refused credentials", new R.Unauthorized(no), "stop", "wait", "stop"],
  ["refused credentials, whatever a table says", new R.Unauthorized(yes), "stop", "wait", "stop"],
  ["no entitlement", new R.Forbidden(no), "stop", "wait", "stop"],
  ["a refused request", new R.InvalidRequest(no), "stop", "stop", "stop"],
  ["review of the input", new R.Moderated({ ...no, stage: "input" }), "stop", "stop", "stop"],
  [
    "review of the result, retryable",
    new R.Moderated({ ...yes, stage: "output" }),
    "repeat",
    "stop",
    "remake",
  ],
  [
    "review of the result, not retryable",
    new R.Moderated({ ...no, stage: "output" }),
    "stop",
    "stop",
    "stop",
  ],
  ["a failed generation", new R.GenerationFailed(no), "stop", "stop", "stop"],
  ["a failed generation, retryable", new R.GenerationFailed(yes), "repeat", "stop", "remake"],
  ["an unknown code", new R.UnknownCode({ detail: "" }), "stop", "stop", "stop"],
  ["expired", new R.Unproven({ state: "expired", detail: "" }), "ask", "ask", "ask"],
  ["not found", new R.Unproven({ state: "not_found", detail: "" }), "ask", "ask", "ask"],
  ["done without a link", new R.Unproven({ state: "no_link", detail: "" }), "ask", "ask", "ask"],
  ["cancelled", new R.Cancelled(), "stop", "stop", "stop"],
  ["a refused cancel", new R.CancelRefused({ detail: "" }), "stop", "stop", "stop"],
  ["a foreign handle", new R.ForeignHandle({ expected: "", given: "" }), "stop", "stop", "stop"],
  ["our deadline", new R.StillRunning({ waitedSeconds: 1, seen: [] }), "wait", "wait", "wait"],
  ["an abort", new R.Aborted(), "stop", "wait", "wait"],
]

describe("what is done about a reason", () => {
  it.each(rows)("%s", (_, reason, submit, poll, task) => {
    expect({
      submit: verdictOf("submit", reason),
      poll: verdictOf("poll", reason),
      task: verdictOf("task", reason),
    }).toEqual({ submit, poll, task })
  })

  it("has a row for every kind of reason", () => {
    const kinds = new Set(rows.map(([, reason]) => reason._tag))
    expect([...kinds].toSorted()).toEqual(
      R.Reason.members.map((member) => member.fields._tag.schema.literal).toSorted(),
    )
  })

  it("repeats nothing by itself that decides nothing about a task", () => {
    for (const [, reason] of rows) {
      for (const operation of ["cancel", "find", "credits"] as const) {
        expect(verdictOf(operation, reason)).toBe("stop")
      }
    }
  })

  it("never makes again or repeats what was not documented as retryable or proven unsent", () => {
    for (const [, reason, submit, poll, task] of rows) {
      const documented = "retryable" in reason && reason.retryable === "yes"
      if (submit === "repeat") expect(documented || reason._tag === "NothingSent").toBe(true)
      if (task === "remake") expect(documented).toBe(true)
      expect(["repeat", "remake"]).not.toContain(poll)
    }
  })
})

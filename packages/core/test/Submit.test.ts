import { describe, expect, it } from "vitest"
import { type Proof, proofOf } from "../src/Submit.ts"

type Outcome = Parameters<typeof proofOf>[0]
const answer = (status: number, reading: Extract<Outcome, { _tag: "Answer" }>["reading"]) =>
  ({ _tag: "Answer", status, reading }) as const

const rows: ReadonlyArray<[string, Outcome, Proof]> = [
  [
    "DNS, connect or TLS failed",
    { _tag: "Broken", nothingSent: true, detail: "ENOTFOUND" },
    "nothing-sent",
  ],
  [
    "reset after the first byte",
    { _tag: "Broken", nothingSent: false, detail: "ECONNRESET" },
    "undecided",
  ],
  ["no answer in time", { _tag: "Broken", nothingSent: false, detail: "timeout" }, "undecided"],
  ["a task id", answer(200, "task-id"), "accepted"],
  ["a task id beside an HTTP error", answer(500, "task-id"), "accepted"],
  ["the service's own code, HTTP 200", answer(200, "own-error"), "refused"],
  ["the service's own code, HTTP 400", answer(400, "own-error"), "refused"],
  ["the service's own code, HTTP 500", answer(500, "own-error"), "refused"],
  ["the service's own code, HTTP 404", answer(404, "own-error"), "refused"],
  ["gateway 400", answer(400, "gateway-error"), "refused"],
  ["gateway 401", answer(401, "gateway-error"), "refused"],
  ["gateway 403", answer(403, "gateway-error"), "refused"],
  ["gateway 404", answer(404, "gateway-error"), "refused"],
  ["FlowLimitExceeded", answer(429, "gateway-limit"), "refused"],
  ["FlowLimitExceeded, whatever its status", answer(503, "gateway-limit"), "refused"],
  ["gateway 500", answer(500, "gateway-error"), "undecided"],
  ["gateway 502", answer(502, "gateway-error"), "undecided"],
  ["gateway 503", answer(503, "gateway-error"), "undecided"],
  ["gateway 504", answer(504, "gateway-error"), "undecided"],
  ["a gateway error with HTTP 200", answer(200, "gateway-error"), "undecided"],
  ["a 2xx that does not parse", answer(200, "unreadable"), "undecided"],
  ["a 204", answer(204, "unreadable"), "undecided"],
  ["a redirect", answer(307, "unreadable"), "undecided"],
  ["HTML with 403", answer(403, "unreadable"), "undecided"],
  ["HTML with 502", answer(502, "unreadable"), "undecided"],
]

describe("what the outcome of a submit proves", () => {
  it.each(rows)("%s", (_, outcome, proof) => {
    expect(proofOf(outcome)).toBe(proof)
  })
})

import * as Reason from "@zoetrope/core/Reason"
import { TaskError, withRef } from "@zoetrope/core/TaskError"
import { ArtifactError, LinkDead } from "@zoetrope/node/ArtifactError"
import { expect, it } from "vitest"
import { BadInput } from "../src/BadInput.ts"
import { exitCodeOf } from "../src/ExitCode.ts"
import { failureData, failureOf, unexpected } from "../src/Failure.ts"
import { ref } from "./samples.ts"

const documented = { retryable: "no" } as const
const undecided = new Reason.OutcomeUnknown({
  account: "default",
  model: ref.model,
  at: ref.submittedAt,
  inputDigest: "d1",
  detail: "the connection was reset",
  look: "Look in the console.",
})

/** Every way to end, as a person can meet it. */
const table: ReadonlyArray<readonly [Reason.Operation, Reason.Reason, number]> = [
  ["submit", new Reason.InvalidInput({ issues: [] }), 2],
  ["poll", new Reason.ForeignHandle({ expected: "a", given: "b" }), 2],
  ["submit", new Reason.NothingSent({ detail: "ENOTFOUND" }), 3],
  ["submit", new Reason.RateLimited(documented), 3],
  ["submit", new Reason.ConcurrencyLimited(documented), 3],
  ["submit", new Reason.Unauthorized(documented), 3],
  ["submit", new Reason.Forbidden(documented), 3],
  ["submit", new Reason.InvalidRequest(documented), 3],
  ["submit", new Reason.Moderated({ ...documented, stage: "input" }), 3],
  ["submit", new Reason.ProviderFault(documented), 3],
  ["submit", new Reason.UnknownCode({ detail: "12345" }), 3],
  ["poll", new Reason.StillRunning({ waitedSeconds: 1, seen: [] }), 4],
  ["poll", new Reason.Unavailable({ detail: "HTTP 503" }), 4],
  ["submit", undecided, 5],
  ["submit", new Reason.Unavailable({ detail: "HTTP 502" }), 5],
  ["task", new Reason.Unproven({ state: "expired", detail: "expired" }), 5],
  ["task", new Reason.Moderated({ ...documented, stage: "output" }), 6],
  ["task", new Reason.GenerationFailed({ retryable: "yes" }), 6],
  ["task", new Reason.UnknownCode({ detail: "12345" }), 6],
  ["task", new Reason.Cancelled(), 6],
  ["submit", new Reason.Aborted(), 130],
  ["poll", new Reason.Aborted(), 130],
  ["poll", new Reason.UnknownCode({ detail: "12345" }), 1],
  ["poll", new Reason.InvalidRequest(documented), 1],
  ["cancel", new Reason.CancelRefused({ detail: "it is being made" }), 4],
  ["cancel", new Reason.Unavailable({ detail: "HTTP 503" }), 4],
  ["cancel", new Reason.NothingSent({ detail: "ENOTFOUND" }), 4],
  ["cancel", new Reason.Unauthorized(documented), 4],
  ["cancel", new Reason.ForeignHandle({ expected: "a", given: "b" }), 2],
  ["credits", new Reason.Unauthorized(documented), 3],
  ["credits", new Reason.Unavailable({ detail: "HTTP 503" }), 3],
]

const errorOf = (operation: Reason.Operation, reason: Reason.Reason) =>
  new TaskError({ provider: "p", account: "default", operation, reason })

it.each(table)("%s %s ends with its exit code", (operation, reason, code) => {
  expect(exitCodeOf(errorOf(operation, reason))).toBe(code)
})

it("a task that failed and could not be made again has ended without a video", () => {
  const refused = new Reason.Forbidden(documented)
  expect(exitCodeOf(withRef(errorOf("submit", refused), ref))).toBe(6)
})

it("a file that could not be kept is 1, what was given wrong is 2", () => {
  const dead = new LinkDead({ link: "https://h/f", status: 403 })
  expect(exitCodeOf(new ArtifactError({ path: "/f.mp4", reason: dead }))).toBe(1)
  expect(exitCodeOf(new BadInput({ say: () => "no" }))).toBe(2)
})

it("every failure of a task that exists gives the command that goes on with it", () => {
  for (const [operation, reason] of table) {
    if (operation !== "poll" && operation !== "cancel") continue
    const { handle, next } = failureData(failureOf(errorOf(operation, reason), ref))
    expect(handle).toMatch(/^zt1\./)
    expect(next.join("\n")).toContain(`${handle}\``)
  }
})

it("an undecided submit offers nothing that would pay twice", () => {
  const { next } = failureData(failureOf(errorOf("submit", undecided)))
  expect(next).toEqual(["run the command again only when you know that there is no such task"])
})

it("even a mistake of this program loses no handle", () => {
  const mistake = new TypeError("x is not a function")
  const { exitCode, handle, next } = failureData(unexpected(mistake, ref))
  expect(exitCode).toBe(1)
  expect(next).toEqual([expect.stringContaining(`zoetrope wait ${handle}`)])
})

import { OutcomeUnknown, Unavailable } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import type { Timing } from "@zoetrope/core/Model"
import stringWidth from "string-width"
import { expect, it } from "vitest"
import { after, change, type Event, known, lines, start } from "../src/Progress.ts"
import { ref } from "./samples.ts"

const began = Date.parse(ref.submittedAt)
const timing: Timing = {
  usual: 120,
  longest: 600,
  poll: { floor: 2, ceiling: 5 },
  retention: 3600,
  link: 3600,
}
const failure = new TaskError({
  provider: "p",
  account: "default",
  operation: "poll",
  reason: new Unavailable({ detail: "服务暂时不可用，请稍后再试 (HTTP 503)" }),
})
const polled = (state: Extract<Event, { _tag: "Polled" }>["state"], polls: number): Event => ({
  _tag: "Polled",
  ref,
  state,
  polls,
  elapsedSeconds: 0,
  warnings: [],
  inMillis: 5000,
})
const story: ReadonlyArray<readonly [Event, string | undefined]> = [
  [{ _tag: "Submitting", attempt: 1 }, "submitting"],
  [{ _tag: "Submitted", ref, warnings: [] }, undefined],
  [polled({ _tag: "Queued" }, 1), "queued"],
  [polled({ _tag: "Queued" }, 2), undefined],
  [polled({ _tag: "Running", progress: 12.4 }, 3), "generating 12 %"],
  [polled({ _tag: "Running", progress: 30 }, 4), undefined],
  [
    { _tag: "PollFailed", ref, error: failure, polls: 5, elapsedSeconds: 0, inMillis: 4000 },
    "the poll brought no answer, the task goes on, again in 4 s: ",
  ],
  [polled({ _tag: "Succeeded", outputs: [{ kind: "video", url: "https://h/f" }] }, 6), undefined],
  [{ _tag: "Downloading", bytes: 10, total: 40 }, "downloading"],
  [{ _tag: "Downloading", bytes: 20, total: 40 }, undefined],
]

it("says each change once", () => {
  let progress = start(began)
  for (const [event, said] of story) {
    const next = after(progress, event, began)
    const text = change(progress, next, event)
    if (said === undefined) expect(text).toBeUndefined()
    else expect(text).toContain(said)
    progress = next
  }
})

const lost = (key?: string): Event => ({
  _tag: "Undecided",
  error: new TaskError({
    provider: "p",
    account: "default",
    operation: "submit",
    reason: new OutcomeUnknown({
      account: "default",
      model: ref.model,
      at: ref.submittedAt,
      inputDigest: "d1",
      detail: "the connection was reset",
      look: "Look in the console.",
      ...(key === undefined ? {} : { key }),
    }),
  }),
})

it("says that a lost answer's task is looked for, and that it was found", () => {
  const submitting = after(start(began), { _tag: "Submitting", attempt: 1 }, began)
  const event = lost("0f1e")
  const looking = after(submitting, event, began)
  expect(change(submitting, looking, event)).toMatch(/answer was lost; looking for the task/)
  expect(lines(looking, timing, began + 3000, 200)).toEqual([
    "answer lost, looking for its task · 0:03",
  ])
  expect(known(ref, looking).task).toContain(`found as task ${ref.taskId}`)
  expect(known(ref, submitting).task).toContain(`accepted as task ${ref.taskId}`)
})

it("counts from when a task was found, if the service's clock is ahead of ours", () => {
  const ahead = { ...ref, submittedAt: new Date(began + 600_000).toISOString() }
  const found = after(start(began), { _tag: "Submitted", ref: ahead, warnings: [] }, began + 1000)
  expect(lines(found, timing, began + 31_000, 200)).toEqual(["accepted · 0:30 · about 2 min left"])
})

it("promises no search for a task that carries no mark", () => {
  const submitting = after(start(began), { _tag: "Submitting", attempt: 1 }, began)
  const undecided = after(submitting, lost(), began)
  expect(change(submitting, undecided, lost())).toBeUndefined()
  expect(lines(undecided, timing, began, 200).join()).not.toContain("looking")
})

it.each([20, 44, 80])("fits %i columns, wide characters too, whatever happens", (columns) => {
  let progress = start(began)
  for (const [event] of story) {
    progress = after(progress, event, began + 60_000)
    for (const line of lines(progress, timing, began + 60_000, columns)) {
      expect(stringWidth(line)).toBeLessThanOrEqual(columns)
    }
  }
})

it("shows state, elapsed time, expected rest, polls, and the last error while it lasts", () => {
  const failed = story.slice(0, 7).reduce((one, [event]) => after(one, event, began), start(began))
  const [first, second] = lines(failed, timing, began + 30_500, 200)
  expect(first).toBe("generating 30 % · 0:30 · 5 polls · about 90 s left")
  expect(second).toMatch(/^again in 0 s: .*HTTP 503/)
  const better = after(failed, polled({ _tag: "Running" }, 6), began)
  expect(lines(better, timing, began + 130_000, 200)).toEqual([
    "generating · 2:10 · 6 polls · longer than usual",
  ])
})

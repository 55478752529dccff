import { Unavailable } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import type { Timing } from "@zoetrope/core/Model"
import type { Generation, Task } from "@zoetrope/engine/Generation"
import stringWidth from "string-width"
import { describe, expect, it } from "vitest"
import * as Board from "../src/terminal/Board.ts"
import { table } from "../src/telling/Listing.ts"
import type { Style } from "../src/terminal/Output.ts"
import * as Standing from "../src/telling/Standing.ts"
import { en } from "../src/words/Words.ts"
import { ref } from "./samples.ts"

const began = Date.parse(ref.submittedAt)
const timing: Timing = {
  usual: 120,
  longest: 600,
  poll: { floor: 2, ceiling: 5 },
  retention: 3600,
  link: 3600,
}
const plain: Standing.Context = { timing, isLookedFor: false }
const failure = new TaskError({
  provider: "p",
  account: "default",
  operation: "poll",
  reason: new Unavailable({ detail: "服务暂时不可用，请稍后再试 (HTTP 503)" }),
})
const task: Task = { number: 1, token: "t", state: "submitting", attempt: 1, sentAt: began }

let version = 0
const generation = (more: Partial<Generation> = {}): Generation => ({
  id: "k3x9abcd1234",
  stamp: "s",
  version: ++version,
  state: "queued",
  provider: "p",
  account: "default",
  accountKey: "0123456789ab",
  model: ref.model,
  digest: "d",
  owner: "",
  cohort: "c",
  createdAt: began,
  updatedAt: began,
  remakes: 1,
  cancel: "no",
  ...more,
})
const running = generation({ state: "running", task: { ...task, state: "running", ref } })

/** How one came to its video, and what is worth saying of each step. */
const story: ReadonlyArray<readonly [Generation, string | undefined]> = [
  [generation(), "in line"],
  [generation({ state: "submitting", task }), "submitting"],
  [
    generation({ task: { ...task, state: "refused" }, error: failure, dueAt: began + 4000 }),
    "refused for now, again in 4 s: ",
  ],
  [generation({ state: "submitting", task: { ...task, attempt: 2 } }), "submitting (attempt 2)"],
  [{ ...running, version: 5 }, `accepted as task ${ref.taskId}`],
  [{ ...running, version: 6, error: failure }, "the poll brought no answer, the task goes on: "],
  [{ ...running, version: 7, error: failure, progress: 12 }, undefined],
  [{ ...running, version: 8, cancel: "asked" }, "to be cancelled"],
  [{ ...running, version: 9, state: "fetching" }, "asking for a fresh link"],
  [
    { ...running, version: 10, state: "fetching", hindrance: "the disk is full" },
    "the disk is full",
  ],
  [{ ...running, version: 11, state: "fetching", hindrance: "the disk is full" }, undefined],
  [{ ...running, version: 12, state: "done" }, undefined],
]

it("says each change once, and leaves the end to its own words", () => {
  let before: Generation | undefined
  for (const [now, said] of story) {
    const text = Standing.change(before, now, plain, began, en)?.text
    if (said === undefined) expect(text).toBeUndefined()
    else expect(text).toContain(said)
    before = now
  }
})

it("says that a lost answer's task is looked for, and that it was found", () => {
  const submitting = generation({ state: "submitting", task })
  const lost = generation({ state: "undecided", task: { ...task, state: "undecided" } })
  const looking = { ...plain, isLookedFor: true }
  expect(Standing.change(submitting, lost, looking, began, en)?.text).toContain(
    "looking for the task",
  )
  expect(Standing.facts(lost, looking, began, en)[0]).toBe("answer lost, looking for its task")
  expect(Standing.change(lost, running, plain, began, en)?.text).toBe(`found as task ${ref.taskId}`)
  // Where there is nothing to know a task by, nobody promises a search.
  expect(Standing.change(submitting, lost, plain, began, en)).toBeUndefined()
  expect(Standing.word(lost, en)).toBe("undecided")
})

it("tells time from when the task was accepted, and what is left by the usual duration", () => {
  expect(Standing.facts(running, plain, began + 30_500, en)).toEqual([
    "running",
    "0:30",
    "about 90 s left",
  ])
  expect(Standing.facts(running, plain, began + 130_000, en)[2]).toBe("longer than usual")
  expect(Standing.facts({ ...running, progress: 30 }, plain, began, en)[0]).toBe("running 30 %")
  // A service whose clock is ahead of ours.
  expect(Standing.elapsed(running, began - 5000)).toBe(0)
})

it("names what stands in the way, and when it is tried again", () => {
  expect(Standing.trouble({ ...running, error: failure, dueAt: began + 1500 }, began, en)).toMatch(
    /^again in 2 s: .*HTTP 503/,
  )
  expect(Standing.trouble({ ...running, hindrance: "the disk is full" }, began, en)).toBe(
    "the disk is full",
  )
  expect(Standing.trouble(running, began, en)).toBeUndefined()
})

const style = (columns: number): Style => ({ columns, words: en, paint: (_, text) => text })

describe("a board of many", () => {
  const rows = Array.from({ length: 40 }, (_, index): Board.Row => {
    const moving = index % 4 === 0 ? { ...running, error: failure } : generation()
    const id = `${index}`.padStart(12, "x")
    return { ...plain, label: `row ${index + 1} ${id}`, generation: { ...moving, id } }
  })

  it.each([
    [20, 5],
    [60, 12],
    [200, 50],
  ])("fits %i columns and %i lines, and counts all of them", (columns, height) => {
    const lines = Board.lines(rows, began, height, style(columns))
    expect(lines.length).toBeLessThanOrEqual(height)
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
    expect(lines.at(-1)).toBe(columns === 20 ? "10 running" : "10 running · 30 queued")
  })

  it("shows first what is nearest to its end", () => {
    const [first] = Board.lines(rows, began, 3, style(80))
    expect(first).toContain("row 1 ")
    expect(first).toContain("running")
  })
})

it.each([20, 60, 80, 200])("a table of them fits %i columns", (columns) => {
  const all = [
    running,
    generation({ state: "undecided", error: failure, model: "p/a-model-with-a-long-name" }),
    generation({ state: "done" }),
  ]
  const lines = table(all, began + 1e6, style(columns)).split("\n")
  const widest = Math.max(...lines.map((line) => stringWidth(line)))
  // An id is never cut: it is there to be copied.
  expect(widest).toBeLessThanOrEqual(Math.max(columns, running.id.length + 2 + "undecided".length))
  expect(lines.filter((line) => line.includes(running.id))).toHaveLength(3)
})

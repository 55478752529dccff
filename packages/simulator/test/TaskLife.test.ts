import { describe, expect, it } from "vitest"
import { makeAgenda } from "../src/Agenda.ts"
import type { FilmFile } from "../src/Films.ts"
import { makeLanes } from "../src/Lanes.ts"
import type { TaskOrder } from "../src/Task.ts"
import { liveTask, type Outcome, type TaskFiles } from "../src/TaskLife.ts"

const file: FilmFile = {
  mediaType: "video/mp4",
  sha256: "00",
  md5: "00",
  size: 1,
  seconds: 1,
  width: 16,
  height: 16,
}

/** A world whose clock stands at 0 s, and tasks in it: queued 10 s, scheduled 5, generating 20. */
const makeWorld = () => {
  let now = 0
  const clock = { now: () => now, speed: 0.000_001 }
  const agenda = makeAgenda(clock)
  const lanes = makeLanes()
  let accepted = 0
  return {
    pass: (seconds: number) => {
      now += seconds * 1000
      agenda.run()
    },
    accept: (
      order: Pick<TaskOrder, "failure" | "lane" | "deadline"> = {},
      files: Promise<TaskFiles> | undefined = Promise.resolve({ file, extras: {} }),
    ) => {
      const phases: Array<string> = []
      const life = liveTask(order, {
        agenda,
        clock,
        lanes,
        pace: { queuedSeconds: 10, scheduledSeconds: 5, generatingSeconds: 20 },
        order: accepted++,
        acceptedAt: now,
        files: order.failure === undefined ? files : undefined,
        onPhase: (phase) => phases.push(phase._tag),
      })
      return { ...life, phases }
    },
  }
}

const tagOf = (outcome: Outcome): string =>
  outcome._tag === "Queued" && outcome.scheduled ? "Scheduled" : outcome._tag

describe("a task", () => {
  it("is queued, scheduled, generating and done, and tells each phase once", async () => {
    const { pass, accept } = makeWorld()
    const task = accept()
    await Promise.resolve()
    const tags = [0, 9.9, 0.1, 4.9, 0.1, 10, 10].map((seconds) => {
      pass(seconds)
      return tagOf(task.outcome())
    })
    expect(tags).toEqual([
      "Queued",
      "Queued",
      "Scheduled",
      "Scheduled",
      "Generating",
      "Generating",
      "Succeeded",
    ])
    expect(task.outcome()).toEqual({ _tag: "Succeeded", at: 35_000, file, extras: {} })
    expect(task.phases).toEqual(["Generating", "Succeeded"])
  })

  it("takes its time where its files are there early", async () => {
    const { pass, accept } = makeWorld()
    const { promise, resolve } = Promise.withResolvers<TaskFiles>()
    const task = accept({}, promise)
    pass(20)
    resolve({ file, extras: {} })
    await new Promise(setImmediate)
    pass(10)
    expect(task.outcome()).toEqual({ _tag: "Generating", progress: 0.75 })
    pass(5)
    expect(task.outcome()).toMatchObject({ _tag: "Succeeded", at: 35_000 })
  })

  it("waits for its files, and ends when they are there", async () => {
    const { pass, accept } = makeWorld()
    const { promise, resolve } = Promise.withResolvers<TaskFiles>()
    const task = accept({}, promise)
    pass(100)
    expect(task.outcome()).toEqual({ _tag: "Generating", progress: 0.99 })
    resolve({ file, extras: {} })
    await new Promise(setImmediate)
    pass(0)
    expect(task.outcome()).toMatchObject({ _tag: "Succeeded", at: 100_000 })
  })

  it("fails where its files cannot be made, and where it must", async () => {
    const { pass, accept } = makeWorld()
    const broken = accept({}, Promise.reject(new Error("no film")))
    const moderated = accept({ failure: "Moderated" })
    await new Promise(setImmediate)
    pass(35)
    const at = 35_000
    expect(broken.outcome()).toEqual({ _tag: "Failed", at, code: undefined, problem: "no film" })
    expect(moderated.outcome()).toEqual({
      _tag: "Failed",
      at,
      code: "Moderated",
      problem: undefined,
    })
  })

  it("can be cancelled until its turn comes", async () => {
    const { pass, accept } = makeWorld()
    const [early, late] = [accept(), accept()]
    pass(9.9)
    expect(early.cancel("Cancelled")).toBe(true)
    expect(early.cancel("Cancelled")).toBe(false)
    pass(0.1)
    expect(late.cancel("Cancelled")).toBe(false)
    pass(60)
    await new Promise(setImmediate)
    expect(early.outcome()).toMatchObject({ _tag: "Failed", at: 9900, code: "Cancelled" })
    expect(early.phases).toEqual(["Failed"])
    expect(late.outcome()).toMatchObject({ _tag: "Succeeded" })
  })

  it("ends at its deadline, in whichever phase, and not after its end", async () => {
    const { pass, accept } = makeWorld()
    const deadline = (seconds: number) => ({ deadline: { seconds, code: "TooLate" } })
    const tasks = [5, 12, 20, 36].map((seconds) => accept(deadline(seconds)))
    await new Promise(setImmediate)
    pass(100)
    expect(tasks.map((task) => task.outcome())).toMatchObject([
      { _tag: "Failed", at: 5000, code: "TooLate" },
      { _tag: "Failed", at: 12_000, code: "TooLate" },
      { _tag: "Failed", at: 20_000, code: "TooLate" },
      { _tag: "Succeeded", at: 35_000 },
    ])
    expect(tasks.map(({ phases }) => phases.join(" "))).toEqual([
      "Failed",
      "Failed",
      "Generating Failed",
      "Generating Succeeded",
    ])
  })
})

describe("tasks of one lane", () => {
  it("follow each other as if the time had passed, however far the clock jumps", async () => {
    const { pass, accept } = makeWorld()
    const lane = { name: "studio", width: 2 }
    const tasks = [
      accept({ lane }),
      accept({ lane, failure: "Moderated" }),
      accept({ lane }),
      accept({ lane, deadline: { seconds: 45, code: "TooLate" } }),
      accept({ lane }),
    ]
    await new Promise(setImmediate)
    pass(3600)
    // Two at 10 to 35 s, the next from 35; the fourth is stopped at 45 and gives its place away.
    expect(tasks.map((task) => task.outcome())).toMatchObject([
      { _tag: "Succeeded", at: 35_000 },
      { _tag: "Failed", at: 35_000 },
      { _tag: "Succeeded", at: 60_000 },
      { _tag: "Failed", at: 45_000, code: "TooLate" },
      { _tag: "Succeeded", at: 70_000 },
    ])
  })
})

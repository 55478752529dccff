/** Each rule about what a run leaves behind, shown a run that breaks it. */
import type { Artifact, Event, Generation, Task } from "@zoetrope/engine/Generation"
import { describe, expect, it } from "vitest"
import type { Evidence, Recorded } from "../src/Evidence.ts"
import { verdict } from "../src/verdict.ts"

type Post = Evidence["posts"][number]
type LedgerTask = Evidence["ledger"][number]

const refOf = (taskId: string) => ({
  version: 1 as const,
  provider: "fake",
  account: "red",
  key: "aaaaaaaaaaaa",
  model: "fake/one",
  taskId,
  submittedAt: "1970-01-01T00:00:01.000Z",
  query: {},
})

const rowOf = (over: Partial<Task> = {}): Task => ({
  number: 1,
  token: "mark-1",
  state: "succeeded",
  attempt: 1,
  sentAt: 1_000,
  ref: refOf("t1"),
  ...over,
})

const { ref: _ref, ...unanswered } = rowOf({ state: "undecided" })

const event = (kind: Event["kind"], at: number, version = 1): Event => ({
  version,
  at,
  kind,
  message: "",
})

const video: Artifact = { kind: "video", sha256: "aa11", bytes: 4, path: "artifacts/aa/11" }

const recorded = (over: Partial<Generation> = {}, beside: Partial<Recorded> = {}): Recorded => {
  const generation: Generation = {
    id: "g1",
    stamp: "s9",
    version: 5,
    state: "done",
    provider: "fake",
    account: "red",
    accountKey: "aaaaaaaaaaaa",
    model: "fake/one",
    digest: "d",
    owner: "",
    cohort: "fake/one",
    createdAt: 900,
    updatedAt: 3_000,
    remakes: 1,
    cancel: "no",
    task: rowOf(),
    ...over,
  }
  const { task } = generation
  return {
    key: "chaos-0",
    generation,
    tasks: task === undefined ? [] : [task],
    events: [event("accepted", 900)],
    artifacts: generation.state === "done" ? [video] : [],
    files: [],
    ...beside,
  }
}

const posted = (over: Partial<Post> = {}): Post => ({
  key: "chaos-0",
  at: 1_005,
  mark: "mark-1",
  taskId: "t1",
  ...over,
})

const accepted = (over: Partial<LedgerTask> = {}): LedgerTask => ({
  id: "t1",
  state: "succeeded",
  answer: "delivered",
  sha256: "aa11",
  ...over,
})

/** A generation that went well. */
const well: Evidence = {
  asked: new Map([["chaos-0", "video"]]),
  recorded: [recorded()],
  total: 1,
  posts: [posted()],
  ledger: [accepted()],
  kills: [],
  files: new Map([["artifacts/aa/11", "aa11"]]),
  incoming: [],
  damage: [],
}

const killedAt = (at: number) => ({ from: at, to: at + 5 })

const judged = (over: Partial<Evidence>): string => verdict({ ...well, ...over }).broken.join("; ")

const undecided = (beside: Partial<Recorded> = {}): Recorded =>
  recorded(
    { state: "undecided", task: unanswered },
    { events: [event("accepted", 900), event("undecided", 2_000, 3)], ...beside },
  )

/** The provider takes no mark, so nothing can be found. */
const { mark: _mark, ...unmarked } = posted()

describe("what holds", () => {
  it("is a video for each that was asked for", () => {
    expect(verdict(well)).toEqual({ broken: [], accepted: 1, undecided: 0, lost: 0, twice: 0 })
  })

  it("is a submit whose answer a fault has lost, where nothing can be found", () => {
    const ledger = [accepted({ answer: "lost" })]
    expect(judged({ recorded: [undecided()], posts: [unmarked], ledger })).toBe("")
  })

  it("is a submit whose process was killed before it read the answer, or before it sent", () => {
    expect(judged({ recorded: [undecided()], posts: [unmarked], kills: [killedAt(1_500)] })).toBe(
      "",
    )
    expect(
      judged({ recorded: [undecided()], posts: [], ledger: [], kills: [killedAt(1_500)] }),
    ).toBe("")
  })

  it("is a second task after a failure that allows it", () => {
    const [first, second] = [
      rowOf({ state: "failed" }),
      rowOf({ number: 2, token: "mark-2", sentAt: 2_000, ref: refOf("t2") }),
    ]
    const one = recorded(
      { task: second },
      { tasks: [first, second], events: [event("remaking", 1_900)] },
    )
    const posts = [posted(), posted({ at: 2_001, mark: "mark-2", taskId: "t2" })]
    const ledger = [accepted({ state: "failed" }), accepted({ id: "t2" })]
    expect(judged({ recorded: [one], posts, ledger })).toBe("")
    expect(judged({ recorded: [{ ...one, events: [] }], posts, ledger })).toContain(
      "2 tasks after 0 remakes",
    )
    expect(
      judged({ recorded: [one], posts, ledger: [accepted(), accepted({ id: "t2" })] }),
    ).toContain("paid 2 times: tasks t1, t2")
  })

  it("is a failure that was to be", () => {
    const failed = recorded({ state: "failed", task: rowOf({ state: "failed" }) })
    const ledger = [accepted({ state: "failed" })]
    const asked: Evidence["asked"] = new Map([["chaos-0", "failure"]])
    expect(judged({ recorded: [failed], ledger, asked })).toBe("")
    expect(judged({ recorded: [failed], ledger })).toContain("nothing was to make it so")
  })
})

describe("what is lost", () => {
  it("is what was asked for and is not there", () => {
    expect(judged({ recorded: [], total: 0, posts: [], ledger: [] })).toContain(
      "chaos-0 was asked for and is not in the database; 1 generations were asked for, and there are 0",
    )
  })

  it("is a task that was accepted and whose row does not know it", () => {
    const refused = recorded({ state: "failed", task: { ...unanswered, state: "refused" } })
    const found = verdict({ ...well, recorded: [refused] })
    expect(found.lost).toBe(1)
    expect(found.broken.join()).toContain("task t1 was accepted (answer delivered)")
  })

  it("is a video that was paid, and given up", () => {
    const failed = recorded({ state: "failed", task: rowOf({ state: "failed" }) })
    const found = verdict({ ...well, recorded: [failed] })
    expect(found.lost).toBe(1)
    expect(found.broken.join()).toContain("its task t1 was paid: the video is lost")
  })

  it("is an undecided one that a second submit has replaced", () => {
    const second = rowOf({ number: 2, token: "mark-2", sentAt: 2_000, ref: refOf("t2") })
    const resent = recorded({ task: second }, { tasks: [unanswered, second] })
    const found = verdict({
      ...well,
      recorded: [resent],
      posts: [unmarked, { ...unmarked, at: 2_001, taskId: "t2" }],
      ledger: [accepted({ answer: "lost" }), accepted({ id: "t2" })],
    })
    expect([found.lost, found.twice]).toEqual([1, 2])
    expect(found.broken.join()).toContain("paid 2 times")
  })
})

describe("what is sent twice", () => {
  it("is a row with two submits", () => {
    const posts = [posted(), posted({ at: 1_500 })]
    expect(judged({ posts })).toContain("row 1 was sent 2 times")
  })

  it("is a submit that left before its row was marked, or under another's mark", () => {
    expect(judged({ posts: [posted({ at: 999 })] })).toContain("no row had been marked")
    expect(judged({ posts: [posted({ mark: "mark-7" })] })).toContain("no row had been marked")
    expect(judged({ posts: [posted(), posted({ key: "nobody" })] })).toContain("nobody")
  })
})

describe("what is undecided without need", () => {
  it("is what the provider would have told by its mark", () => {
    expect(judged({ recorded: [undecided()], kills: [killedAt(1_500)] })).toContain(
      "the provider could have told that it is task t1",
    )
  })

  it("is an answer that came while nobody was killed", () => {
    const posts = [unmarked]
    expect(judged({ recorded: [undecided()], posts })).toContain("nobody was killed")
    expect(
      judged({ recorded: [undecided()], posts, kills: [killedAt(990), killedAt(2_001)] }),
    ).toContain("nobody was killed")
  })

  it("is more than one process had on the wire", () => {
    const all = Array.from({ length: 7 }, (_, index) => {
      const key = `chaos-${index}`
      const task: Task = { ...unanswered, token: key }
      return { ...undecided(), key, generation: { ...undecided().generation, id: key, task } }
    })
    const evidence: Partial<Evidence> = {
      asked: new Map(all.map(({ key }) => [key, "video"])),
      recorded: all.map((one) => ({ ...one, tasks: [one.generation.task] })),
      total: 7,
      posts: [],
      ledger: [],
    }
    expect(verdict({ ...well, ...evidence, kills: [killedAt(1_500)] }).broken).toHaveLength(1)
    expect(judged({ ...evidence, kills: [killedAt(1_500), killedAt(1_600)] })).toBe("")
  })

  it("is one whose task is known", () => {
    expect(
      judged({
        recorded: [undecided({ generation: { ...undecided().generation, task: rowOf() } })],
      }),
    ).toContain("its task is t1")
  })
})

describe("what is not whole", () => {
  it("is a generation that has not ended", () => {
    expect(judged({ recorded: [recorded({ state: "running" })] })).toContain("is still running")
  })

  it("is a file that is missing, changed, or another's", () => {
    expect(judged({ files: new Map() })).toContain("artifacts/aa/11 is not on the disk")
    expect(judged({ files: new Map([["artifacts/aa/11", "bb"]]) })).toContain("other bytes")
    expect(judged({ ledger: [accepted({ sha256: "bb22" })] })).toContain("another video")
    expect(judged({ recorded: [recorded({}, { artifacts: [] })] })).toContain("without a file")
  })

  it("is a download that was left behind, and a damaged database", () => {
    expect(judged({ incoming: ["g1"] })).toContain("incoming/g1 is still there")
    expect(judged({ damage: ["row 7 missing from index"] })).toContain("row 7 missing")
  })
})

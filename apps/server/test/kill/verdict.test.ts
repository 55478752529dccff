/** Each rule about what a run leaves behind, shown a run that breaks it. */
import type { Event, Generation, Task } from "@zoetrope/engine/Generation"
import { expect, it } from "vitest"
import type { Chain } from "./Chain.ts"
import type { Recorded } from "./gather.ts"
import { type Evidence, verdict } from "./verdict.ts"

const row = (over: Partial<Task> = {}): Task => ({
  number: 1,
  token: "mark-1",
  state: "succeeded",
  attempt: 1,
  sentAt: 1_000,
  ref: {
    version: 1,
    provider: "fake",
    account: "default",
    key: "aaaaaaaaaaaa",
    model: "fake/one",
    taskId: "t1",
    submittedAt: "1970-01-01T00:00:01.000Z",
    query: {},
  },
  ...over,
})

const { ref: _ref, ...unanswered } = row({ state: "undecided" })

const event = (kind: Event["kind"], at: number): Event => ({ version: 1, at, kind, message: "" })

const recorded = (over: Partial<Generation> = {}, beside: Partial<Recorded> = {}): Recorded => {
  const generation: Generation = {
    id: "g1",
    stamp: "s9",
    version: 5,
    state: "done",
    provider: "fake",
    account: "default",
    accountKey: "aaaaaaaaaaaa",
    model: "fake/one",
    digest: "d",
    owner: "",
    cohort: "fake/one",
    createdAt: 900,
    updatedAt: 3_000,
    remakes: 1,
    cancel: "no",
    task: row(),
    ...over,
  }
  const { state, task } = generation
  return {
    words: "order-1",
    generation,
    tasks: task === undefined ? [] : [task],
    events: [event("accepted", 900)],
    artifacts: state === "done" ? [{ kind: "video", sha256: "aa", bytes: 4, path: "a/a" }] : [],
    ...beside,
  }
}

const chain = (over: Partial<Chain> = {}): Chain => ({
  contract: "videos",
  words: "order-1",
  end: "video",
  sends: [890],
  ids: ["g1"],
  status: "completed",
  sha256: "aa",
  ...over,
})

const { sha256: _sha256, ...unmade } = chain({ status: "in_progress" })

const kept: Evidence = {
  chains: [chain()],
  recorded: [recorded()],
  posts: [{ words: "order-1", at: 1_005, mark: "mark-1", taskId: "t1" }],
  ledger: [{ id: "t1", state: "succeeded", answer: "delivered", sha256: "aa" }],
  files: new Map([["a/a", "aa"]]),
  listed: ["g1"],
  kills: [{ from: 1_500, to: 1_510 }],
  undocumented: [],
}

const other = recorded({ id: "g2", task: unanswered, state: "undecided" }, { words: "order-2" })

/** Killed before the answer was read. */
const undecided: Evidence = {
  ...kept,
  chains: [unmade],
  recorded: [
    recorded({ state: "undecided", task: unanswered }, { events: [event("undecided", 2_000)] }),
  ],
  posts: [{ words: "order-1", at: 1_005, taskId: "t1" }],
}

const gaveUp = (words: string): Chain => ({
  contract: "videos",
  words,
  end: "video",
  sends: [890, 1_400, 2_400],
  ids: [],
  gaveUp: "unreached",
})

const byKey = (): Chain => chain({ contract: "api", status: "done" })

const failed = (end: Chain["end"]): Evidence => ({
  ...kept,
  chains: [{ ...unmade, end, status: "failed" }],
  recorded: [recorded({ state: "failed", task: row({ state: "failed" }) })],
  ledger: [{ id: "t1", state: "failed", answer: "delivered" }],
})

const paidTwice: Evidence = {
  ...kept,
  recorded: [recorded({}, { tasks: [row(), row({ number: 2, token: "mark-2" })] })],
  posts: [...kept.posts, { words: "order-1", at: 1_600, mark: "mark-2", taskId: "t2" }],
  ledger: [...kept.ledger, { id: "t2", state: "succeeded", answer: "lost" }],
}

it.each<[string, Evidence]>([
  ["all is done", kept],
  ["an answer died with the server", undecided],
  ["a client gave up before it was recorded", { ...kept, chains: [chain(), gaveUp("order-7")] }],
  ["a client gave up after it was recorded", { ...kept, chains: [gaveUp("order-1")] }],
  ["one key was sent twice", { ...kept, chains: [byKey(), byKey()] }],
  ["the provider was to fail it", failed("failure")],
])("says nothing where %s", (_, evidence) => {
  expect(verdict(evidence)).toEqual([])
})

it.each<[string, Evidence, string]>([
  [
    "a video that a client was told of is gone",
    { ...kept, recorded: [], ledger: [], posts: [], listed: [] },
    "order-1 of videos was told g1, which is not in the database",
  ],
  [
    "a client was told of another's video",
    { ...kept, chains: [chain(), chain({ words: "order-2" })] },
    "order-2 of videos was told g1, which is order-1",
  ],
  [
    "a key gave two videos",
    { ...kept, chains: [{ ...byKey(), ids: ["g1", "g2"] }] },
    "order-1 of api was told g1, and g2 for the same key",
  ],
  [
    "a create was refused",
    { ...kept, chains: [chain(), { ...gaveUp("order-1"), gaveUp: "409 no" }] },
    "order-1 of videos was told nothing: 409 no",
  ],
  [
    "who has a key gave up",
    { ...kept, chains: [{ ...gaveUp("order-1"), contract: "api" }] },
    "order-1 of api was told nothing: unreached",
  ],
  [
    "an undecided one is called failed",
    { ...undecided, chains: [{ ...unmade, status: "failed" }] },
    "order-1 of videos is undecided, and its client sees failed",
  ],
  [
    "a download has other bytes",
    { ...kept, chains: [chain({ sha256: "bb" })] },
    "order-1 of videos was downloaded with other bytes than are kept",
  ],
  [
    "a repeated create was recorded twice",
    { ...kept, recorded: [recorded(), { ...other, words: "order-1" }], listed: ["g1", "g2"] },
    "order-1 was asked for 1 times and is there 2 times",
  ],
  [
    "one key was recorded twice",
    {
      ...kept,
      chains: [byKey(), byKey()],
      recorded: [recorded(), { ...other, words: "order-1" }],
      listed: ["g1", "g2"],
    },
    "order-1 was asked for 2 times and is there 2 times",
  ],
  [
    "a video is there that nobody asked for",
    { ...kept, recorded: [recorded(), other], listed: ["g1", "g2"] },
    "order-2 was asked for 0 times and is there 1 times",
  ],
  [
    "two that were sure of theirs share one",
    { ...kept, chains: [chain(), chain()] },
    "g1 was given to 2 first creates",
  ],
  [
    "a client is not shown all",
    { ...kept, listed: [] },
    "1 are in the database, and a client is shown 0",
  ],
  [
    "a submit left without a mark",
    { ...kept, posts: [{ words: "order-1", at: 999, taskId: "t1" }] },
    "order-1 was submitted 1 times, and there was no row for each",
  ],
  [
    "a row was sent twice",
    { ...kept, posts: [...kept.posts, { words: "order-1", at: 1_600, mark: "mark-1" }] },
    "the row with the mark mark-1 was sent twice",
  ],
  ["it was paid twice", paidTwice, "order-1 is there 1 times and was paid 2 times"],
  ["it was made again without a reason", paidTwice, "order-1 has 2 tasks after 0 remakes"],
  [
    "a task is known to no row",
    { ...kept, ledger: [...kept.ledger, { id: "t9", state: "failed", answer: "lost" }] },
    "nobody's: task t9 was accepted, and no row knows it",
  ],
  ["a row has a task that nobody accepted", { ...kept, ledger: [] }, "task t1 was never accepted"],
  [
    "a task is followed twice",
    {
      ...kept,
      chains: [chain(), chain({ ids: ["g2"] })],
      recorded: [recorded(), recorded({ id: "g2" })],
      listed: ["g1", "g2"],
    },
    "task t1 is in two rows",
  ],
  [
    "a task is followed for another",
    { ...kept, posts: [{ words: "order-2", at: 1_005, taskId: "t1" }] },
    "task t1 of order-2 is followed for order-1",
  ],
  [
    "a video that was made is given up",
    { ...failed("failure"), ledger: kept.ledger },
    "order-1 is failed, and its task t1 made a video",
  ],
  [
    "it failed without a reason",
    failed("video"),
    "order-1 is failed, and nothing was to make it so",
  ],
  [
    "it has not ended",
    { ...kept, recorded: [recorded({ state: "running" })] },
    "order-1 is running, and nothing was to make it so",
  ],
  [
    "a file has other bytes",
    { ...kept, files: new Map([["a/a", "bb"]]) },
    "order-1 has a file that is not what was recorded",
  ],
  [
    "a file is gone",
    { ...kept, files: new Map() },
    "order-1 has a file that is not what was recorded",
  ],
  [
    "it is another's video",
    { ...kept, ledger: [{ id: "t1", state: "succeeded", answer: "delivered", sha256: "bb" }] },
    "order-1 is done with another video than was made for it",
  ],
  [
    "an undecided one knows its task",
    { ...kept, recorded: [recorded({ state: "undecided" })] },
    "order-1 is undecided, and its task is known",
  ],
  [
    "an undecided one could be found",
    { ...undecided, posts: kept.posts },
    "order-1 is undecided, and its provider can tell which task it is",
  ],
  [
    "an answer that came was not read",
    { ...undecided, kills: [{ from: 2_500, to: 2_510 }] },
    "order-1 is undecided, and its answer came while the server lived",
  ],
  [
    "an answer was not as documented",
    { ...kept, undocumented: ["GET /: 500 is not documented"] },
    "GET /: 500 is not documented",
  ],
])("sees that %s", (_, evidence, expected) => {
  expect(verdict(evidence)).toContain(expected)
})

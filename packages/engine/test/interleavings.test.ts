/** At most one submit for a row, no end ever left, nothing recorded that is not on the disk: in every order of things. */
import { describe, expect, it } from "vitest"
import { decide } from "../src/decide.ts"
import { State } from "../src/Generation.ts"
import { apply, type Budget, type Rules, walk } from "./support/interleavings.ts"

const none: Readonly<Record<Budget, number>> = {
  crash: 0,
  refusal: 0,
  again: 0,
  cancel: 0,
  repeat: 0,
  "dead-link": 0,
  orphan: 0,
}

/** What goes wrong besides lost answers and a provider that may say anything at any time. */
const rows: ReadonlyArray<readonly [string, Partial<typeof none>]> = [
  ["nothing more", {}],
  [
    "a crash at every point, and a row taken for an orphan, rightly or wrongly",
    { crash: 1, orphan: 1 },
  ],
  ["a crash and a refused submit", { crash: 1, refusal: 1 }],
  ["an orphan, and a person who settles it in every way", { orphan: 1, again: 1 }],
  ["a cancel and a commit whose answer is lost", { cancel: 1, repeat: 1 }],
  ["a crash and a dead link", { crash: 1, "dead-link": 1 }],
]

describe("every interleaving of two processes, a provider and a person", () => {
  it.each(rows)(
    "%s",
    (_, left) => {
      const { states, worlds } = walk({ ...none, ...left })
      expect(worlds).toBeGreaterThan(1000)
      expect([...states.keys()].toSorted()).toEqual(State.literals.toSorted())
      // The largest walk is ten seconds of work, more where others work on the same machine.
    },
    120_000,
  )
})

describe("the walk finds", () => {
  const mutants: ReadonlyArray<readonly [string, Partial<Rules>, Partial<typeof none>, RegExp]> = [
    [
      "a store that does not look at the stamp",
      {
        apply: (store, change) =>
          apply({ ...store, generation: { ...store.generation, stamp: change.from } }, change),
      },
      {},
      /only 1 were right|was left for/,
    ],
    [
      "an orphan that is sent again",
      {
        decide: (moment, generation, observation) => {
          const decision = decide(moment, generation, observation)
          return observation._tag !== "Orphaned" || decision._tag !== "Write"
            ? decision
            : {
                _tag: "Write",
                change: {
                  ...decision.change,
                  generation: { ...decision.change.generation, state: "queued", dueAt: 0 },
                },
              }
        },
      },
      { orphan: 1 },
      /2 submits, and only 1 were right/,
    ],
    [
      "an answer that is dropped when it came too late",
      {
        decide: (moment, generation, observation) =>
          observation._tag === "Answered" && generation.state !== "submitting"
            ? { _tag: "Keep", dueAt: undefined }
            : decide(moment, generation, observation),
      },
      { orphan: 1 },
      /was paid, read and forgotten/,
    ],
    [
      "a mark that is forgotten when its answer is lost and somebody cancels",
      {
        decide: (moment, generation, observation) =>
          observation._tag === "Withheld"
            ? { _tag: "Keep", dueAt: undefined }
            : decide(moment, generation, observation),
      },
      { cancel: 1, repeat: 1 },
      /submitting is stuck/,
    ],
    [
      "a file that is recorded before it is on the disk",
      {
        decide: (moment, generation, observation) => {
          const decision = decide(moment, generation, observation)
          return observation._tag !== "Polled" ||
            decision._tag !== "Write" ||
            generation.state === "fetching"
            ? decision
            : {
                _tag: "Write",
                change: {
                  ...decision.change,
                  artifacts: [{ kind: "video", sha256: "bb", bytes: 1, path: "b" }],
                },
              }
        },
      },
      {},
      /bb is not on the disk/,
    ],
  ]
  it.each(mutants)("%s", (_, rules, left, message) => {
    expect(() => walk({ ...none, ...left }, { decide, apply, ...rules })).toThrow(message)
  })
})

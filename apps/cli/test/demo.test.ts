import type { Ledger, LedgerTask } from "@zoetrope/simulator"
import stringWidth from "string-width"
import { describe, expect, it } from "vitest"
import { closing, type Line } from "../src/demo/closing.ts"
import { type Kept, prove } from "../src/demo/Proof.ts"

const task = (id: string, more: Partial<LedgerTask> = {}): LedgerTask => ({
  id,
  provider: "p",
  model: "kite",
  account: "AKLT",
  acceptedAt: "2026-01-01T00:00:00.000Z",
  inputDigest: `digest of ${id}`,
  state: "succeeded",
  seconds: 5,
  billedSeconds: 5,
  answer: "delivered",
  polls: 3,
  downloads: 1,
  file: { size: 10, md5: "m", sha256: `sha of ${id}` },
  notes: [],
  ...more,
})

const ledgerOf = (tasks: ReadonlyArray<LedgerTask>): Ledger => ({
  totals: {
    accepted: tasks.length,
    underWay: 0,
    succeeded: tasks.length,
    failed: 0,
    refused: 0,
    acceptedSeconds: 0,
    billedSeconds: tasks.reduce((sum, one) => sum + one.billedSeconds, 0),
    polls: 0,
    downloads: 0,
    answersLost: 0,
  },
  tasks,
  refused: [],
})

const failed = task("1", { state: "failed", billedSeconds: 0 })
const kept: Kept = { name: "kite", tasks: ["1", "2"], sha256: "sha of 2", seconds: 5 }
const holds = (ledger: Ledger, all: ReadonlyArray<Kept>) =>
  prove(ledger, all).map((claim) => claim.holds)

describe("the proof", () => {
  it("holds for a failed task that was made again", () => {
    expect(holds(ledgerOf([failed, task("2")]), [kept])).toEqual([true, true, true])
  })

  it("fails for a task that nobody recorded", () => {
    expect(holds(ledgerOf([failed, task("2"), task("3")]), [kept])[0]).toBe(false)
  })

  it("fails for a task that the provider does not know", () => {
    expect(holds(ledgerOf([task("2")]), [kept])[0]).toBe(false)
  })

  it("fails where one video was paid for twice, also where another was not paid", () => {
    expect(holds(ledgerOf([task("1"), task("2")]), [kept])[1]).toBe(false)
    const other: Kept = { name: "drum", tasks: ["3"] }
    const free = task("3", { state: "failed", billedSeconds: 0 })
    expect(holds(ledgerOf([task("1"), task("2"), free]), [kept, other])[1]).toBe(false)
  })

  it("does not call a video that failed paid for twice, only not whole", () => {
    const other: Kept = { name: "drum", tasks: ["3"] }
    const free = task("3", { state: "failed", billedSeconds: 0 })
    expect(holds(ledgerOf([failed, task("2"), free]), [kept, other])).toEqual([true, true, false])
  })

  it("fails for a file that is another, missing or not playable", () => {
    const ledger = ledgerOf([failed, task("2")])
    expect(holds(ledger, [{ ...kept, sha256: "sha of 1" }])[2]).toBe(false)
    expect(holds(ledger, [{ name: "kite", tasks: ["1", "2"] }])[2]).toBe(false)
    expect(holds(ledger, [{ ...kept, seconds: 0 }])[2]).toBe(false)
  })
})

describe("the closing table", () => {
  const line: Line = {
    model: "jimeng-motion-imitation",
    task: "14411597596416601128",
    polls: 12,
    made: 2,
    paid: 1,
    seconds: 10,
    bytes: 338_000,
    sha256: "0123456789abcdef",
    survived: "failed task (50511), made again, poll with HTTP 503 ×12, 视频审核未通过",
    path: "zoetrope-demo/jimeng-motion-imitation.mp4",
    failed: undefined,
  }
  const lost: Line = { ...line, seconds: undefined, bytes: undefined, path: undefined, failed: "x" }

  it.each([80, 44])("fits %i columns, and shows everything", (columns) => {
    const style = { columns, live: false, paint: (_: unknown, text: string) => text }
    const text = closing([line, lost], [{ holds: true, text: "nothing is lost" }], ["next"], style)
    for (const one of text.split("\n")) expect(stringWidth(one)).toBeLessThanOrEqual(columns)
    for (const part of [line.model, line.task, line.path!, "0123456789ab", "50511", "10.0 s"]) {
      expect(text).toContain(part)
    }
  })
})

import { type Ledger, type LedgerTask, mediaFacts } from "@zoetrope/simulator"
import stringWidth from "string-width"
import { describe, expect, it } from "vitest"
import { createHash } from "node:crypto"
import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { closing, type Line } from "../src/demo/closing.ts"
import { type Claim, type Kept, prove, sameAgain } from "../src/demo/Proof.ts"
import { emptyPlace, zoetrope } from "./support.ts"
import { en } from "../src/words/Words.ts"

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

describe("the second act", () => {
  const again = (sha256: string): ReadonlyArray<Kept> => [{ name: "kite", tasks: ["3"], sha256 }]

  it("wants the same videos, and that there was something to lose", () => {
    expect(sameAgain([kept], again("sha of 2"), 1).holds).toBe(true)
    expect(sameAgain([kept], again("sha of 3"), 1).holds).toBe(false)
    expect(sameAgain([kept], [{ name: "kite", tasks: ["3"] }], 1).holds).toBe(false)
    expect(sameAgain([kept], [], 1).holds).toBe(false)
    expect(sameAgain([kept], again("sha of 2"), 0).holds).toBe(false)
  })

  it("does not call two videos that are missing the same", () => {
    const missing: Kept = { name: "kite", tasks: [] }
    expect(sameAgain([missing], [missing], 1).holds).toBe(false)
  })
})

describe("zoetrope demo", () => {
  it(
    "survives faults and the death of its worker, and proves it",
    { timeout: 120_000 },
    async () => {
      const place = await emptyPlace()
      // Whoever runs it may have accounts: none of them is asked, and their keys sign nothing.
      const own = {
        VIDU_API_KEY: "vda_of_a_person",
        VOLC_ACCESS_KEY_ID: "AKLTofaperson",
        VOLC_SECRET_ACCESS_KEY: "secret-of-a-person",
        VOLC_SESSION_TOKEN: "token-of-a-person",
      }
      const environment = { ...place.environment, ...own }
      const ended = await zoetrope({ ...place, environment }, ["demo", "--json"], {
        secrets: Object.values(own),
      })
      expect(ended).toMatchObject({ code: 0 })
      const report = JSON.parse(ended.stdout) as {
        readonly directory: string
        readonly acts: readonly [ReadonlyArray<Line>, ReadonlyArray<Line>]
        readonly claims: ReadonlyArray<Claim>
        readonly ledger: Ledger["totals"]
      }
      expect(report.claims.map((claim) => claim.holds)).toEqual([true, true, true, true])
      expect(report.ledger).toMatchObject({ accepted: 13, answersLost: 2, succeeded: 12 })

      const [first, second] = report.acts
      expect(first.map(({ made, model, paid, survived }) => [model, survived, made, paid])).toEqual(
        [
          ["jimeng-video-3.0-pro", "a failed task, made again", 2, 1],
          ["jimeng-motion-imitation", "a poll without an answer, asked again", 1, 1],
          ["single-image-driving", "a poll without an answer, asked again", 1, 1],
          ["lip-sync-lite", "a refused submit, sent again", 1, 1],
          ["lip-sync-basic", "a cut download, resumed", 1, 1],
          ["img2video", "a lost answer to a submit, its task found by its mark", 1, 1],
        ],
      )

      expect(ended.stderr).toMatch(/kill -9 \d+, with 1 submit on the wire, \d tasks? running/)
      expect(second.map(({ model }) => model)).toEqual(first.map(({ model }) => model))
      expect(second.map(({ made, paid }) => [made, paid])).toEqual(second.map(() => [1, 1]))
      expect(second.map(({ atKill }) => atKill)).toContain("fetching")
      expect(second.at(-1)).toMatchObject({
        atKill: "submitting",
        survived: "a kill -9 with its submit on the wire; its task found by its mark",
      })

      const names = await readdir(report.directory)
      expect(names.toSorted()).toEqual(
        [...first.map(({ model }) => `${model}.mp4`), "data"].toSorted(),
      )
      const files = await Promise.all(
        [...first, ...second].map(async ({ bytes, path, sha256 }) => {
          const file = await readFile(join(place.directory, path!))
          expect(file.byteLength).toBe(bytes)
          expect(createHash("sha256").update(file).digest("hex")).toBe(sha256)
          return mediaFacts(file)
        }),
      )
      for (const facts of files) {
        expect(facts).toMatchObject({ codec: expect.stringMatching(/^avc/) })
        expect(facts!.seconds).toBeGreaterThan(2)
      }
    },
  )

  it("refuses a picture that is none before anything starts", async () => {
    const place = await emptyPlace()
    await writeFile(join(place.directory, "me.jpg"), "no picture")
    const ended = await zoetrope(place, ["demo", "--image", "me.jpg"])
    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(/^✗ --image: is no JPEG or PNG/)
    expect(ended.stderr).not.toContain("generate")
    expect(await readdir(place.directory)).toEqual(["me.jpg"])
  })
})

describe("the closing table", () => {
  const line: Line = {
    model: "jimeng-motion-imitation",
    id: "k3x9m2p7q4r8",
    task: "14411597596416601128",
    polls: 12,
    made: 2,
    paid: 1,
    seconds: 10,
    bytes: 338_000,
    sha256: "0123456789abcdef",
    atKill: undefined,
    survived: () => "failed task (50511), made again, poll with HTTP 503 ×12, 视频审核未通过",
    path: "zoetrope-demo/jimeng-motion-imitation.mp4",
    failed: undefined,
  }
  const lost: Line = {
    ...line,
    seconds: undefined,
    bytes: undefined,
    path: undefined,
    failed: () => "x",
  }

  it.each([80, 44])("fits %i columns, and shows everything", (columns) => {
    const style = { columns, words: en, paint: (_: unknown, text: string) => text }
    const acts = [
      { title: "First act", lines: [line, lost] },
      { title: "Second act", lines: [{ ...line, survived: () => "kill -9 while its task ran" }] },
    ]
    const text = closing(acts, [{ holds: true, text: () => "nothing is lost" }], ["next"], style)
    for (const one of text.split("\n")) expect(stringWidth(one)).toBeLessThanOrEqual(columns)
    for (const part of [line.model, line.task, "50511", "10.0 s", "Second act", "kill -9"]) {
      expect(text).toContain(part)
    }
  })
})

/**
 * Fills in what the template leaves open, for a vendor whose service happens to be as the template
 * guesses: proof that what is red is what is unfinished, and nothing else.
 */
import { globSync } from "node:fs"
import type { Clone } from "./clone.ts"

export const finish = (clone: Clone, directory: string): void => {
  for (const [path, blanks] of Object.entries(filled)) {
    let text = clone.read(`${directory}/${path}`)
    for (const [blank, fact] of blanks) {
      if (!text.includes(blank)) throw new Error(`${path} has no ${blank}`)
      text = text.replace(blank, () => fact)
    }
    clone.write(`${directory}/${path}`, text)
  }
  for (const path of globSync(`${directory}/{README.md,src/*,simulator/*,test/suite.test.ts}`, {
    cwd: clone.root,
  })) {
    clone.write(path, withoutMarks(clone.read(path)))
  }
}

/** Takes away the sentences that are marked, with nothing in their place; what else has a mark is filled in. */
const withoutMarks = (text: string): string =>
  text
    .replaceAll(/^ *\/\*\* UNFINISHED: .* \*\/\n/gm, "")
    .replaceAll(/^ *\/\/ UNFINISHED: .*\n/gm, "")
    .replaceAll(/^( \*\n)? \* UNFINISHED: .*\n( \* .*\n)*/gm, "")
    .replaceAll(/^\/\*\*\n \*\/\n/gm, "")
    .replaceAll("UNFINISHED", "read")

const row = (code: string, kind: string): string =>
  `{ code: "${code}", meaning: "as it says", retryable: "no", kind: "${kind}" },`

const filled: Readonly<Record<string, ReadonlyArray<readonly [blank: string, fact: string]>>> = {
  "src/Models.ts": [
    ['description: ""', 'description: "What the video shows."'],
    ['title: { en: "", zh: "" }', 'title: { en: "Model 1", zh: "Model 1" }'],
    ['summary: { en: "", zh: "" }', 'summary: { en: "A video.", zh: "A video." }'],
    ["examples: [],\n  //", 'examples: [{ prompt: "A kite" }],\n  //'],
    ["inFlight: 0, callsPerSecond: 0", "inFlight: 1, callsPerSecond: 1"],
    ["usual: 0", "usual: 60"],
    ["longest: 0", "longest: 600"],
    ["floor: 0, ceiling: 0", "floor: 2, ceiling: 5"],
    ["retention: 0", "retention: 86_400"],
    ["link: 0", "link: 3600"],
    [
      'title: "", url: "", updated: ""',
      'title: "Video", url: "https://example.com/docs", updated: "2026-11-02"',
    ],
  ],
  "src/Codes.ts": [
    [
      "published: ReadonlyArray<Row> = []",
      `published: ReadonlyArray<Row> = [
        ${row("read-invalid-request", "invalid-request")}
        ${row("read-wrong-key", "unauthorized")}
        ${row("read-not-found", "not-found")}
      ]`,
    ],
  ],
  "src/readPoll.ts": [["linkSeconds = 0", "linkSeconds = 3600"]],
  "test/suite.test.ts": [
    ["badInputs: []", 'badInputs: [{ model, input: { prompt: "" }, path: "/prompt" }]'],
    [
      "codes: []",
      `codes: [
        { at: "submit", code: "read-invalid-request", verdict: "stop" },
        { at: "poll", code: "read-not-found", state: "NotFound" },
      ]`,
    ],
    ["states: []", 'states: [{ wire: "queued", state: "Queued" }]'],
  ],
}

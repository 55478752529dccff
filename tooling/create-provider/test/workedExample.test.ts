/**
 * `examples/acme` is what the template becomes, and a mend of the one is a mend of the other: their parts
 * are the same but for those in which a vendor's facts stand.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { fill } from "../src/Name.ts"

const template = join(import.meta.dirname, "../template")
const example = join(import.meta.dirname, "../../../examples/acme")
const acme = { id: "acme", constant: "ACME", title: "Acme" }

/** By file: parts of the template in which the example says something of its own. Its marks stand nowhere else. */
const ofTheVendor: Readonly<Record<string, ReadonlyArray<string>>> = {
  "src/Client.ts": [
    "defaultBaseUrl",
    "RefusedReply",
    "make",
    "client",
    "keyHeader",
    "requestIdHeader",
    "requestOf",
    "readReply",
    "checkedKey",
  ],
  "src/Health.ts": ["madeUpTaskId"],
  "src/Provider.ts": ["imports", "submit"],
  "src/readPoll.ts": ["imports", "readPoll", "linkSeconds", "readResult", "running"],
  "src/readSubmit.ts": ["imports", "readingOf", "undecided"],
  "src/reasonOf.ts": [],
  "simulator/index.ts": [],
  "test/make.ts": [],
}

it.each(Object.entries(ofTheVendor))(
  "%s is the template's, but for what is the vendor's own: %j",
  (path, own) => {
    const parts = partsOf(fill(readFileSync(join(template, path), "utf8"), acme))
    const there = new Set(
      partsOf(readFileSync(join(example, path), "utf8")).map(({ text }) =>
        inWordsOfTheTemplate(text),
      ),
    )
    const others = parts.filter(({ text }) => !there.has(inWordsOfTheTemplate(text)))
    expect(others.map(({ name }) => name)).toEqual(own)
  },
)

interface Part {
  /** What it declares first. */
  readonly name: string
  readonly text: string
}

/** What stands between empty lines. */
const partsOf = (source: string): ReadonlyArray<Part> =>
  source.split(/\n\s*\n/).map((text) => ({
    name: /^ *(?:export )?(?:const|type|interface) (\w+)/m.exec(text)?.[1] ?? "imports",
    text,
  }))

/** Acme calls its tasks films; and shorter words make shorter lines. */
const inWordsOfTheTemplate = (text: string): string =>
  text
    .replaceAll("Film", "Task")
    .replaceAll("film", "task")
    .replaceAll(/,?\s+(?=[)}\]])/g, " ")
    .replaceAll(/\s+/g, " ")

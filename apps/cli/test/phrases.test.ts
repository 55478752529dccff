/** Chinese forms that are found by the English sentence: they are of use only while packages say it so. */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { phrases } from "../src/words/zh/phrases.ts"

const root = join(import.meta.dirname, "../../..")
const sources = globSync(["packages/*/src/**/*.ts", "apps/*/src/**/*.ts"], {
  cwd: root,
  exclude: ["**/words/zh/**"],
})
const said = sources
  .map((file) => readFileSync(join(root, file), "utf8"))
  .join("\n")
  // A sentence over two lines, and what is escaped in one.
  .replaceAll(/["`]\s*\+\s*["`]/g, "")
  .replaceAll(/\\(["`])/g, "$1")

const group = /\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)[?+]*/
const klass = /\\[a-zA-Z]\+?|\[[^\]]*\]\+?/

/** What stands in an expression letter by letter, of some length; a clause may have been joined to others. */
const literalsOf = ({ source }: RegExp): ReadonlyArray<string> =>
  source
    .replaceAll(/^\^|\$$/g, "")
    .split(group)
    .flatMap((part) => part.split(klass))
    .flatMap((part) => part.replaceAll(/\\(.)/g, "$1").split(";"))
    .map((part) => part.trim())
    .filter((part) => part.length >= 6)

describe("every sentence with a Chinese form", () => {
  it("is looked for by its words, without what varies", () => {
    expect(
      literalsOf(/^the link (\S+) is dead \(HTTP (\d+)\); (?:a |one )?fresh one: (.*)$/s),
    ).toEqual(["the link", "is dead (HTTP", "fresh one:"])
  })

  it.each(phrases.map(([english]) => [english]))("%s is still said", (english) => {
    expect(literalsOf(english).filter((words) => !said.includes(words))).toEqual([])
  })
})

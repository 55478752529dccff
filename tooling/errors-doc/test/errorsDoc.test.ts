import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Vidu from "@zoetrope/vidu/Codes"
import * as VolcCv from "@zoetrope/volc-cv/Codes"
import { describe, expect, it } from "vitest"
import { errorsDoc, path } from "../src/errorsDoc.ts"
import { exitCodesIn } from "../src/exitCodes.ts"
import { vidu } from "../src/providers/vidu.ts"
import { volcCv } from "../src/providers/volcCv.ts"
import type { CodeEntry, ProviderSection, Where } from "../src/Section.ts"

const root = join(import.meta.dirname, "../../..")
const document = readFileSync(join(root, path), "utf8")

describe("docs/errors.md", () => {
  it("is what the tables make; if not, write it with ./zoe errors-doc", async () => {
    expect(document).toBe(await errorsDoc(root))
  })

  it("has each anchor once, and no link without one", () => {
    const anchors = [...document.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!)
    expect(anchors.filter((id, index) => anchors.indexOf(id) !== index)).toEqual([])
    const links = [...document.matchAll(/\]\(#([^)]+)\)/g)].map(([, id]) => id!)
    expect(links.length).toBeGreaterThan(anchors.length)
    expect(links.filter((id) => !anchors.includes(id))).toEqual([])
  })

  it("has an anchor for every code of every table but success", () => {
    const tables = [
      VolcCv.jimengVideo,
      VolcCv.jimengFamily,
      VolcCv.general,
      VolcCv.lipSync,
      VolcCv.gateway,
    ]
    const ids = [
      ...tables.flatMap(({ rows }) =>
        rows.filter(({ kind }) => kind !== "success").map(({ code }) => `volc-cv-${code}`),
      ),
      ...Vidu.published.rows.map(({ code }) => `vidu-${code}`),
    ]
    expect(ids.filter((id) => !document.includes(`<a id="${id}">`))).toEqual([])
    expect(document).not.toContain('<a id="volc-cv-10000">')
  })
})

const entriesOf = (section: ProviderSection): ReadonlyArray<CodeEntry> =>
  section.groups.flatMap(({ codes }) => codes)

describe("the sections", () => {
  const sections = [volcCv(), vidu()]

  it("say everything in English and in Chinese", () => {
    const entries = sections.flatMap(entriesOf)
    const lacking = entries.filter(
      ({ meaning, sources }) =>
        !/^[\x20-\x7e]{4,}$/.test(meaning.en) ||
        !/\p{Script=Han}/u.test(meaning.zh) ||
        sources.length === 0,
    )
    expect(lacking).toEqual([])
    expect(entries.length).toBeGreaterThan(90)
  })

  /** Where the code is met, and what is done about it there: the documents and the rules about money. */
  const known: ReadonlyArray<readonly [id: string, Where, string]> = [
    ["volc-cv-50412", "submit", "[stop]"],
    ["volc-cv-50412", "poll", "[stop]"],
    ["volc-cv-50429", "submit", "[repeat]"],
    ["volc-cv-50429", "poll", "[wait]"],
    ["volc-cv-50500", "submit", "(Jimeng) · 提交时（即梦） | refused"],
    ["volc-cv-50500", "submit", "[repeat]"],
    ["volc-cv-50511", "submit", "[stop]"],
    ["volc-cv-50511", "poll", "[make again]"],
    ["volc-cv-50215", "poll", "[ask]"],
    ["volc-cv-SignatureDoesNotMatch", "submit", "[stop]"],
    ["volc-cv-SignatureDoesNotMatch", "poll", "[wait]"],
    ["volc-cv-InternalServiceTimeout", "submit", "[ask]"],
    ["vidu-CreditInsufficient", "submit", "[stop]"],
    ["vidu-Conflict", "submit", "[ask]"],
    ["vidu-TooManyRequests", "submit", "[stop]"],
    ["vidu-TooManyRequests", "poll", "[wait]"],
    ["vidu-TaskNotFound", "poll", "[ask]"],
    ["vidu-CreationPolicyViolation", "task", "[stop]"],
    ["vidu-UserCancelled", "task", "the task was cancelled"],
  ]
  it("tell a person to look before paying again wherever that may be paying twice", () => {
    const asking = sections
      .flatMap(entriesOf)
      .filter(({ outcomes }) => outcomes.some(({ answer }) => answer.verdict === "ask"))
    expect(asking.length).toBeGreaterThan(5)
    const careless = asking.filter(({ code }) => {
      const [, section = ""] = document.split(new RegExp(`<a id="[\\w-]+-${code}"></a>`))
      const advice = section.split("\n").find((line) => line.startsWith("| What you can do"))
      return !/before you (submit again|pay once more)/.test(advice ?? "")
    })
    expect(careless.map(({ code }) => code)).toEqual([])
  })

  const places = { submit: "At a submit", poll: "At a poll", task: "As the end of a task" }

  it.each(known)("%s at %s: %s", (id, where, done) => {
    const [, section = ""] = document.split(`<a id="${id}"></a>`)
    const rows = section
      .split("\n#", 1)[0]!
      .split("\n")
      .filter((line) => line.startsWith(`| ${places[where]}`))
    expect(rows.some((row) => row.replaceAll(/ +/g, " ").includes(done))).toBe(true)
  })
})

describe("the exit codes", () => {
  const source = readFileSync(join(root, "apps/cli/src/ExitCode.ts"), "utf8")

  it("are those of the command line, in order", () => {
    expect(exitCodesIn(source).map(({ code }) => code)).toEqual([0, 1, 2, 3, 4, 5, 6, 130])
  })

  it("are refused where one has no words, or words have no number", () => {
    const more = source.replace("  done: 0,", "  done: 0,\n  novel: 7,")
    expect(() => exitCodesIn(more)).toThrow("exit codes without words: novel;")
    const fewer = source.replace("  done: 0,", "")
    expect(() => exitCodesIn(fewer)).toThrow("words without an exit code: done")
  })
})

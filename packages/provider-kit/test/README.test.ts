import { Checks } from "@zoetrope/provider-kit"
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"

describe("README", () => {
  it("shows the worked example, as its own tests have it", () => {
    const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")
    const [make, suite] = [...read("../README.md").matchAll(/```ts\n(.*?)```/gs)].map(
      ([, code = ""]) => code,
    )
    const example = "../../../examples/acme/test"
    assert.include(read(`${example}/make.ts`), make ?? "no code")
    const rows = suite?.match(/^ {4}\{ at: .*$/gm) ?? []
    assert.isNotEmpty(rows)
    for (const row of rows) assert.include(read(`${example}/suite.test.ts`), row)
  })

  it("lists the checks that there are, in their order", () => {
    const text = readFileSync(new URL("../README.md", import.meta.url), "utf8")
    const listed = text
      .split("\n")
      .filter((line) => /^- (💰 )?\*\*/u.test(line) && line.includes(".** "))
    assert.deepStrictEqual(
      listed,
      Checks.all.map(({ money, name, why }) => `- ${money ? "💰 " : ""}**${name}.** ${why}`),
    )
  })
})

import { Checks } from "@zoetrope/provider-kit"
import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"

describe("README", () => {
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
